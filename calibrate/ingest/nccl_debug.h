#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "calibrate/ingest/log_reader.h"

namespace sextant::ingest {

/// Reads what NCCL (NCCL_DEBUG=INFO, WARN), aws-ofi-nccl, the launcher's command line and the
/// kernel's log say about a run: versions, the network that was chosen, its cards, GPU direct,
/// channels, variables, errors. No samples. Of interleaved ranks it keeps the worst, in memory that
/// does not grow with the log.
/// @source the wording in the sources of NCCL 2.8 to 2.30 and aws-ofi-nccl 1.1 to 1.21.
class NcclDebugReader : public LogReader {
 public:
  bool read(const LogLine& line, LogSink& sink) override;
  void finish(LogSink& sink) override;
  std::string_view tool() const override { return {}; }

 private:
  void read_message(std::string_view prefix, std::string_view message, const LogLine& line,
                    Environment& environment);
  void read_network(std::string_view message, std::uint64_t line, Environment& environment);
  void read_plugin(std::string_view message, std::uint64_t line, Environment& environment);
  void read_plugin_search(std::string_view message, std::uint64_t line);
  void read_tuner(std::string_view message, std::uint64_t line, Environment& environment);
  void read_connection(std::string_view prefix, std::string_view message, std::uint64_t line,
                       Environment& environment);
  void read_communicator(std::string_view message, std::uint64_t line, Environment& environment);
  void read_variable(std::string_view message, std::uint64_t line, Environment& environment);
  void read_command(std::string_view text, std::uint64_t line, Environment& environment);
  void read_outside(std::string_view text, std::uint64_t line, Environment& environment);
  void note_variable(std::string_view name, std::string_view value, std::uint64_t line,
                     Environment& environment);
  void note_provider(std::string_view name, std::uint64_t line, Environment& environment);
  void note_instance(std::string_view name, std::uint64_t line, Environment& environment);
  void note_error(std::string_view text, std::uint64_t line);
  void note_line(const std::string& what, std::uint64_t line) { log_.lines.emplace(what, line); }
  void decide_gpu_direct(Environment& environment);

  bool any_ = false;
  NcclLog log_;
  std::set<int> devices_, connected_, accelerators_;
  std::set<std::string> set_by_plugin_;
  std::map<std::string, std::size_t> error_of_;  ///< text without numbers → index in log_.errors
  std::optional<int> ofi_cards_, ib_cards_;
  std::uint64_t ib_line_ = 0;
  std::optional<bool> direct_of_cards_;  ///< what lines about single cards say
  bool tuner_loaded_ = false;
  int most_ranks_ = 0;
};

}  // namespace sextant::ingest
