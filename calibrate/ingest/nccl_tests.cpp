#include "calibrate/ingest/nccl_tests.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "calibrate/ingest/conditions.h"
#include "calibrate/ingest/nccl_tests_program.h"

#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

using Text = std::string_view;

/// Rows, too, may begin with the sign of comments.
Text without_sign(Text text) {
  while (!text.empty() && (text.front() == '#' || text.front() == ' ')) text.remove_prefix(1);
  return text;
}

}  // namespace

bool NcclTestsReader::read(const LogLine& line, LogSink& sink) {
  const Text text = without_sign(line.text);
  if (text.empty()) return false;
  if (is_digit(text.front())) {
    return read_row(text, line.number, sink) || read_finished(text, line.number, sink);
  }
  if (has(text, " NCCL INFO ") || has(text, " NCCL TRACE ")) return false;
  if (read_statement(text, sink) || read_header(text, sink)) {
    recognised_ = true;
    return true;
  }
  if (has(text, "_perf")) read_command(text, sink);
  return false;
}

bool NcclTestsReader::read_row(Text text, std::uint64_t number, LogSink& sink) {
  auto row = parse_nccl_tests_row(text, columns_);
  if (!row) return false;
  unfinished_.reset();
  if (!row->complete) {
    keep_unfinished(*row);
    return true;
  }
  return take_row(*row, number, sink);
}

bool NcclTestsReader::take_row(const NcclTestsLine& line, std::uint64_t number, LogSink& sink) {
  recognised_ = true;
  if (!line.fault.empty()) {
    sink.refuse(number, line.fault);
    return true;
  }
  if (footer_seen_) end_run(sink);  // the next table has lost its header
  take_ranks(sink);
  CollectiveRow row = line.row;
  row.line = number;
  table_.add(row, facts_, sink);
  return true;
}

void NcclTestsReader::keep_unfinished(const NcclTestsLine& line) {
  unfinished_ = line;
  unfinished_type_ = std::string(line.row.type);
}

/// The figures of a row in the middle of which another process has printed.
bool NcclTestsReader::read_finished(Text text, std::uint64_t number, LogSink& sink) {
  if (!unfinished_) return false;
  NcclTestsLine line = *unfinished_;
  line.row.type = unfinished_type_;
  if (!complete_nccl_tests_row(text, columns_, line)) return false;
  unfinished_.reset();
  return take_row(line, number, sink);
}

bool NcclTestsReader::read_statement(Text text, LogSink& sink) {
  constexpr Text kStarting = "Collective test starting: ";
  constexpr Text kConcluded = "Collective test concluded: ";
  switch (text.front()) {
    case 'R':
      if (!text.starts_with("Rank ") || !has(text, " device ")) return false;
      if (table_.has_rows()) begin_run(sink);
      ranks_changed_ = true;
      return ranks_.add(text);
    case 'n':
      if (text.starts_with("nThread ")) return read_settings(text, sink), true;
      return read_version(text, sink);
    case 'r':
      if (!text.starts_with("rccl-tests:")) return false;
      tool_ = "rccl-tests";
      return true;
    case 'U':
      if (!text.starts_with("Using devices")) return false;
      begin_run(sink);
      ++runs_;
      return true;
    case 'C':
      if (text.starts_with(kStarting))
        return read_collective(text.substr(kStarting.size()), sink), true;
      if (!text.starts_with(kConcluded)) return false;
      if (!facts_.operation) set_operation(trimmed(text.substr(kConcluded.size())), facts_);
      return true;
    case 'A':
      footer_seen_ |= text.starts_with("Avg bus bandwidth");
      return text.starts_with("Avg bus bandwidth");
    case 'O':
      return text.starts_with("Out of bounds values");
    default:
      return false;
  }
}

bool NcclTestsReader::read_header(Text text, LogSink& sink) {
  if (text.starts_with("out-of-place") || text.starts_with("in-place")) {
    columns_.in_place_first = text.front() == 'i' && has(text, "out-of-place");
    return true;
  }
  if (!has(text, "busbw") || has(text, "|"))
    return text.starts_with("(B)") && has(text, "(elements)");
  if (has(text, "size") && has(text, "algbw") && has(text, "count") && !has(text, ",")) {
    end_run(sink);
    columns_.per_iteration = has(text, "i_p99");
    facts_.error_is_relative = has(text, " error");
    facts_.unusable = has(text, "cputime") ? kCpuTime : "";
    return true;
  }
  return false;
}

