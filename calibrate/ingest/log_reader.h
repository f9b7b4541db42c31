#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "calibrate/ingest/measurement.h"

namespace sextant::ingest {

/// What the user says of a log that the log itself may not say.
struct LogHints {
  std::string file = {};  ///< its name; often the only place that names a collective
  std::optional<Operation> operation = {};  ///< --operation
  int nodes = 0;                            ///< --nodes; 0: not given
  int ranks_per_node = 0;                   ///< --ranks-per-node; 0: not given
};

/// Where readers put what they find, as they find it: a log may be larger than memory.
class LogSink {
 public:
  virtual ~LogSink() = default;
  /// A point. The sink fills in ranks, nodes and conditions that only the whole log knows.
  virtual void sample(const Sample& sample) = 0;
  /// A row that looked like a measurement and cannot be used, and why, in words of the user.
  virtual void refuse(std::uint64_t line, std::string_view reason) = 0;
  /// What the log says of its surroundings; readers fill in what they see.
  virtual Environment& environment() = 0;
  /// Something that the user should know of the whole log; the same words are told once.
  virtual void warn(std::string_view) {}
  virtual const LogHints& hints() const {
    static const LogHints none;
    return none;
  }
  /// The samples up to end_row are of one row of a table, which prints this bus bandwidth [GB/s].
  /// Without these calls, every sample is a row.
  virtual void begin_row(std::optional<double> /*bus_bandwidth*/) {}
  virtual void end_row() {}
};

/// One line of a log, without its end.
struct LogLine {
  std::string_view text;     ///< without the launcher's tag and without indentation
  std::string_view whole;    ///< as it stands
  std::uint64_t number = 0;  ///< from 1
};

/// Reads one tool's output. Every reader sees every line, in order, until one says that it was its
/// own; a reader keeps only what it needs to understand the lines to come.
class LogReader {
 public:
  virtual ~LogReader() = default;
  /// Whether the line is this tool's; if so, it has been dealt with.
  virtual bool read(const LogLine& line, LogSink& sink) = 0;
  /// After the last line: a table that was cut off is reported here.
  virtual void finish(LogSink& sink) = 0;
  /// The tool, as in Environment::tool without its version; empty while nothing was recognised.
  virtual std::string_view tool() const = 0;
};

}  // namespace sextant::ingest
