#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "calibrate/ingest/ingest.h"

namespace sextant::fixtures {

/// A log, read as `sextant calibrate ingest` reads it.
struct Ingested {
  std::vector<ingest::Sample> samples;
  ingest::IngestReport report;

  bool has_flag(std::size_t i, std::string_view flag) const {
    const auto& flags = samples.at(i).flags;
    return std::find(flags.begin(), flags.end(), flag) != flags.end();
  }
  std::vector<std::string> reasons() const {
    std::vector<std::string> all;
    for (const ingest::Refusal& refusal : report.refused.shown()) {
      all.push_back(fmt::format("{}: {}", refusal.line, refusal.reason));
    }
    return all;
  }
};

inline Ingested ingested(std::string_view log, const ingest::LogHints& hints = {}) {
  Ingested result;
  ingest::TextSource source(log);
  result.report = ingest::ingest_log(
      source, hints, [&](const ingest::Sample& sample) { result.samples.push_back(sample); });
  return result;
}

/// "  187.70  55.86  104.74": the figures of a direction as nccl-tests prints them.
inline std::string figures(double bytes, double time_us, double factor) {
  const int digits = time_us >= 10'000 ? 0 : time_us >= 100 ? 1 : 2;
  const double algbw = bytes / time_us * 1e-3;
  return fmt::format("  {:7.{}f}  {:6.2f}  {:6.2f}", time_us, digits, algbw, algbw * factor);
}

/// A row of nccl-tests since 2022, of an element of four bytes.
inline std::string row(double bytes, double count, std::string_view columns, double time_us,
                       double factor, std::string_view wrong = "0") {
  const std::string half = figures(bytes, time_us, factor) + fmt::format("  {:>5}", wrong);
  return fmt::format("{:12.0f}  {:12.0f}     float  {}{}{}\n", bytes, count, columns, half, half);
}

inline std::string all_reduce_row(double bytes, double time_us, int ranks) {
  return row(bytes, bytes / 4, "   sum      -1", time_us, 2.0 * (ranks - 1) / ranks);
}

inline constexpr const char* kHeader =
    "#                                                              out-of-place                  "
    "     in-place          \n"
    "#       size         count      type   redop    root     time   algbw   busbw #wrong     time "
    "  algbw   busbw #wrong\n"
    "#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us) "
    " (GB/s)  (GB/s)       \n";

inline constexpr const char* kFooter =
    "# Out of bounds values : 0 OK\n# Avg bus bandwidth    : 12.3456 \n#\n";

/// What nccl-tests prints before a table, for ranks on nodes of eight.
inline std::string rank_lines(int ranks, int per_node = 8) {
  std::string text =
      "# nThread 1 nGpus 1 minBytes 8 maxBytes 1073741824 step: 2(factor) warmup iters: 5 iters: "
      "20 agg iters: 1 validation: 1 graph: 0\n#\n# Using devices\n";
  for (int rank = 0; rank < ranks; ++rank) {
    text += fmt::format(
        "#  Rank {:2} Group  0 Pid {:6} on node-{} device {:2} [0x{:02x}] NVIDIA H100 80GB HBM3\n",
        rank, 1000 + rank, rank / per_node, rank % per_node, rank);
  }
  return text + "#\n";
}

inline std::string all_reduce_log(int ranks = 16, int per_node = 8) {
  return rank_lines(ranks, per_node) + kHeader + all_reduce_row(1048576, 61.25, ranks) +
         all_reduce_row(268435456, 1225.5, ranks) + all_reduce_row(1073741824, 4710.3, ranks) +
         kFooter;
}

}  // namespace sextant::fixtures
