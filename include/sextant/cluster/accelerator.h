#pragma once

#include <optional>
#include <string>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// One accelerator (a GPU, a Trainium chip) from its datasheet: all its devices together. Rates are
/// dense (no sparsity) and per direction.
struct Accelerator {
  std::string name;
  std::string title;
  /// Calibrations are keyed by generation, e.g. "a100": what is fitted on one memory size of a chip
  /// holds for the other.
  std::string generation;
  /// Ranks that one accelerator takes: a GPU is one device, a Trainium2 chip four logical cores.
  std::optional<Coefficient<int>> devices;
  Coefficient<Bytes> memory;
  Coefficient<BytesPerSecond> memory_bandwidth;
  Coefficient<FlopsPerSecond> peak_16bit;                ///< bf16 and fp16, or fp16 alone
  std::optional<Coefficient<FlopsPerSecond>> peak_fp8;   ///< absent: no fp8 units
  std::optional<Coefficient<FlopsPerSecond>> peak_fp32;  ///< on vectors, not matrix units
  std::optional<Coefficient<FlopsPerSecond>> peak_tf32;  ///< absent: no tf32 units
  Coefficient<int> multiprocessors;
  Coefficient<BytesPerSecond> link_bandwidth;  ///< to the other accelerators of its link domain
  bool links_reduce = false;                   ///< switches between the links add (NVLink SHARP)
  Coefficient<Watts> tdp;
  Coefficient<Watts> idle_power;

  int device_count() const { return devices ? devices->value : 1; }
};

/// The share of an accelerator that one rank drives: capacities, rates and power divided by the
/// devices, of which one is left. An accelerator of one device stays as it is. Multiprocessors
/// divide down to whole ones, at least one.
Accelerator device_share(const Accelerator& accelerator);

template <class Archive>
void visit(Archive& a, Accelerator& s) {
  a.object("accelerator", "A GPU or another chip, all of it. Rates are dense and per direction.");
  a.field("name", s.name, {.doc = "Name in the catalogue", .required = true});
  a.field("title", s.title, {.doc = "Name for people", .required = true});
  a.field("generation", s.generation,
          {.doc = "Key of its coefficients in a calibration", .required = true});
  a.field("devices", s.devices,
          {.doc = "Ranks per accelerator (Neuron cores of a chip); absent: one", .min = 1});
  a.field("memory", s.memory, {.doc = "Device memory", .min = 1, .required = true});
  a.field("memory_bandwidth", s.memory_bandwidth,
          {.doc = "Peak memory bandwidth", .min = 1, .required = true});
  a.field("peak_16bit", s.peak_16bit,
          {.doc = "Peak dense rate in bf16 and fp16", .min = 1, .required = true});
  a.field("peak_fp8", s.peak_fp8, {.doc = "Peak dense rate in fp8; absent: no fp8", .min = 1});
  a.field("peak_fp32", s.peak_fp32, {.doc = "Peak rate in fp32 without matrix units", .min = 1});
  a.field("peak_tf32", s.peak_tf32, {.doc = "Peak dense rate in tf32; absent: no tf32", .min = 1});
  a.field("multiprocessors", s.multiprocessors,
          {.doc = "Streaming multiprocessors (waves of GEMM tiles)", .min = 1, .required = true});
  a.field("link_bandwidth", s.link_bandwidth,
          {.doc = "To the other accelerators of its link domain, per direction",
           .min = 1,
           .required = true});
  a.field("links_reduce", s.links_reduce, {.doc = "Switches between the links add (NVLink SHARP)"});
  a.field("tdp", s.tdp, {.doc = "Thermal design power", .min = 0, .required = true});
  a.field("idle_power", s.idle_power, {.doc = "Power when idle", .min = 0, .required = true});
}

}  // namespace sextant
