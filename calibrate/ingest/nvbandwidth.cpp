#include "calibrate/ingest/nvbandwidth.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "calibrate/ingest/plausible.h"
#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

constexpr double kMebi = 1048576;
constexpr double kDefaultBuffer = 512 * kMebi;

/// The text of a member; empty if there is none.
std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string cell_text(const nlohmann::json& cell) {
  if (cell.is_string()) return cell.get<std::string>();
  return cell.is_number() ? fmt::format("{}", cell.get<double>()) : "N/A";
}

}  // namespace

bool NvbandwidthReader::read(const LogLine& line, LogSink& sink) {
  const std::string_view text = line.text;
  if (read_json(line, sink)) return true;
  if (test_) {
    if (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      return read_matrix_row(line, sink);
    }
    if (text.empty() || text.starts_with("SUM ")) {
      finish(sink);
      return true;
    }
  }
  return read_remark(text, line, sink);
}

void NvbandwidthReader::finish(LogSink& sink) {
  if (test_ && rows_ == 0 && test_->fault.empty()) {
    sink.refuse(title_line_, "no row follows this title: the run failed or was cut off");
  }
  test_.reset();
}

/// Everything but the numbers of a matrix.
bool NvbandwidthReader::read_remark(std::string_view text, const LogLine& line, LogSink& sink) {
  if (text.ends_with("(GB/s)") || text.ends_with("(ns)")) {
    return read_title(text, line.number, sink);
  }
  if (text.starts_with("Running ") && text.ends_with('.') && !has(text.substr(8), " ")) {
    finish(sink);
    name_ = text.substr(8, text.size() - 9);
    seen_ = true;
    if (sink.environment().tool.empty()) sink.environment().tool = "nvbandwidth";
    return true;
  }
  if (text.starts_with("nvbandwidth Version: v")) {
    seen_ = true;
    sink.environment().tool = fmt::format("nvbandwidth {}", text.substr(22));
    return true;
  }
  if (has(text, "nvbandwidth") && read_command(text)) return true;
  if (!seen_) return false;
  if (text.starts_with("Waived:") || text.starts_with("SUM ")) return true;
  if (text.starts_with("ERROR") || text.starts_with("Error:")) {
    sink.refuse(line.number, fmt::format("{} failed: {}", name_, text));
    test_.reset();
    return true;
  }
  if (text.starts_with("Driver Version: ")) {
    sink.environment().driver = text.substr(16);
    return true;
  }
  if (text.starts_with("Device ") && has(text, ": ") && has(text, " (")) {
    sink.environment().accelerator = trimmed(between(text, ": ", "("));
    return true;
  }
  return false;
}

/// "$ ./nvbandwidth -t device_local_copy -b 2048": the buffer in MiB.
bool NvbandwidthReader::read_command(std::string_view text) {
  const Words words(text);
  const auto* program = std::find_if(words.begin(), words.end(), [](std::string_view word) {
    return word == "nvbandwidth" || word.ends_with("/nvbandwidth");
  });
  if (program == words.end()) return false;
  for (const auto* word = program; word + 1 < words.end(); ++word) {
    if (*word != "-b" && *word != "--bufferSize") continue;
    if (const auto size = to_count(word[1]); size && *size > 0) buffer_bytes_ = *size * kMebi;
  }
  return true;
}

/// "memcpy CE GPU(row) <- GPU(column) bandwidth (GB/s)".
bool NvbandwidthReader::read_title(std::string_view text, std::uint64_t line, LogSink& sink) {
  if (!has(text, "(column)")) return false;
  finish(sink);
  seen_ = true;
  title_line_ = line;
  columns_ = 0;
  rows_ = 0;
  if (has(text, " Total ")) return true;  // the sum of two matrices that were printed before
  test_ = test_of(name_, text);
  if (!test_->fault.empty()) sink.refuse(line, test_->fault);
  return true;
}

NvbandwidthReader::Test NvbandwidthReader::test_of(std::string_view name,
                                                   std::string_view title) const {
  Test test;
  Sample& sample = test.sample;
  sample.nodes = 1;
  sample.ranks = 1;
  sample.bytes = buffer_bytes_.value_or(kDefaultBuffer);
  if (has(name, "latency") || title.ends_with("(ns)")) {
    test.fault = fmt::format("{} is the latency of a load, not of a copy", name);
  } else if (has(name, "all_to_one") || has(name, "one_to_all") || has(name, "broadcast") ||
             has(name, "bisect")) {
    test.fault = fmt::format("{} gives the total of many links at once", name);
  } else if (has(name, "device_local") || has(title, " local ")) {
    sample.operation = Operation::kMemoryStream;
    test.bytes_moved = 2;
  } else if (has(name, "device_to_device") || has(title, "GPU(row)")) {
    const bool nodes = name.starts_with("multinode");
    sample.operation = nodes ? Operation::kPointToPointStream : Operation::kDeviceToDevice;
    sample.ranks = 2;
    if (nodes) sample.nodes = 0;
    test.between_devices = true;
  } else if (has(name, "host_to") || (name.empty() && has(title, "CPU(row) -> GPU"))) {
    sample.operation = Operation::kHostToDevice;
  } else if (has(name, "to_host") || (name.empty() && has(title, "CPU(row) <- GPU"))) {
    sample.operation = Operation::kDeviceToHost;
  } else {
    test.fault = "a matrix of nvbandwidth without 'Running <test>.' that says what it is of";
  }
  if (has(name, "bidirectional")) sample.flags.emplace_back("opposing_traffic");
  if (has(name, "all_to_host") || has(name, "host_to_all")) sample.flags.emplace_back("concurrent");
  if (name.ends_with("_sm")) sample.flags.emplace_back("by_kernel");
  if (!buffer_bytes_) sample.flags.emplace_back("bytes_assumed");
  sample.bytes *= test.bytes_moved;
  return test;
}

