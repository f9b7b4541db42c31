#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "calibrate/ingest/json_block.h"
#include "calibrate/ingest/log_reader.h"

namespace sextant::ingest {

class Words;

/// Reads the tables of perftest: ib_write_bw, ib_read_bw, ib_send_bw and the same with _lat.
///
/// MB is 2^20 bytes, Gb 10^9 bits. A bidirectional bandwidth is that of both ways together. The
/// latency of writes and sends is one way's, that of reads there and back (`round_trip`). Server
/// and client print the same rows: where a log holds both, interleaved or not, a row counts once.
/// --out_json is read too; what some versions write is no JSON and is refused.
class PerftestReader : public LogReader {
 public:
  bool read(const LogLine& line, LogSink& sink) override;
  void finish(LogSink& sink) override;
  std::string_view tool() const override { return seen_ ? "perftest" : ""; }

 private:
  /// Where a row has what. 0: has none; the size is the first word.
  struct Columns {
    std::size_t count = 0;
    std::size_t iterations = 0;
    std::size_t peak = 0, average = 0, rate = 0;
    std::size_t mean = 0, median = 0, p99 = 0;
    double bytes_per_unit = 0;  ///< of a bandwidth
  };
  using Printed = std::pair<std::uint64_t, std::string>;  ///< a row's line number and text

  bool read_title(std::string_view text);
  bool read_address(std::string_view text);
  bool read_setting(std::string_view text, LogSink& sink) const;
  bool read_header(const LogLine& line, LogSink& sink);
  bool read_row(const LogLine& line, LogSink& sink);
  bool read_json(const LogLine& line, LogSink& sink);
  bool read_broken_json(const LogLine& line, LogSink& sink);
  bool is_repeated(const Words& words, const LogLine& line, LogSink& sink);
  std::string read_bandwidth(const Words& words, Sample& sample) const;
  std::string read_latency(const Words& words, Sample& sample) const;

  bool seen_ = false;
  std::string title_;
  std::optional<Columns> columns_;
  bool refused_ = false;  ///< the whole table
  std::uint64_t header_line_ = 0;
  std::uint64_t rows_ = 0;  ///< since the last header
  JsonBlock json_{"test_info"};
  std::uint64_t json_line_ = 0;  ///< where it begins; 0: outside
  bool in_broken_json_ = false;

  // One connection, as server and client print it.
  std::set<std::string> local_, remote_;  ///< addresses: queue pair and packet sequence number
  bool mirrored_ = false;                 ///< both ends are in this log
  int titles_ = 0;
  std::map<std::pair<double, double>, Printed> printed_;  ///< by size and iterations
};

}  // namespace sextant::ingest
