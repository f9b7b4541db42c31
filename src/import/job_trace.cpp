#include "src/import/job_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "src/import/line_reader.h"
#include "src/import/trace_format.h"
#include "src/io/diagnostics.h"
#include "src/io/printable.h"

namespace sextant::importer {
namespace {

/// Faults that one message shows, and lines that are read in search of them after the first.
constexpr std::size_t kShown = 20;
constexpr std::uint64_t kSearched = 100'000;

/// The line with a mark under the place, as all messages have it.
std::string rendered(const std::string& name, std::uint64_t number, std::string_view line,
                     const LineFault& fault) {
  constexpr std::size_t kBefore = 60, kAfter = 40;
  const std::size_t at = std::min(fault.begin, line.size());
  const std::size_t from = at > kBefore ? at - kBefore : 0;
  const std::string before = io::printable(line.substr(from, at - from));
  const std::string after = io::printable(line.substr(at, kAfter));
  const std::size_t width =
      std::clamp<std::size_t>(fault.length, 1, std::max<std::size_t>(after.size(), 1));
  std::string text = fmt::format("{}:{}:{}: error: {}\n{:5} | {}{}\n      | {: <{}}^{:~<{}}\n",
                                 name, number, at + 1, fault.message, number, before, after, "",
                                 io::character_count(before), "", width - 1);
  if (!fault.help.empty()) text += fmt::format("  help: {}\n", fault.help);
  return text;
}

struct LaterFirst {
  bool operator()(const TraceJob& a, const TraceJob& b) const {
    return a.submit != b.submit ? a.submit > b.submit : a.line > b.line;
  }
};

}  // namespace

TraceFormat guess_format(std::string_view first_line) {
  if (trimmed(first_line).starts_with(';')) return TraceFormat::kSwf;
  if (first_line.find('|') != std::string_view::npos &&
      first_line.find("Submit") != std::string_view::npos) {
    return TraceFormat::kSacct;
  }
  const bool numbers = first_line.find_first_not_of("0123456789.- \t+eE") == std::string_view::npos;
  return numbers ? TraceFormat::kSwf : TraceFormat::kCsv;
}

class JobTrace::Reader {
 public:
  Reader(std::unique_ptr<std::istream> log, std::string name, TraceOptions options)
      : log_(std::move(log)), name_(std::move(name)), options_(std::move(options)), input_(*log_) {
    begin();
  }

  std::optional<TraceJob> next() {
    while (!ended_ && ahead_.size() < kAhead) read_line();
    if (ahead_.empty()) return std::nullopt;
    TraceJob job = ahead_.top();
    ahead_.pop();
    if (handed_out_ && job.submit < last_submit_) refuse_order(job);
    handed_out_ = true;
    last_submit_ = job.submit;
    last_line_ = job.line;
    return job;
  }

  const std::map<std::string, std::int64_t>& skipped() const { return skipped_; }
  std::uint64_t lines() const { return input_.number(); }

 private:
  /// Finds the format and the columns.
  void begin() {
    std::optional<std::string_view> line = input_.next();
    while (line && trimmed(*line).empty()) line = input_.next();
    if (!line) {
      throw io::InputError(
          fmt::format("{}: error: found no lines, expected a log of jobs\n", name_));
    }
    TraceFormat format = options_.format;
    if (format == TraceFormat::kAuto) format = guess_format(*line);
    try {
      if (format == TraceFormat::kCsv) lines_ = csv_lines(*line, options_.where);
      if (format == TraceFormat::kSacct) lines_ = sacct_lines(*line, options_.where);
    } catch (const LineFault& fault) {
      throw io::InputError(rendered(name_, input_.number(), *line, fault));
    }
    if (lines_) return;
    if (!options_.where.empty()) {
      throw io::InputError(fmt::format(
          "{}: error: found a condition of \"where\", expected none: swf has no columns\n", name_));
    }
    lines_ = swf_lines();
    take(*line);
  }

  void read_line() {
    const auto line = input_.next();
    if (!line) {
      ended_ = true;
      if (!faults_.empty()) throw_faults();
      return;
    }
    take(*line);
  }

  void take(std::string_view line) {
    TraceLine read =
        input_.too_long()
            ? TraceLine(LineFault{
                  0, 1, fmt::format("found a line of more than {} bytes", LineReader::kLongest),
                  "is this a log of jobs?"})
            : lines_->read(line);
    if (auto* job = std::get_if<TraceJob>(&read)) {
      job->line = input_.number();
      ahead_.push(std::move(*job));
    } else if (const auto* reason = std::get_if<std::string>(&read)) {
      ++skipped_[*reason];
    } else if (const auto* fault = std::get_if<LineFault>(&read)) {
      refuse(line, *fault);
    }
    if (!faults_.empty()) look_for_more();
  }

  void refuse(std::string_view line, const LineFault& fault) {
    if (faults_.empty()) first_fault_ = input_.number();
    if (faults_.size() < kShown) faults_.push_back(rendered(name_, input_.number(), line, fault));
  }

  /// After a fault nothing is handed out any more.
  void look_for_more() {
    ahead_ = {};
    if (faults_.size() >= kShown || input_.number() >= first_fault_ + kSearched) throw_faults();
  }

  [[noreturn]] void throw_faults() const {
    throw io::InputError(fmt::format("{}", fmt::join(faults_, "")));
  }

  [[noreturn]] void refuse_order(const TraceJob& job) const {
    throw io::InputError(fmt::format(
        "{0}:{1}: error: found a submission before that of line {2}, out of order by {3} jobs or "
        "more\n"
        "  help: sort the log first: (head -n 1 {0}; tail -n +2 {0} | sort -s {4}) > sorted\n",
        name_, job.line, last_line_, kAhead, lines_->sort_options()));
  }

  std::unique_ptr<std::istream> log_;
  std::string name_;
  TraceOptions options_;
  LineReader input_;
  std::unique_ptr<TraceLines> lines_;
  std::priority_queue<TraceJob, std::vector<TraceJob>, LaterFirst> ahead_;
  bool ended_ = false;
  bool handed_out_ = false;
  Seconds last_submit_;
  std::uint64_t last_line_ = 0;
  std::map<std::string, std::int64_t> skipped_;
  std::vector<std::string> faults_;
  std::uint64_t first_fault_ = 0;
};

JobTrace::JobTrace(std::unique_ptr<std::istream> log, std::string name, TraceOptions options)
    : reader_(std::make_unique<Reader>(std::move(log), std::move(name), std::move(options))) {}

JobTrace::~JobTrace() = default;

std::optional<TraceJob> JobTrace::next() { return reader_->next(); }

const std::map<std::string, std::int64_t>& JobTrace::skipped() const { return reader_->skipped(); }

std::uint64_t JobTrace::lines() const { return reader_->lines(); }

std::unique_ptr<JobTrace> open_job_trace(const std::filesystem::path& path, TraceOptions options) {
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*file || std::filesystem::is_directory(path)) {
    throw io::InputError(fmt::format(
        "{}: error: found no file that can be read, expected a log of jobs\n", path.string()));
  }
  return std::make_unique<JobTrace>(std::move(file), path.string(), std::move(options));
}

}  // namespace sextant::importer
