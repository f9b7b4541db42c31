#pragma once

#include <optional>
#include <string>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// One device that a rank drives, from its datasheet. Rates are dense (no sparsity) and per
/// direction.
struct Accelerator {
  std::string name;
  std::string title;
  /// Calibrations are keyed by generation, e.g. "a100": what is fitted on one memory size of a chip
  /// holds for the other.
  std::string generation;
  Coefficient<Bytes> memory;
  Coefficient<BytesPerSecond> memory_bandwidth;
  Coefficient<FlopsPerSecond> peak_16bit;               ///< bf16 and fp16
  std::optional<Coefficient<FlopsPerSecond>> peak_fp8;  ///< absent: no fp8 units
  Coefficient<int> multiprocessors;
  Coefficient<BytesPerSecond> link_bandwidth;  ///< to the other accelerators of its node
  Coefficient<Watts> tdp;
  Coefficient<Watts> idle_power;
};

template <class Archive>
void visit(Archive& a, Accelerator& s) {
  a.object("accelerator", "A device that one rank drives. Rates are dense and per direction.");
  a.field("name", s.name, {.doc = "Name in the catalogue", .required = true});
  a.field("title", s.title, {.doc = "Name for people", .required = true});
  a.field("generation", s.generation,
          {.doc = "Key of its coefficients in a calibration", .required = true});
  a.field("memory", s.memory, {.doc = "Device memory", .min = 1, .required = true});
  a.field("memory_bandwidth", s.memory_bandwidth,
          {.doc = "Peak memory bandwidth", .min = 1, .required = true});
  a.field("peak_16bit", s.peak_16bit,
          {.doc = "Peak dense rate in bf16 and fp16", .min = 1, .required = true});
  a.field("peak_fp8", s.peak_fp8, {.doc = "Peak dense rate in fp8; absent: no fp8", .min = 1});
  a.field("multiprocessors", s.multiprocessors,
          {.doc = "Streaming multiprocessors (waves of GEMM tiles)", .min = 1, .required = true});
  a.field(
      "link_bandwidth", s.link_bandwidth,
      {.doc = "To the other accelerators of its node, per direction", .min = 1, .required = true});
  a.field("tdp", s.tdp, {.doc = "Thermal design power", .min = 0, .required = true});
  a.field("idle_power", s.idle_power, {.doc = "Power when idle", .min = 0, .required = true});
}

}  // namespace sextant