/// "nccl-tests version 2.17.6 nccl-headers=22602 nccl-library=22602"
bool NcclTestsReader::read_version(Text text, LogSink& sink) {
  constexpr Text kVersion = "nccl-tests version ";
  constexpr Text kLibrary = "nccl-library=";
  if (!text.starts_with(kVersion)) return false;
  begin_run(sink);
  const Words words(text);
  if (words.size() > 2) sink.environment().tool = fmt::format("nccl-tests {}", words[2]);
  for (std::size_t i = 3; i < words.size(); ++i) {
    if (!words[i].starts_with(kLibrary)) continue;
    const auto number = to_count(words[i].substr(kLibrary.size()));
    if (number && *number < 1e6)
      sink.environment().nccl = nccl_version_text(static_cast<int>(*number));
  }
  return true;
}

/// "nThread 1 nGpus 1 minBytes 8 maxBytes 1024 step: 2(factor) warmup iters: 5 iters: 20 …"
void NcclTestsReader::read_settings(Text text, LogSink& sink) {
  begin_run(sink);
  struct Setting {
    Text key;
    const char* name;
  };
  static constexpr std::array kSettings{Setting{"nThread ", "threads_per_process"},
                                        Setting{"nGpus ", "accelerators_per_thread"},
                                        Setting{"warmup iters: ", "warmup"},
                                        Setting{" iters: ", "iterations"},
                                        Setting{"agg iters: ", "aggregated"},
                                        Setting{"validation: ", "validation"},
                                        Setting{"graph: ", "graph"},
                                        Setting{"unalign: ", "unalign"}};
  std::map<Text, double> values;
  for (const auto& [key, name] : kSettings) {
    std::size_t at = text.find(key);
    if (key == " iters: ") {  // not those of "warmup iters" and "agg iters"
      while (at != Text::npos && at > 0 && !is_digit(text[at - 1])) at = text.find(key, at + 1);
    }
    if (at == Text::npos) continue;
    const Words words(text.substr(at + key.size()));
    const auto value = words.size() > 0 ? to_count(words[0]) : std::nullopt;
    if (!value) continue;
    values[name] = *value;
    set_condition(sink.environment(), name, words[0]);
  }
  const double own = values["threads_per_process"] * values["accelerators_per_thread"];
  facts_.ranks_per_process = static_cast<int>(std::min(own, 1024.0));
  if (values["iterations"] > 0) facts_.repetitions = values["iterations"];
  set_flag(facts_.flags, "graph", values["graph"] > 0);
}

void NcclTestsReader::read_collective(Text name, LogSink& sink) {
  begin_run(sink);
  set_operation(trimmed(name), facts_);
  named_by_tool_ = true;
}

/// A command line names the collective, which the output before 2025 does not.
void NcclTestsReader::read_command(Text text, LogSink& sink) {
  const Text program = program_name(text);
  if (!collective_named(program) && !is_foreign_collective(program)) return;
  end_run(sink);
  const RunFacts before = facts_;
  take_program(text, facts_, sink.environment());
  if (!named_by_tool_) return;
  facts_.operation = before.operation;
  facts_.unsupported = before.unsupported;
}

/// Between the statements that every run prints first.
void NcclTestsReader::begin_run(LogSink& sink) {
  end_run(sink);
  ranks_.clear();
  facts_.ranks = facts_.nodes = 0;
}

/// What the log has said of the run stays: it may hold for the next table as well.
void NcclTestsReader::end_run(LogSink& sink) {
  if (table_.has_rows()) named_by_tool_ = false;
  table_.close(facts_, sink);
  footer_seen_ = false;
  unfinished_.reset();
}

void NcclTestsReader::take_ranks(LogSink& sink) {
  if (!ranks_changed_) return;
  ranks_changed_ = false;
  facts_.ranks = ranks_.ranks();
  facts_.nodes = ranks_.nodes();
  if (!ranks_.accelerator().empty()) sink.environment().accelerator = ranks_.accelerator();
  if (ranks_.groups() > 1) {
    set_condition(sink.environment(), "groups", std::to_string(ranks_.groups()));
  }
}

void NcclTestsReader::finish(LogSink& sink) {
  end_run(sink);
  if (recognised_ && sink.environment().tool.empty()) sink.environment().tool = std::string(tool_);
  if (table_.one_rank_rows() == 0) return;
  sink.warn(one_rank_warning(runs_));
}

}  // namespace sextant::ingest
