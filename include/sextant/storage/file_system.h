#pragma once

#include <optional>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

enum class TransferDirection { kWrite, kRead };

/// A shared file system: FSx for Lustre, EFS. What it moves grows with its capacity where that is
/// given; beyond the baseline it bursts as long as its credits last. Reads are of what its servers
/// no longer hold in memory.
struct FileSystem {
  /// Provisioned, or what lies in it where throughput grows with that. Absent: it does not matter.
  std::optional<Coefficient<Bytes>> capacity;
  /// All clients together: per TiB where there is a capacity, else in all.
  Coefficient<BytesPerSecond> read_baseline;
  Coefficient<BytesPerSecond> write_baseline;
  std::optional<Coefficient<BytesPerSecond>> read_burst;  ///< absent: no more than the baseline
  std::optional<Coefficient<BytesPerSecond>> write_burst;
  /// Full credits last so long at the burst bandwidth.
  std::optional<Coefficient<Seconds>> burst_time;
  /// Of one client (node) over IP, and over EFA where the system has such clients. Absent: no limit
  /// but the node's.
  std::optional<Coefficient<BytesPerSecond>> client_bandwidth;
  std::optional<Coefficient<BytesPerSecond>> efa_client_bandwidth;
  /// Each server has so much of the capacity, and gives one client over IP no more than that.
  /// Absent: no such limit.
  std::optional<Coefficient<Bytes>> server_capacity;
  std::optional<Coefficient<BytesPerSecond>> server_bandwidth;
  Coefficient<Seconds> latency;  ///< of one operation: opening a file, a small read
};

template <class Archive>
void visit(Archive& a, FileSystem& s) {
  a.object("file_system", "A shared file system.");
  a.field("capacity", s.capacity,
          {.doc = "Provisioned, or filled, which throughput grows with; absent: it does not",
           .min = 1});
  a.field("read_baseline", s.read_baseline,
          {.doc = "All clients: per TiB where there is a capacity, else in all",
           .min = 1,
           .required = true});
  a.field("write_baseline", s.write_baseline, {.doc = "Likewise", .min = 1, .required = true});
  a.field("read_burst", s.read_burst,
          {.doc = "While credits last; absent: as the baseline", .min = 1});
  a.field("write_burst", s.write_burst,
          {.doc = "While credits last; absent: as the baseline", .min = 1});
  a.field("burst_time", s.burst_time,
          {.doc = "Full credits last so long at the burst bandwidth; absent: none", .min = 0});
  a.field("client_bandwidth", s.client_bandwidth,
          {.doc = "Of one client over IP; absent: the node's", .min = 1});
  a.field("efa_client_bandwidth", s.efa_client_bandwidth,
          {.doc = "Of one client over EFA; absent: it has no such clients", .min = 1});
  a.field("server_capacity", s.server_capacity,
          {.doc = "Part of the capacity that one of its servers has", .min = 1});
  a.field("server_bandwidth", s.server_bandwidth,
          {.doc = "Between one server and one client over IP; absent: no limit", .min = 1});
  a.field("latency", s.latency,
          {.doc = "Of one operation: opening a file, a small read", .min = 0, .required = true});
}

/// Of all clients together, without bursts.
BytesPerSecond baseline_of(const FileSystem& system, TransferDirection direction);

/// The nodes at one end of a transfer; each moves an equal share.
struct FileClients {
  int nodes = 1;
  /// Of one node, on the way to its files: IP, or the fabric for a client over EFA. Absent: no
  /// limit.
  std::optional<BytesPerSecond> node_bandwidth;
  bool efa = false;
};

/// Time to move `size` bytes in all, after `idle` time in which credits came back (they start
/// full): at the burst bandwidth while credits last, then at the baseline, never faster than the
/// clients together.
Seconds file_transfer_time(const FileSystem& system, TransferDirection direction, Bytes size,
                           const FileClients& clients, std::optional<Seconds> idle = std::nullopt);

}  // namespace sextant
