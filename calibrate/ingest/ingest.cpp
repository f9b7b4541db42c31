#include "calibrate/ingest/ingest.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "calibrate/ingest/agreement.h"
#include "calibrate/ingest/bus_factor.h"
#include "calibrate/ingest/environment_variables.h"
#include "calibrate/ingest/failure_lines.h"
#include "calibrate/ingest/json_log.h"
#include "calibrate/ingest/launcher_tags.h"
#include "calibrate/ingest/line_splitter.h"
#include "calibrate/ingest/plausible.h"
#include "calibrate/ingest/readers.h"

namespace sextant::ingest {
namespace {

bool is_collective(Operation operation) { return bus_factor(operation, 2) > 0; }

class Ingest : public LogSink {
 public:
  Ingest(const LogHints& hints, const std::function<void(const Sample&)>& take)
      : hints_(hints), take_(take), readers_(make_readers()) {
    report_.file = hints.file;
  }

  IngestReport run(LogSource& source) {
    std::string_view piece = source.next();
    if (is_json_log(piece)) {
      read_json_log(piece, source, *this, report_.tools);
    } else {
      read_lines(piece, source);
    }
    finish();
    return std::move(report_);
  }

  void sample(const Sample& found) override;

  void refuse(std::uint64_t line, std::string_view reason) override {
    report_.refused.add(line, reason);
    if (row_ == Row::kNone) ++report_.rows_found;
  }

  Environment& environment() override { return report_.environment; }

  void warn(std::string_view words) override {
    constexpr std::size_t kMost = 50;
    auto& warnings = report_.warnings;
    const bool known = std::find(warnings.begin(), warnings.end(), words) != warnings.end();
    if (!known && warnings.size() < kMost) warnings.emplace_back(words);
  }

  const LogHints& hints() const override { return hints_; }

  void begin_row(std::optional<double> bus_bandwidth) override {
    row_ = Row::kBegun;
    printed_busbw_ = bus_bandwidth;
  }
  void end_row() override {
    if (row_ == Row::kBegun) ++report_.rows_found;
    row_ = Row::kNone;
  }

 private:
  enum class Row { kNone, kBegun, kCounted };

  void read_lines(std::string_view piece, LogSource& source);
  void read_line(std::string_view whole);
  void read_text(std::string_view text, std::string_view whole);
  void fill_in(Sample& sample) const;
  void count(const Sample& sample);
  void count_bandwidth(const Sample& sample);
  void finish();
  std::string failure() const;

  const LogHints& hints_;
  const std::function<void(const Sample&)>& take_;
  std::vector<std::unique_ptr<LogReader>> readers_;
  IngestReport report_;
  LineSplitter splitter_;
  LauncherTags tags_;
  FailureLines failures_;
  EnvironmentVariables variables_;
  std::uint64_t line_ = 0;

