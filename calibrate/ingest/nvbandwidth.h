#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calibrate/ingest/json_block.h"
#include "calibrate/ingest/log_reader.h"

namespace sextant::ingest {

/// Reads what nvbandwidth prints, as text or as JSON (option -j): a matrix for every test, one
/// sample for each pair that was measured. GB is 10^9 bytes.
///
/// The buffer that is copied is 512 MiB unless the command line stands in the log: every sample is
/// flagged `bytes_assumed` until then. A bidirectional test gives the bandwidth of one way while
/// the other is busy (`opposing_traffic`); tests of all accelerators at once are `concurrent`;
/// `_sm` copies by a kernel (`by_kernel`). device_local_copy reads and writes: its bytes count
/// twice.
class NvbandwidthReader : public LogReader {
 public:
  bool read(const LogLine& line, LogSink& sink) override;
  void finish(LogSink& sink) override;
  std::string_view tool() const override { return seen_ ? "nvbandwidth" : ""; }

 private:
  /// What a test's cells measure; nothing is measured that we use where `fault` says why.
  struct Test {
    Sample sample;           ///< all but the time
    double bytes_moved = 1;  ///< per byte copied
    bool between_devices = false;
    std::string fault;
  };

  bool read_remark(std::string_view text, const LogLine& line, LogSink& sink);
  bool read_command(std::string_view text);
  bool read_title(std::string_view text, std::uint64_t line, LogSink& sink);
  bool read_matrix_row(const LogLine& line, LogSink& sink);
  bool read_json(const LogLine& line, LogSink& sink);
  void read_document(const std::string& text, std::uint64_t line, LogSink& sink);
  Test test_of(std::string_view name, std::string_view title) const;
  static void take_cell(const Test& test, std::string_view cell, std::size_t row,
                        std::size_t column, std::uint64_t line, LogSink& sink);

  bool seen_ = false;
  std::optional<double> buffer_bytes_;  ///< from the command line
  std::string name_;                    ///< of the test that is running
  std::optional<Test> test_;            ///< of the matrix that is being read
  std::uint64_t title_line_ = 0;
  std::size_t columns_ = 0;  ///< 0: the line with their numbers is yet to come
  std::uint64_t rows_ = 0;
  JsonBlock json_{"nvbandwidth"};
  std::uint64_t json_line_ = 0;  ///< where it begins
};

}  // namespace sextant::ingest
