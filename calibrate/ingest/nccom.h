#pragma once

#include <string>
#include <vector>

#include "calibrate/ingest/collective_table.h"
#include "calibrate/ingest/log_reader.h"

namespace sextant::ingest {

/// Reads the tables of nccom-test, the benchmark of AWS Neuron's collectives. Ranks are its -r
/// workers: NeuronCores.
class NccomReader : public LogReader {
 public:
  bool read(const LogLine& line, LogSink& sink) override;
  void finish(LogSink& sink) override;
  std::string_view tool() const override { return recognised_ ? "nccom-test" : ""; }

 private:
  void read_header(std::string_view text, LogSink& sink);
  bool read_row(std::string_view text, std::uint64_t number, LogSink& sink);
  void read_command(std::string_view text, LogSink& sink);

  bool recognised_ = false;
  bool in_table_ = false;
  std::vector<std::string> columns_;
  RunFacts facts_;
  CollectiveTable table_;
};

}  // namespace sextant::ingest
