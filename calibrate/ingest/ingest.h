#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "calibrate/ingest/log_reader.h"
#include "calibrate/ingest/log_source.h"
#include "calibrate/ingest/refusals.h"

namespace sextant::ingest {

/// What became of one log.
struct IngestReport {
  std::string file;
  std::set<std::string> tools;      ///< whose output was found
  std::set<Operation> operations;   ///< of the samples
  std::optional<int> ranks, nodes;  ///< if all samples agree
  std::optional<int> ranks_per_node;
  std::uint64_t rows = 0;        ///< of tables, that were used
  std::uint64_t rows_found = 0;  ///< these and those of which nothing could be used
  std::uint64_t samples = 0;
  /// Largest bus bandwidth of collectives [GB/s], out of place where that was measured.
  std::optional<double> peak_busbw_gbs;
  Refusals refused;
  std::vector<std::string> warnings;
  Environment environment;
  std::string failure;  ///< why nothing could be used; empty: something could
};

/// Reads a log of any tool that has a reader, in constant memory, and hands its samples on as they
/// come. What is wrong with the log is in the report.
/// @throws io::InputError if the source cannot be read
IngestReport ingest_log(LogSource& source, const LogHints& hints,
                        const std::function<void(const Sample&)>& take);

}  // namespace sextant::ingest
