#pragma once

#include "sextant/training/calibration.h"
#include "sextant/training/step_inputs.h"

/// A small, round machine and model for tests of the step forecast: every coefficient is known, so
/// that closed forms can be written down.
namespace sextant::fixtures {

template <class T>
Coefficient<T> known(double value) {
  return {T(value), "test", "2026-01-01", Method::kAssumed, std::nullopt};
}

inline Coefficient<int> known_count(int value) {
  return {value, "test", "2026-01-01", Method::kAssumed, std::nullopt};
}

/// 1 PFLOP/s in 16 bits, 2 in 8; 3 TB/s of memory; 100 multiprocessors; 400 GB/s links.
inline Accelerator accelerator() {
  Accelerator chip;
  chip.name = "chip";
  chip.generation = "chip";
  chip.memory = known<Bytes>(80e9);
  chip.memory_bandwidth = known<BytesPerSecond>(3e12);
  chip.peak_16bit = known<FlopsPerSecond>(1e15);
  chip.peak_fp8 = known<FlopsPerSecond>(2e15);
  chip.multiprocessors = known_count(100);
  chip.link_bandwidth = known<BytesPerSecond>(400e9);
  return chip;
}

inline ComputeCoefficients compute() {
  ComputeCoefficients c;
  c.gemm_16bit = known<double>(0.8);
  c.gemm_fp8 = known<double>(0.7);
  c.gemm_half_k = known<double>(128);
  c.memory = known<double>(0.9);
  c.attention_flash1 = known<double>(0.3);
  c.attention_flash2 = known<double>(0.5);
  c.attention_cudnn = known<double>(0.6);
  c.link = known<double>(0.9);
  c.link_latency = known<Seconds>(2e-6);
  c.kernel_gap = known<Seconds>(3e-6);
  return c;
}

inline FabricCoefficients fabric() {
  FabricCoefficients c;
  c.efficiency = known<double>(0.8);
  c.latency = known<Seconds>(10e-6);
  c.crossing = known<Seconds>(0);
  c.shared_crossing = known<Seconds>(0);
  return c;
}

inline SoftwareCoefficients software() {
  SoftwareCoefficients c;
  c.host_per_kernel = known<Seconds>(5e-6);
  c.between_kernels = known<Seconds>(0);
  c.overlap_cost = known<double>(0.2);
  c.elementwise_passes = known<double>(1.0);
  c.tensor_overlap_hidden = known<double>(0.7);
  c.collective_cost = known<double>(1.0);
  c.yearly_gain = known<double>(0.0);
  c.release = known<double>(2025.0);
  c.logit_traffic = known<double>(24.0);
  c.accumulation_traffic = known<double>(8.0);
  c.host_sharpness = known<double>(3.0);
  c.reduce_bucket = known<double>(4e7);
  c.gather_bucket = known<double>(4e7);
  c.bucket_per_rank = known<double>(0.0);
  return c;
}

inline Calibration calibration() {
  Calibration c;
  c.name = "test";
  c.accelerators["chip"] = compute();
  c.fabrics["net"] = fabric();
  c.software["megatron"] = software();
  c.rank_spread = known<double>(0);
  c.log_spread = known<double>(0.05);
  c.domain = {{"chip/16bit"}, {"net"}, {"megatron"}, {}, {1, 4096}, {256, 32768}, {256, 65536}};
  return c;
}

inline Transformer transformer() {
  Transformer model;
  model.name = "small";
  model.layers = 16;
  model.hidden = 4096;
  model.heads = 32;
  model.kv_heads = 8;
  model.feed_forward = 14336;
  model.vocabulary = 32000;
  return model;
}

/// `ranks` accelerators in nodes of eight with 400 GB/s between them.
inline StepInputs inputs(int ranks = 8) {
  StepInputs in;
  in.model = transformer();
  in.node.accelerator = accelerator();
  in.node.network_bandwidth = BytesPerSecond(400e9);
  in.node.fabric = "net";
  in.accelerators = ranks;
  in.sequence_length = 4096;
  in.global_batch = 4 * ranks;
  return in;
}

}  // namespace sextant::fixtures
