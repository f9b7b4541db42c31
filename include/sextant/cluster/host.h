#pragma once

#include <optional>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// The computer around the accelerators: processors, memory, local disks.
struct Host {
  Coefficient<int> vcpus;
  Coefficient<Bytes> memory;
  std::optional<Coefficient<Bytes>> nvme_capacity;  ///< local disks together; absent: none
  std::optional<Coefficient<BytesPerSecond>> nvme_read_bandwidth;   ///< absent: not known
  std::optional<Coefficient<BytesPerSecond>> nvme_write_bandwidth;  ///< absent: as they read
  std::optional<Coefficient<BytesPerSecond>> memory_bandwidth;      ///< absent: not known
  std::optional<Coefficient<BytesPerSecond>> link_bandwidth;        ///< to each accelerator
};

template <class Archive>
void visit(Archive& a, Host& s) {
  a.object("host", "The computer around the accelerators.");
  a.field("vcpus", s.vcpus, {.doc = "Hardware threads", .min = 1, .required = true});
  a.field("memory", s.memory, {.doc = "Host memory", .min = 1, .required = true});
  a.field("nvme_capacity", s.nvme_capacity,
          {.doc = "Local NVMe disks together; absent: none", .min = 1});
  a.field(
      "nvme_read_bandwidth", s.nvme_read_bandwidth,
      {.doc = "Sequential reads of the local NVMe disks together; absent: not known", .min = 1});
  a.field("nvme_write_bandwidth", s.nvme_write_bandwidth,
          {.doc = "Sequential writes likewise; absent: as fast as reads", .min = 1});
  a.field("memory_bandwidth", s.memory_bandwidth,
          {.doc = "Host memory, all sockets; absent: nothing can be offloaded", .min = 1});
  a.field(
      "link_bandwidth", s.link_bandwidth,
      {.doc = "Between the host and each accelerator, per direction; absent: likewise", .min = 1});
}

}  // namespace sextant
