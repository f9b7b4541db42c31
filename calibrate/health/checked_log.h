#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "calibrate/health/finding.h"
#include "calibrate/ingest/measurement.h"

namespace sextant::health {

/// A row that the reader refused.
struct RefusedRow {
  std::uint64_t line = 0;
  std::string reason;
};

/// One log, or one measurements document, as it was read.
struct CheckedLog {
  std::string file = {};
  ingest::Environment environment = {};
  std::vector<ingest::Sample> samples = {};
  std::vector<RefusedRow> refused = {};
  std::vector<std::string> warnings = {};  ///< the reader's, of the whole log
  std::string failure = {};                ///< where the run failed, if it left no measurements

  /// What NCCL logged; empty if it did not.
  const ingest::NcclLog& nccl() const;
  /// Whether NCCL described how it was initialised.
  bool initialised() const { return nccl().initialised; }
  /// The line that says `what` (see NcclLog::lines); 0 if not known.
  std::uint64_t line_of(const std::string& what) const;
  /// Nodes that took part; the most, if there are several runs. 0: not known.
  int nodes() const;
  /// Ranks on each of them; 0: not known.
  int ranks_per_node() const;
  /// The version of a part of the software; empty if not known.
  std::string version_of(StackPart part) const;
  bool over_tcp() const;
  /// A plugin that does not state its version is older than 1.5.
  bool silent_plugin() const;
  /// The value of a variable that was set, and not by the plugin itself.
  std::optional<std::string> user_value(const std::string& variable) const;
};

/// Bus bandwidth of a sample [B/s]; nothing for what is no collective or has one rank only.
std::optional<double> bus_bandwidth(const ingest::Sample& sample);

/// The same collective by its other name; nothing if it has no norms.
std::optional<NormedOperation> normed(ingest::Operation operation);

/// Whether the accelerator's name holds `device` as a word: "GH200" does not hold "H200".
bool names_device(const std::string& accelerator, const std::string& device);

/// "437.8 GB/s".
std::string gigabytes_per_second(double bytes_per_second);

/// "2 GiB" or "1.73 GB".
std::string size_text(double bytes);

/// "1 node", "2 nodes".
std::string nodes_text(int nodes);

}  // namespace sextant::health
