#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calibrate/ingest/measurement.h"

namespace sextant::ingest {

/// What a test of the OSU micro-benchmarks measures.
struct OsuTest {
  enum class Figure { kTime, kBandwidth };

  Operation operation = Operation::kPointToPoint;
  Figure figure = Figure::kTime;
  int ranks = 0;       ///< 0: any number
  bool pairs = false;  ///< several pairs at once
  std::vector<std::string> flags;
};

struct OsuTitle {
  std::string name;     ///< "non-blocking allreduce latency"; of one-sided tests "put latency"
  std::string version;  ///< "7.5"
  std::optional<OsuTest> test;  ///< nothing if it is no operation of ours
  /// The library is "MPI-CUDA", "MPI-ROCM", or one for accelerators only: "NCCL".
  bool device_buffers = false;
};

/// Reads "OSU MPI-CUDA Non-blocking Allreduce Latency Test v7.5" and "OSU MPI_Put Bandwidth Test
/// v5.6"; nothing if the text is no title.
std::optional<OsuTitle> parse_osu_title(std::string_view comment);

}  // namespace sextant::ingest
