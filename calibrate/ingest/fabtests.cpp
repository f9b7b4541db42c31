#include "calibrate/ingest/fabtests.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "calibrate/ingest/plausible.h"
#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

constexpr double kKibi = 1024;
/// Bandwidth and time are printed with two digits behind the point.
constexpr double kHalfDigit = 0.005;
/// A smaller message that takes this much longer than a larger one has waited for something else.
constexpr double kSetUp = 1.5;

/// "build/bin/fi_rma_bw" → "fi_rma_bw"; empty if the word is no such program.
std::string_view program_in(std::string_view word) {
  const std::size_t slash = word.rfind('/');
  if (slash != std::string_view::npos) word.remove_prefix(slash + 1);
  const bool known = word.ends_with("_bw") || word.ends_with("pingpong");
  return word.starts_with("fi_") && known ? word : std::string_view();
}

/// By how much less than the true size a printed one may be: one unit of the last digit.
double step_of(std::string_view size) {
  const double unit =
      to_suffixed(fmt::format("1{}", size.substr(size.size() - 1)), kKibi).value_or(1);
  if (unit == 1 || size.back() <= '9') return 0;  // bytes are printed exactly
  return size.find('.') == std::string_view::npos ? unit : unit / 10;
}

}  // namespace

bool FabtestsReader::read(const LogLine& line, LogSink& sink) {
  const std::string_view text = line.text;
  if (text.empty()) return false;
  if (in_table_ && text.front() >= '0' && text.front() <= '9') {
    const Words words(text);
    const std::size_t columns = acknowledged_ ? 8 : 7;
    if (words.size() < columns || !words[words.size() - 4].ends_with('s')) return false;
    if (acknowledged_ && !words[words.size() - 6].starts_with('=')) {
      sink.refuse(line.number, "not every message was acknowledged");
      return true;
    }
    const auto row = parse_row(words, acknowledged_);
    if (row) take(*row, line.number, sink);
    return row.has_value();
  }
  if (text.starts_with("- { xfer_size:")) {
    const auto row = parse_yaml(text);
    seen_ = true;
    if (row) take(*row, line.number, sink);
    if (!row) sink.refuse(line.number, "a row of fabtests that is cut off or not numbers");
    return true;
  }
  if (text.find("usec/xfer") != std::string_view::npos && text.starts_with("bytes")) {
    acknowledged_ = text.find("#ack") != std::string_view::npos;
    open_table(sink);
    return true;
  }
  return read_command(text, sink);
}

void FabtestsReader::finish(LogSink& sink) {
  if (first_) sink.sample(*std::exchange(first_, std::nullopt));
}

/// "$ build/bin/fi_rma_bw -p efa 10.0.0.1", or the same in front of YAML.
bool FabtestsReader::read_command(std::string_view text, LogSink& sink) {
  if (text.find("fi_") == std::string_view::npos) return false;
  const Words words(text);
  const auto* program = std::find_if(
      words.begin(), words.end(), [](std::string_view word) { return !program_in(word).empty(); });
  if (program == words.end()) return false;
  finish(sink);
  rows_ = 0;
  in_table_ = false;
  next_program_ = program_in(*program);
  if (text.ends_with(':')) open_table(sink);  // YAML has no header
  const auto* option = std::find(program, words.end(), "-p");
  if (option == words.end() || option + 1 == words.end()) return true;
  std::string& provider = sink.environment().provider;
  if (provider.empty()) provider = option[1];
  if (provider != option[1]) {
    sink.warn("runs with different libfabric providers in one log: split it");
  }
  return true;
}

void FabtestsReader::open_table(LogSink& sink) {
  finish(sink);
  rows_ = 0;
  seen_ = in_table_ = true;
  program_ = std::exchange(next_program_, {});
  sink.environment().tool = "fabtests";
}

std::optional<FabtestsReader::Row> FabtestsReader::parse_row(const Words& words,
                                                             bool acknowledged) {
  const std::size_t end = words.size();
  const std::size_t begin = end - (acknowledged ? 8 : 7);
  const auto bytes = to_suffixed(words[begin], kKibi);
  const auto iterations = to_suffixed(words[begin + 1], 1000);
  const auto total = to_suffixed(words[end - 5], kKibi);
  const auto mb_per_s = to_number(words[end - 3]);
  const auto usec = to_number(words[end - 2]);
  if (!bytes || !iterations || !total || !mb_per_s || !usec) return std::nullopt;
  return Row{*bytes, step_of(words[begin]), *iterations, *total, *mb_per_s, *usec};
}

std::optional<FabtestsReader::Row> FabtestsReader::parse_yaml(std::string_view text) {
  const auto figure = [text](std::string_view key) {
    std::string_view value = between(text, key, ",");
    if (value.empty()) value = between(text, key, "}");
    return to_number(trimmed(value));
  };
  const auto bytes = figure("xfer_size:"), iterations = figure("iterations:");
  const auto total = figure("total:"), mb_per_s = figure("MB/sec:"), usec = figure("usec/xfer:");
  if (!bytes || !iterations || !total || !mb_per_s || !usec) return std::nullopt;
  return Row{*bytes, 0, *iterations, *total, *mb_per_s, *usec};
}

void FabtestsReader::take(const Row& row, std::uint64_t line, LogSink& sink) {
  if (row.mb_per_s <= 0 || row.usec <= 0 || row.bytes <= 0) {
    return sink.refuse(line, "a size, bandwidth or time that prints as 0");
  }
  // MB/s times microseconds is bytes.
  const double least = (row.mb_per_s - kHalfDigit) * (row.usec - kHalfDigit);
  const double most = (row.mb_per_s + kHalfDigit) * (row.usec + kHalfDigit);
  if (most < row.bytes || least > row.bytes + row.bytes_step) {
    return sink.refuse(line, fmt::format("MB/sec and usec/xfer make {:.6g} bytes, not {:.6g}",
                                         row.mb_per_s * row.usec, row.bytes));
  }
  const double ways = row.total / (row.bytes * row.iterations);
  if (ways < 0.8 || ways > 2.4 || (ways > 1.25 && ways < 1.6)) {
    return sink.refuse(line, "the total is neither once nor twice the size times the iterations");
  }
  Sample sample;
  sample.operation = ways > 1.4 ? Operation::kPointToPoint : Operation::kPointToPointStream;
  sample.bytes = row.bytes;
  sample.ranks = 2;
  sample.repetitions = row.iterations;
  // The larger number has more digits.
  const bool rounded = least > row.bytes;
  const bool from_rate = row.mb_per_s > row.usec && !rounded;
  sample.time_s = from_rate ? row.bytes / (row.mb_per_s * 1e6) : row.usec / 1e6;
  if (rounded) sample.flags.emplace_back("rounded_bytes");
  if (program_.find("rma") != std::string::npos) sample.flags.emplace_back("one_sided");
  if (program_.find("tagged") != std::string::npos) sample.flags.emplace_back("tagged");
  if (!is_plausible(sample)) return sink.refuse(line, kImplausible);
  hand_on(std::move(sample), sink);
}

void FabtestsReader::hand_on(Sample sample, LogSink& sink) {
  if (++rows_ == 1) {
    first_ = std::move(sample);
    return;
  }
  if (first_ && first_->bytes <= sample.bytes && first_->time_s > kSetUp * sample.time_s) {
    first_->flags.emplace_back("connection_setup");
  }
  finish(sink);
  sink.sample(sample);
}

}  // namespace sextant::ingest