  Sample filled_;
  Row row_ = Row::kNone;
  std::optional<double> printed_busbw_;
  std::optional<double> peak_in_place_;
  Agreement<int> ranks_, nodes_, ranks_per_node_;
};

void Ingest::read_lines(std::string_view piece, LogSource& source) {
  for (; !piece.empty(); piece = source.next()) {
    splitter_.feed(piece, [this](std::string_view line) { read_line(line); });
  }
  splitter_.finish([this](std::string_view line) { read_line(line); });
  for (const auto& reader : readers_) reader->finish(*this);
  for (const auto& reader : readers_) {
    if (!reader->tool().empty()) report_.tools.emplace(reader->tool());
  }
}

void Ingest::read_line(std::string_view whole) {
  ++line_;
  for (const std::string_view text : tags_.strip(whole)) read_text(text, whole);
}

void Ingest::read_text(std::string_view text, std::string_view whole) {
  const LogLine line{text, whole, line_};
  for (const auto& reader : readers_) {
    if (reader->read(line, *this)) return;
  }
  variables_.read(text);
  failures_.read(text, line_);
}

void Ingest::sample(const Sample& found) {
  filled_ = found;
  fill_in(filled_);
  count(filled_);
  take_(filled_);
}

/// What only the user, or another line of the log, says of ranks and nodes.
void Ingest::fill_in(Sample& sample) const {
  if (!is_collective(sample.operation)) return;
  const Environment& known = report_.environment;
  const auto told = [](int by_user, const std::optional<int>& by_log) {
    return by_user > 0 ? by_user : by_log.value_or(0);
  };
  const int nodes = told(hints_.nodes, known.nodes);
  const int per_node = told(hints_.ranks_per_node, known.ranks_per_node);
  if (sample.ranks == 0) sample.ranks = ranks_on(nodes, per_node);
  if (sample.ranks == 0 || sample.nodes > 0) return;
  const bool whole = nodes > 0 && sample.ranks % nodes == 0;
  if (whole && (per_node == 0 || sample.ranks == ranks_on(nodes, per_node))) {
    sample.nodes = nodes;
  } else if (nodes == 0 && per_node > 0 && sample.ranks % per_node == 0) {
    sample.nodes = sample.ranks / per_node;
  }
  if (sample.nodes > 0) sample.ranks_per_node = sample.ranks / sample.nodes;
}

void Ingest::count(const Sample& sample) {
  ++report_.samples;
  if (row_ != Row::kCounted) {
    ++report_.rows;
    ++report_.rows_found;
  }
  report_.operations.insert(sample.operation);
  ranks_.add(sample.ranks);
  nodes_.add(sample.nodes);
  ranks_per_node_.add(sample.ranks_per_node);
  count_bandwidth(sample);
  if (row_ == Row::kBegun) row_ = Row::kCounted;
}

void Ingest::count_bandwidth(const Sample& sample) {
  const double factor = bus_factor(sample.operation, sample.ranks);
  if (!is_collective(sample.operation) || factor == 0 || sample.time_s <= 0) return;
  const bool per_rank = sample.flagged("per_rank_bytes") && size_is_of_all_ranks(sample.operation);
  const double bytes = per_rank ? sample.bytes * sample.ranks : sample.bytes;
  const bool in_place = sample.flagged("in_place");
  const bool printed = row_ == Row::kBegun && printed_busbw_.has_value();
  auto& peak = in_place ? peak_in_place_ : report_.peak_busbw_gbs;
  const double busbw = printed ? *printed_busbw_ : bytes / sample.time_s * 1e-9 * factor;
  peak = std::max(peak.value_or(0), busbw);
}

void Ingest::finish() {
  if (!report_.peak_busbw_gbs) report_.peak_busbw_gbs = peak_in_place_;
  Environment& environment = report_.environment;
  const auto known = [](const Agreement<int>& agreed) {
    return agreed.value() && *agreed.value() > 0 ? agreed.value() : std::nullopt;
  };
  const auto differ = [](const Agreement<int>& agreed) { return agreed.seen() && !agreed.value(); };
  report_.ranks = known(ranks_);
  report_.nodes = known(nodes_);
  report_.ranks_per_node = known(ranks_per_node_);
  // Samples know best; where all of them know nothing, what NCCL has said stays.
  if (report_.nodes || differ(nodes_)) environment.nodes = report_.nodes;
  if (report_.ranks_per_node || differ(ranks_per_node_)) {
    environment.ranks_per_node = report_.ranks_per_node;
  }
  variables_.finish(environment.env, [this](std::string_view words) { warn(words); });
  keep_tool_variables(environment.env);
  if (report_.samples == 0) report_.failure = failure();
}

std::string Ingest::failure() const {
  const auto one_rank = std::find_if(report_.warnings.begin(), report_.warnings.end(), [](auto& w) {
    return w.find("1-rank run") != std::string::npos;
  });
  if (one_rank != report_.warnings.end()) return *one_rank;
  const std::string failed = failures_.text();
  if (!report_.refused.empty()) {
    const Refusal first = report_.refused.shown().front();
    return fmt::format("none of {} rows could be used; line {}: {}", report_.refused.total(),
                       first.line, first.reason);
  }
  if (!failed.empty())
    return fmt::format("no table was found: the run seems to have failed at {}", failed);
  return line_ == 0 && report_.tools.empty() ? "the log is empty"
                                             : "no table of a tool that Sextant reads was found";
}

}  // namespace

IngestReport ingest_log(LogSource& source, const LogHints& hints,
                        const std::function<void(const Sample&)>& take) {
  return Ingest(hints, take).run(source);
}

}  // namespace sextant::ingest
