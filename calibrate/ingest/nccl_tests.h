#pragma once

#include <map>
#include <string>

#include "calibrate/ingest/collective_table.h"
#include "calibrate/ingest/log_reader.h"
#include "calibrate/ingest/nccl_tests_row.h"
#include "calibrate/ingest/rank_list.h"

namespace sextant::ingest {

/// Reads what nccl-tests, rccl-tests and their forks print, from 2017 to version 2.19, as people
/// copy it: see calibrate/ingest/README.md.
class NcclTestsReader : public LogReader {
 public:
  bool read(const LogLine& line, LogSink& sink) override;
  void finish(LogSink& sink) override;
  std::string_view tool() const override { return recognised_ ? tool_ : ""; }

 private:
  bool read_row(std::string_view text, std::uint64_t number, LogSink& sink);
  bool take_row(const NcclTestsLine& row, std::uint64_t number, LogSink& sink);
  void keep_unfinished(const NcclTestsLine& row);
  bool read_finished(std::string_view text, std::uint64_t number, LogSink& sink);
  bool read_statement(std::string_view text, LogSink& sink);
  bool read_header(std::string_view text, LogSink& sink);
  bool read_version(std::string_view text, LogSink& sink);
  void read_settings(std::string_view text, LogSink& sink);
  void read_command(std::string_view text, LogSink& sink);
  void read_collective(std::string_view name, LogSink& sink);
  void begin_run(LogSink& sink);
  void end_run(LogSink& sink);
  void take_ranks(LogSink& sink);

  bool recognised_ = false;
  std::string_view tool_ = "nccl-tests";
  RankList ranks_;
  bool ranks_changed_ = false;
  RunFacts facts_;
  NcclTestsColumns columns_;
  CollectiveTable table_;
  bool named_by_tool_ = false;  ///< the collective, by "Collective test starting"
  bool footer_seen_ = false;
  int runs_ = 0;
  std::string unfinished_type_;
  std::optional<NcclTestsLine> unfinished_;
};

}  // namespace sextant::ingest
