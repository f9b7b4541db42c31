#pragma once

#include <string>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// Where checkpoints are written and read back: bandwidth of the whole store, all clients together.
/// What one instance can reach is limited by its own IP bandwidth besides.
struct StorageTarget {
  std::string name;
  Coefficient<BytesPerSecond> write_bandwidth{
      BytesPerSecond{200e9}, "checkpoint fleet statistics: 50 to 200 GB/s over 85,000 checkpoints",
      "2026-11-20", Method::kAssumed, std::array{BytesPerSecond{50e9}, BytesPerSecond{2000e9}}};
  Coefficient<BytesPerSecond> read_bandwidth{
      BytesPerSecond{200e9}, "as the write bandwidth", "2026-11-20", Method::kAssumed,
      std::array{BytesPerSecond{50e9}, BytesPerSecond{2000e9}}};
};

template <class Archive>
void visit(Archive& a, StorageTarget& s) {
  a.object("storage_target", "Where checkpoints go: bandwidth of all clients together.");
  a.field("name", s.name, {.doc = "Name for people"});
  a.field("write_bandwidth", s.write_bandwidth, {.doc = "Aggregate bandwidth of a save", .min = 1});
  a.field("read_bandwidth", s.read_bandwidth,
          {.doc = "Aggregate bandwidth of a restore", .min = 1});
}

}  // namespace sextant