bool NvbandwidthReader::read_matrix_row(const LogLine& line, LogSink& sink) {
  const Words words(line.text);
  const auto index = to_count(words[0]);
  if (!index) return false;
  if (columns_ == 0) {
    columns_ = words.size();
    return true;
  }
  ++rows_;
  if (!test_->fault.empty()) return true;
  if (words.size() != columns_ + 1) {
    sink.refuse(line.number,
                fmt::format("{} figures in a matrix of {} columns", words.size() - 1, columns_));
    return true;
  }
  // A row beyond the columns stands on no diagonal, however large its number.
  const auto row = static_cast<std::size_t>(std::min(*index, static_cast<double>(columns_)));
  for (std::size_t column = 0; column < columns_; ++column) {
    take_cell(*test_, words[column + 1], row, column, line.number, sink);
  }
  return true;
}

void NvbandwidthReader::take_cell(const Test& test, std::string_view cell, std::size_t row,
                                  std::size_t column, std::uint64_t line, LogSink& sink) {
  if (cell == "N/A" || (test.between_devices && row == column)) return;  // was not measured
  const auto gb_per_s = to_number(cell);
  if (!gb_per_s || *gb_per_s <= 0) {
    return sink.refuse(line, fmt::format("the bandwidth of column {} is '{}'", column, cell));
  }
  Sample sample = test.sample;
  sample.time_s = sample.bytes / test.bytes_moved / (*gb_per_s * 1e9);
  if (!is_plausible(sample)) return sink.refuse(line, kImplausible);
  sink.sample(sample);
}

bool NvbandwidthReader::read_json(const LogLine& line, LogSink& sink) {
  const JsonBlock::State state = json_.add(line.text);
  if (state == JsonBlock::State::kOutside) {
    json_line_ = 0;
    return false;
  }
  if (json_line_ == 0) json_line_ = line.number;
  if (state == JsonBlock::State::kTooLong) sink.refuse(json_line_, "JSON that does not end");
  if (state == JsonBlock::State::kComplete) read_document(json_.text(), json_line_, sink);
  if (state != JsonBlock::State::kInside) json_line_ = 0;
  return true;
}

void NvbandwidthReader::read_document(const std::string& text, std::uint64_t line, LogSink& sink) {
  const nlohmann::json document = nlohmann::json::parse(text, nullptr, false);
  const auto body = document.is_object() ? document.find("nvbandwidth") : document.end();
  if (body == document.end() || !body->is_object()) {
    return sink.refuse(line, "what nvbandwidth -j wrote is not valid JSON");
  }
  seen_ = true;
  const nlohmann::json& root = *body;
  const std::string version = text_of(root, "version"), driver = text_of(root, "Driver Version");
  sink.environment().tool =
      fmt::format("nvbandwidth {}", version.substr(version[0] == 'v' ? 1 : 0));
  if (!driver.empty()) sink.environment().driver = driver;
  const auto cases = root.find("testcases");
  if (cases == root.end() || !cases->is_array()) {
    return sink.refuse(line, "no testcases in what nvbandwidth -j wrote");
  }
  for (const nlohmann::json& tested : *cases) {
    const std::string name = text_of(tested, "name"), status = text_of(tested, "status");
    if (status == "Waived") continue;
    const auto matrix = tested.find("bandwidth_matrix");
    if (status != "Passed" || matrix == tested.end() || !matrix->is_array()) {
      sink.refuse(line, fmt::format("{}: {} {}", name, status, text_of(tested, "error")));
      continue;
    }
    const Test test = test_of(name, text_of(tested, "bandwidth_description"));
    if (!test.fault.empty()) {
      sink.refuse(line, test.fault);
      continue;
    }
    for (std::size_t row = 0; row < matrix->size(); ++row) {
      const nlohmann::json& cells = (*matrix)[row];
      // Of a bidirectional test three matrices follow each other; the third is the total.
      if (!cells.is_array() || cells.empty() || row / cells.size() >= 2) break;
      for (std::size_t column = 0; column < cells.size(); ++column) {
        take_cell(test, cell_text(cells[column]), row % cells.size(), column, line, sink);
      }
    }
  }
}

}  // namespace sextant::ingest
