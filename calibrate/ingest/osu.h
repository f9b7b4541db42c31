#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "calibrate/ingest/launch_command.h"
#include "calibrate/ingest/log_reader.h"
#include "calibrate/ingest/osu_title.h"

namespace sextant::ingest {

class Words;

/// Reads the tables of the OSU micro-benchmarks, 5.6 to 7.5: a title with the test's name and
/// version, a header "# Size …" with units, rows of numbers, and other lines anywhere between.
///
/// MB is 10^6 bytes. osu_bibw prints the sum of both ways and osu_mbw_mr that of all pairs. The
/// size of a collective is one rank's (`per_rank_bytes`), save that of reduce-scatter, which is the
/// whole vector as in nccl-tests. How many ranks took part stands only in the command line, if that
/// was captured. The time of a non-blocking collective is the column Pure Comm.:
/// Overall includes computation.
class OsuReader : public LogReader {
 public:
  bool read(const LogLine& line, LogSink& sink) override;
  void finish(LogSink& sink) override;
  std::string_view tool() const override { return seen_ ? "osu" : ""; }

 private:
  /// Where a row has what; the size is its first word.
  struct Columns {
    std::size_t count = 0;
    std::size_t figure = 0;
    std::size_t iterations = 0, p50 = 0, p99 = 0, validation = 0;  ///< 0: has none
  };

  bool read_command(std::string_view text);
  bool read_title(std::string_view comment, LogSink& sink);
  bool read_remark(std::string_view comment, LogSink& sink);
  bool read_header(std::string_view comment, const LogLine& line, LogSink& sink);
  bool read_row(const LogLine& line, LogSink& sink);
  std::string fill_in(const Words& words, double size, Sample& sample) const;
  std::string fault_of(const Columns& columns) const;
  void place(Sample& sample) const;
  void close_table(LogSink& sink);

  bool seen_ = false;
  Launch next_launch_;  ///< of a command line that no title has followed yet
  Launch launch_;       ///< of the test
  std::optional<OsuTitle> title_;
  double pairs_ = 0;  ///< 0: not said
  std::optional<Columns> columns_;
  bool refused_ = false;  ///< the whole table
  std::uint64_t header_line_ = 0;
  std::uint64_t rows_ = 0;
  double last_size_ = -1;  ///< sizes grow within a table
};

}  // namespace sextant::ingest
