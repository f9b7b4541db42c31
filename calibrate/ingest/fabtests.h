#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "calibrate/ingest/log_reader.h"

namespace sextant::ingest {

class Words;

/// Reads the tables of libfabric's fabtests: fi_pingpong, fi_rdm_pingpong, fi_rma_bw,
/// fi_rdm_tagged_bw and their like, as text or as YAML (option -m).
///
/// MB is 10^6 bytes, k of a size 2^10, k of a count 10^3. Whether a row is of a ping-pong is seen
/// from its total, which counts both ways. usec/xfer is the time of one way. A first row that took
/// longer than the larger message of the second timed the connection too: `connection_setup`.
class FabtestsReader : public LogReader {
 public:
  bool read(const LogLine& line, LogSink& sink) override;
  void finish(LogSink& sink) override;
  std::string_view tool() const override { return seen_ ? "fabtests" : ""; }

 private:
  /// A row as printed.
  struct Row {
    double bytes = 0;       ///< cut off, not rounded, to the digits that are printed …
    double bytes_step = 0;  ///< … so that the size is less than this above
    double iterations = 0;
    double total = 0;
    double mb_per_s = 0;
    double usec = 0;
  };

  bool read_command(std::string_view text, LogSink& sink);
  void open_table(LogSink& sink);
  static std::optional<Row> parse_row(const Words& words, bool acknowledged);
  static std::optional<Row> parse_yaml(std::string_view text);
  void take(const Row& row, std::uint64_t line, LogSink& sink);
  void hand_on(Sample sample, LogSink& sink);

  bool seen_ = false;
  bool in_table_ = false;
  bool acknowledged_ = false;  ///< the table has the columns #sent and #ack
  std::string next_program_;   ///< of a command line that no table has followed yet
  std::string program_;        ///< "fi_rma_bw"; empty: not said
  std::uint64_t rows_ = 0;
  std::optional<Sample> first_;  ///< until the second row says whether it may be used
};

}  // namespace sextant::ingest
