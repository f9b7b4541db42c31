#include "calibrate/comm/storage/s3_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {
namespace {

constexpr int kMostConnections = 1000;
constexpr std::uint64_t kMostParts = 10000;
constexpr double kGiB = 1u << 30;
constexpr double kSmallBytes = 1024;

}  // namespace

std::vector<int> connection_counts(const S3Options& options) {
  std::vector<int> counts = options.connections;
  if (counts.empty()) counts = {1, 2, 4, 8, 16, 32};
  std::sort(counts.begin(), counts.end());
  counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
  if (counts.front() < 1 || counts.back() > kMostConnections) {
    throw CommError(fmt::format("a rank has between 1 and {} connections, not {}", kMostConnections,
                                counts.front() < 1 ? counts.front() : counts.back()));
  }
  return counts;
}

std::uint64_t part_bytes(const S3Options& options, int connections) {
  const std::uint64_t whole = options.object_bytes * static_cast<std::uint64_t>(connections);
  const std::uint64_t asked =
      std::clamp<std::uint64_t>(options.part_bytes, 1, options.object_bytes);
  return std::max(asked, (whole + kMostParts - 1) / kMostParts);
}

int small_objects(const S3Options& options, int connections) {
  return std::max(options.small_objects, connections);
}

S3Bill estimate(const S3Options& options, int ranks, int repetitions) {
  S3Bill bill;
  const double object = static_cast<double>(options.object_bytes);
  const double writes = repetitions, reads = repetitions + 1;  // one more to compare every byte
  for (const int connections : connection_counts(options)) {
    const double part = static_cast<double>(part_bytes(options, connections));
    const double parts = std::ceil(connections * object / part);
    bill.put += writes * (connections + parts + 2);
    bill.get += reads * (connections + parts);
    bill.bytes_up += writes * 2 * connections * object;
    bill.bytes_down += reads * 2 * connections * object;
    if (options.small_objects <= 0) continue;
    const double small = small_objects(options, connections);
    bill.put += writes * small;
    bill.get += reads * small;
    bill.bytes_up += writes * small * kSmallBytes;
    bill.bytes_down += reads * small * kSmallBytes;
  }
  for (double* value : {&bill.put, &bill.get, &bill.bytes_up, &bill.bytes_down}) *value *= ranks;
  ++bill.put;  // the root looks first whether it may
  ++bill.get;
  return bill;
}

std::string text_of(const S3Bill& bill) {
  return fmt::format(
      "about {:.0f} requests that write (PUT, POST) and {:.0f} that read (GET), "
      "{:.1f} GiB up and {:.1f} GiB down, retries aside",
      bill.put, bill.get, bill.bytes_up / kGiB, bill.bytes_down / kGiB);
}

}  // namespace sextant::comm
