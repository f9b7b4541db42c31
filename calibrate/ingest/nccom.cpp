#include "calibrate/ingest/nccom.h"

#include <algorithm>

#include "calibrate/ingest/conditions.h"
#include "calibrate/ingest/nccom_row.h"
#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

using Text = std::string_view;

/// The whole number behind one of two spellings of an option; 0 if there is none.
int option_of(const Words& words, Text brief, Text full) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] != brief && words[i] != full) continue;
    const auto number = to_count(words[i + 1]);
    if (number && *number < 1e6) return static_cast<int>(*number);
  }
  return 0;
}

/// The word that is an operation: options and their values are none.
Text operation_of(const Words& words) {
  for (const Text word : words) {
    const bool foreign =
        word == "permute" || word == "alltoallv" || word == "allgv" || word == "all_gatherv";
    if (foreign || collective_named(word)) return word;
  }
  return {};
}

}  // namespace

bool NccomReader::read(const LogLine& line, LogSink& sink) {
  const Text text = line.text;
  if (text.empty()) return false;
  if (is_digit(text.front())) return in_table_ && read_row(text, line.number, sink);
  if (text.starts_with("size(B)") && text.find("busbw(GB/s)") != Text::npos) {
    read_header(text, sink);
    return true;
  }
  if (in_table_ && text.starts_with("Avg bus bandwidth")) {
    in_table_ = false;
    return true;
  }
  if (text.find("nccom-test ") != Text::npos) read_command(text, sink);
  return false;
}

void NccomReader::read_header(Text text, LogSink& sink) {
  table_.close(facts_, sink);
  facts_.two_directions = false;
  recognised_ = in_table_ = true;
  columns_.clear();
  for (const Text word : Words(text)) columns_.emplace_back(word);
}

bool NccomReader::read_row(Text text, std::uint64_t number, LogSink& sink) {
  const Words words(text);
  if (text.find("Failure running") != Text::npos) {
    sink.refuse(number, "nccom-test failed for this size");
    return true;
  }
  if (words.size() != columns_.size() || !to_count(words[0]) || !to_count(words[1])) return false;
  NccomCells cells;
  for (std::size_t i = 0; i < words.size(); ++i) cells.emplace_back(columns_[i], words[i]);
  CollectiveRow row;
  row.line = number;
  fill_nccom_row(cells, row, sink);
  if (row.out_of_place) {
    table_.add(row, facts_, sink);
  } else {
    sink.refuse(number, "size, time, algbw and busbw were not found");
  }
  return true;
}

/// "nccom-test -r 64 -N 2 -b 8 -e 1GB -f 2 -n 50 -w 5 -d fp32 allr"
void NccomReader::read_command(Text text, LogSink& sink) {
  const Words words(text.substr(text.find("nccom-test ")));
  const Text operation = operation_of(words);
  const int workers = option_of(words, "-r", "--nworkers");
  if (operation.empty() || workers == 0) return;
  table_.close(facts_, sink);
  in_table_ = false;
  facts_ = RunFacts();
  facts_.two_directions = false;
  facts_.operation = collective_named(operation);
  if (!facts_.operation) facts_.unsupported = std::string(operation);
  facts_.ranks = workers;
  facts_.nodes = std::max(1, option_of(words, "-N", "--nnodes"));
  const int iterations = option_of(words, "-n", "--iters");
  if (iterations > 0) facts_.repetitions = iterations;
  for (const auto& [brief, full, name] :
       {std::tuple{"-n", "--iters", "iterations"}, std::tuple{"-w", "--warmup_iters", "warmup"}}) {
    const int value = option_of(words, brief, full);
    if (value > 0) set_condition(sink.environment(), name, std::to_string(value));
  }
}

void NccomReader::finish(LogSink& sink) {
  table_.close(facts_, sink);
  if (recognised_ && sink.environment().tool.empty()) sink.environment().tool = "nccom-test";
}

}  // namespace sextant::ingest
