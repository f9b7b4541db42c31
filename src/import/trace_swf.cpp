#include <fmt/format.h>

#include <array>

#include "src/import/trace_format.h"
#include "src/io/printable.h"

namespace sextant::importer {
namespace {

/// Fields of the Standard Workload Format, from 0.
enum SwfField : std::size_t {
  kJob = 0,
  kSubmit = 1,
  kRun = 3,
  kAllocated = 4,
  kRequested = 7,
  kStatus = 10,
  kUser = 11,
  kGroup = 12,
  kQueue = 14,
  kPartition = 15,
  kFields = 18
};

constexpr double kNotKnown = -1;
constexpr double kCancelled = 5;

class SwfLines final : public TraceLines {
 public:
  TraceLine read(std::string_view line) override {
    const std::string_view content = trimmed(line);
    if (content.empty() || content.front() == ';') return std::monostate();
    if (auto fault = cut(line)) return *fault;
    for (const SwfField field : {kSubmit, kRun, kAllocated, kRequested, kStatus}) {
      if (auto fault = parse(line, field)) return *fault;
    }
    if (values_[kSubmit] < 0) return fault_at(line, kSubmit, "a submission at 0 s or later");
    const double processors = values_[kAllocated] > 0 ? values_[kAllocated] : values_[kRequested];
    if (values_[kRun] == kNotKnown && values_[kStatus] == kCancelled) {
      return std::string("never began");
    }
    if (processors <= 0) return std::string("without processors");
    if (values_[kRun] <= 0) return std::string("ran for no time");
    TraceJob job;
    job.id = texts_[kJob];
    job.team = texts_[texts_[kGroup] == "-1" ? kUser : kGroup];
    job.priority_class = texts_[texts_[kQueue] == "-1" ? kPartition : kQueue];
    job.submit = Seconds(values_[kSubmit]);
    job.run = Seconds(values_[kRun]);
    job.accelerators = processors;
    return job;
  }

  std::string sort_options() const override { return "-k 2,2g"; }

 private:
  std::optional<LineFault> cut(std::string_view line) {
    constexpr std::string_view kBlanks = " \t";
    std::size_t count = 0;
    for (std::size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos; ++count) {
      const std::size_t end = std::min(line.find_first_of(kBlanks, at), line.size());
      if (count < kFields) texts_[count] = line.substr(at, end - at);
      at = line.find_first_not_of(kBlanks, end);
    }
    if (count == kFields) return std::nullopt;
    return LineFault{
        0, line.size(),
        fmt::format("found {} fields, expected the 18 of the Standard Workload Format", count),
        "unknown values are written as -1"};
  }

  std::optional<LineFault> parse(std::string_view line, SwfField field) {
    const auto number = parse_number(texts_[field]);
    if (!number) return fault_at(line, field, "a number");
    values_[field] = *number;
    return std::nullopt;
  }

  LineFault fault_at(std::string_view line, SwfField field, const char* expected) const {
    const auto begin = static_cast<std::size_t>(texts_[field].data() - line.data());
    return {begin, texts_[field].size(),
            fmt::format("field {}: found \"{}\", expected {}", field + 1,
                        io::printable(texts_[field]), expected)};
  }

  std::array<std::string_view, kFields> texts_{};
  std::array<double, kFields> values_{};
};

}  // namespace

std::unique_ptr<TraceLines> swf_lines() { return std::make_unique<SwfLines>(); }

}  // namespace sextant::importer
