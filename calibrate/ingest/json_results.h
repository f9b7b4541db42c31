#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calibrate/ingest/collective_table.h"
#include "calibrate/ingest/log_reader.h"
#include "calibrate/ingest/rank_list.h"

namespace sextant::ingest {

/// Understands the JSON of nccl-tests and nccom-test from its leaves, as they come.
class JsonResults {
 public:
  explicit JsonResults(LogSink& sink) : sink_(sink) {}

  /// A value with its path: "config/iterations", "results/[]/out_of_place/time".
  void leaf(std::string_view path, std::string_view value);
  /// An object has ended; its path ends in a slash.
  void end(std::string_view path, std::uint64_t line);
  void finish();
  std::string_view tool() const { return is_nccom_ ? "nccom-test" : "nccl-tests"; }

 private:
  void config(std::string_view key, std::string_view value);
  void result(std::string_view key, std::string_view value);
  void end_device();
  void end_result(std::uint64_t line);
  std::optional<RowFigures> figures(const std::string& prefix) const;
  std::string_view value(const std::string& key) const;
  void fill_nccl_tests(CollectiveRow& row) const;
  void fill_nccom(CollectiveRow& row) const;

  LogSink& sink_;
  bool is_nccom_ = false;
  std::map<std::string, std::string> device_, result_;
  std::map<std::string, std::vector<double>> times_us_;  ///< by direction: of every iteration
  std::map<std::string, std::string> config_;
  std::string command_;
  RankList ranks_;
  RunFacts facts_;
  bool facts_are_complete_ = false;
  CollectiveTable table_;
};

}  // namespace sextant::ingest
