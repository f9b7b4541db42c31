#pragma once

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// What an accelerator generation reaches of its datasheet. A coefficient with a range is a fit
/// parameter: the range is its prior in a starting calibration and its posterior in a fitted one.
struct ComputeCoefficients {
  Coefficient<double> gemm_16bit;        ///< fraction of the 16-bit peak, large GEMMs
  Coefficient<double> gemm_fp8;          ///< fraction of the fp8 peak, large GEMMs
  Coefficient<double> gemm_half_k;       ///< inner dimension at which a GEMM reaches half of that
  Coefficient<double> memory;            ///< fraction of peak memory bandwidth, streaming kernels
  Coefficient<double> attention_flash1;  ///< fraction of the 16-bit peak, causal FLOP counted once
  Coefficient<double> attention_flash2;
  Coefficient<double> attention_cudnn;
  Coefficient<double> link;  ///< fraction of the link bandwidth, large collectives in a node
  Coefficient<Seconds> link_latency;  ///< per step of a ring in a node
  Coefficient<Seconds> kernel_gap;    ///< what every kernel takes besides its work: start, tail
};

template <class Archive>
void visit(Archive& a, ComputeCoefficients& s) {
  a.object("compute_coefficients", "What an accelerator generation reaches of its datasheet.");
  a.field(
      "gemm_16bit", s.gemm_16bit,
      {.doc = "Large GEMMs, fraction of the 16-bit peak", .min = 0, .max = 1, .required = true});
  a.field("gemm_fp8", s.gemm_fp8,
          {.doc = "Large GEMMs, fraction of the fp8 peak", .min = 0, .max = 1, .required = true});
  a.field("gemm_half_k", s.gemm_half_k,
          {.doc = "Inner dimension at which a GEMM reaches half of its rate",
           .min = 0,
           .required = true});
  a.field("memory", s.memory,
          {.doc = "Streaming kernels, fraction of peak memory bandwidth",
           .min = 0,
           .max = 0.95,
           .required = true});
  a.field("attention_flash1", s.attention_flash1,
          {.doc = "FlashAttention 1, fraction of the 16-bit peak, causal FLOP",
           .min = 0,
           .max = 1,
           .required = true});
  a.field("attention_flash2", s.attention_flash2,
          {.doc = "FlashAttention 2 and PyTorch's SDPA, likewise",
           .min = 0,
           .max = 1,
           .required = true});
  a.field("attention_cudnn", s.attention_cudnn,
          {.doc = "cuDNN and Transformer Engine, likewise", .min = 0, .max = 1, .required = true});
  a.field("link", s.link,
          {.doc = "Large collectives in a node, fraction of the link bandwidth",
           .min = 0,
           .max = 1.2,
           .required = true});
  a.field("link_latency", s.link_latency,
          {.doc = "Per step of a ring in a node", .min = 0, .required = true});
  a.field("kernel_gap", s.kernel_gap,
          {.doc = "What every kernel takes besides its work: start and tail",
           .min = 0,
           .required = true});
}

}  // namespace sextant
