#include "calibrate/ingest/json_results.h"

#include <fmt/format.h>

#include <algorithm>

#include "calibrate/ingest/conditions.h"
#include "calibrate/ingest/environment_variables.h"
#include "calibrate/ingest/nccl_tests_program.h"
#include "calibrate/ingest/nccom_row.h"
#include "calibrate/ingest/text.h"
#include "src/io/printable.h"

namespace sextant::ingest {
namespace {

using Text = std::string_view;

constexpr std::size_t kLongest = 200;

bool take_prefix(Text& path, Text prefix) {
  if (!path.starts_with(prefix)) return false;
  path.remove_prefix(prefix.size());
  return true;
}

/// The value below which a share of the values lies: the nearest rank.
std::optional<double> percentile(std::vector<double> values, double share) {
  if (values.empty()) return std::nullopt;
  const auto last = static_cast<double>(values.size() - 1);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * last + 0.5);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace

void JsonResults::leaf(Text path, Text value) {
  if (take_prefix(path, "results/[]/")) return result(path, value);
  if (take_prefix(path, "config/")) return config(path, value);
  if (take_prefix(path, "devices/[]/")) {
    device_[std::string(path)] = std::string(value.substr(0, kLongest));
  } else if (path == "args/[]" && command_.size() < 4096) {
    command_ += std::string(value.substr(0, kLongest)) + " ";
  } else if (path == "env/[]" || path.starts_with("env/")) {
    // NAME=value, or NAME: value. Whatever is not a tool's variable is not even looked at.
    const Text name = path == "env/[]" ? value.substr(0, value.find('=')) : path.substr(4);
    if (!is_tool_variable(name)) return;
    const Text set_to =
        path == "env/[]" ? value.substr(std::min(name.size() + 1, value.size())) : value;
    sink_.environment().env[std::string(name)] = io::printable(set_to.substr(0, kLongest));
  } else if (path == "nccl_version") {
    if (const auto number = to_count(value); number && *number < 1e6) {
      sink_.environment().nccl = nccl_version_text(static_cast<int>(*number));
    }
  } else if (path == "errors/[]") {
    sink_.warn(fmt::format("the run reports: {}", io::printable(value.substr(0, kLongest))));
  }
}

void JsonResults::config(Text key, Text value) {
  config_[std::string(key)] = std::string(value.substr(0, kLongest));
  static const std::map<Text, const char*> kConditions{{"iterations", "iterations"},
                                                       {"warmup_iters", "warmup"},
                                                       {"aggregated_iterations", "aggregated"},
                                                       {"validation", "validation"},
                                                       {"graph", "graph"},
                                                       {"nthreads", "threads_per_process"},
                                                       {"ngpus", "accelerators_per_thread"},
                                                       {"blocking_collectives", "blocking"}};
  const auto known = kConditions.find(key);
  if (known != kConditions.end()) set_condition(sink_.environment(), known->second, value);
  if (key == "iterations") facts_.repetitions = to_count(value);
  const bool on = value != "0" && value != "false" && !value.empty();
  if (key == "graph" || key == "blocking_collectives") {
    set_flag(facts_.flags, key == "graph" ? "graph" : "blocking", on);
  }
}

void JsonResults::result(Text key, Text value) {
  constexpr std::size_t kMostTimes = 100'000;
  for (const char* direction : {"out_of_place", "in_place"}) {
    if (key == fmt::format("{}_per_iter/times_us/[]", direction)) {
      auto& times = times_us_[direction];
      const auto time = to_number(value);
      if (time && times.size() < kMostTimes) times.push_back(*time);
      return;
    }
  }
  if (result_.size() < 100) result_[std::string(key)] = std::string(value.substr(0, kLongest));
}

void JsonResults::end(Text path, std::uint64_t line) {
  if (path == "devices/[]/") end_device();
  if (path == "results/[]/") end_result(line);
}

/// Of every process only the first device is listed.
void JsonResults::end_device() {
  const auto whole = [](const std::string& text, double otherwise) {
    return static_cast<int>(std::min(to_count(text).value_or(otherwise), 1e6));
  };
  const int threads = std::clamp(whole(config_["nthreads"], 1), 1, 1024);
  const int own = threads * std::clamp(whole(config_["ngpus"], 1), 1, 1024);
  for (int i = 0; i < own; ++i) {
    ranks_.add(whole(device_["rank"], 0) + i, whole(device_["group"], 0), device_["hostname"]);
  }
  Text name = device_["device_info"];
  name.remove_prefix(name.find("] ") == Text::npos ? 0 : name.find("] ") + 2);
  if (!name.empty()) ranks_.set_accelerator(io::printable(name));
  device_.clear();
}

Text JsonResults::value(const std::string& key) const {
  const auto found = result_.find(key);
  return found == result_.end() ? Text() : Text(found->second);
}

std::optional<RowFigures> JsonResults::figures(const std::string& prefix) const {
  const auto time = parse_printed(value(prefix + "/time"));
  const auto algbw = parse_printed(value(prefix + "/alg_bw"));
  const auto busbw = parse_printed(value(prefix + "/bus_bw"));
  if (!time || !algbw || !busbw) return std::nullopt;
  RowFigures figures{*time, *algbw, *busbw, value(prefix + "/nwrong")};
  if (figures.wrong.empty()) figures.wrong = "N/A";
  const auto times = times_us_.find(prefix);
  if (times != times_us_.end()) {
    figures.p50_us = percentile(times->second, 0.50);
    figures.p99_us = percentile(times->second, 0.99);
  }
  return figures;
}

void JsonResults::fill_nccl_tests(CollectiveRow& row) const {
  row.bytes = to_count(value("size")).value_or(0);
  row.count = to_count(value("count"));
  row.type = value("type");
  const Text reduction = trimmed(value("redop")), root = trimmed(value("root"));
  if (!reduction.empty()) {
    row.reduction =
        reduction == "none" ? CollectiveRow::Reduction::kNone : CollectiveRow::Reduction::kSome;
  }
  if (!root.empty()) {
    row.root = root.starts_with('-') ? CollectiveRow::Root::kNone : CollectiveRow::Root::kSome;
  }
  row.out_of_place = figures("out_of_place");
  row.in_place = figures("in_place");
}

void JsonResults::fill_nccom(CollectiveRow& row) const {
  NccomCells cells;
  for (const auto& [key, text] : result_) cells.emplace_back(key, text);
  fill_nccom_row(cells, row, sink_);
}

void JsonResults::end_result(std::uint64_t line) {
  is_nccom_ |= result_.contains("size(B)");
  facts_.two_directions = !is_nccom_;
  if (!facts_are_complete_) {
    facts_are_complete_ = true;
    take_program(command_, facts_, sink_.environment());
    facts_.ranks = ranks_.ranks();
    facts_.nodes = ranks_.nodes();
    if (!ranks_.accelerator().empty()) sink_.environment().accelerator = ranks_.accelerator();
  }
  CollectiveRow row;
  row.line = line;
  is_nccom_ ? fill_nccom(row) : fill_nccl_tests(row);
  if (row.out_of_place || row.in_place) {
    table_.add(row, facts_, sink_);
  } else if (result_.contains("out_of_place/cpu_time")) {
    sink_.refuse(line, kCpuTime);
  } else {
    sink_.refuse(line, "time, alg_bw and bus_bw were not found");
  }
  result_.clear();
  times_us_.clear();
}

void JsonResults::finish() {
  table_.close(facts_, sink_);
  if (sink_.environment().tool.empty()) sink_.environment().tool = std::string(tool());
  if (table_.one_rank_rows() > 0) sink_.warn(one_rank_warning(ranks_.lines()));
}

}  // namespace sextant::ingest
