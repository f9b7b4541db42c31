#pragma once

#include <optional>
#include <string>

#include "sextant/compute/kernel_timer.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/field.h"

namespace sextant {

/// Data type in which gradients are reduced.
enum class GradientType { kBf16, kFp32 };

template <>
struct EnumNames<GradientType> {
  static constexpr std::array table{std::pair{GradientType::kBf16, "bf16"},
                                    std::pair{GradientType::kFp32, "fp32"}};
};

/// What is updated, and with how much state per parameter.
enum class Optimizer { kAdam, kAdamBf16Moments, kAdam8bit, kLamb, kAdafactor, kLion, kSgd };

template <>
struct EnumNames<Optimizer> {
  static constexpr std::array table{std::pair{Optimizer::kAdam, "adam"},
                                    std::pair{Optimizer::kAdamBf16Moments, "adam_bf16_moments"},
                                    std::pair{Optimizer::kAdam8bit, "adam_8bit"},
                                    std::pair{Optimizer::kLamb, "lamb"},
                                    std::pair{Optimizer::kAdafactor, "adafactor"},
                                    std::pair{Optimizer::kLion, "lion"},
                                    std::pair{Optimizer::kSgd, "sgd_momentum"}};
};

/// What the training software does; defaults are those of Megatron-LM on a current release.
struct Software {
  std::string framework = "megatron";  ///< Key of its coefficients in a calibration.
  std::optional<double> release;       ///< year, as in 2025.1; absent: that of the coefficients
  AttentionKernel attention = AttentionKernel::kFlash2;
  bool tensor_overlap = false;    ///< tensor-parallel collectives overlap with their GEMMs
  bool data_overlap = true;       ///< gradients are reduced while the backward pass runs
  bool gather_overlap = true;     ///< parameters are gathered while the forward pass runs
  bool cuda_graphs = false;       ///< kernels are launched without the host
  bool fused_elementwise = true;  ///< hand-fused or compiled elementwise kernels
  bool fp8_gather = false;        ///< parameters are gathered in fp8
  GradientType gradients = GradientType::kFp32;
  Optimizer optimizer = Optimizer::kAdam;
  bool grouped_experts = true;  ///< one kernel for the experts of a rank, not one for each
  bool expert_overlap = false;  ///< all-to-alls run behind the work of another microbatch
};

template <class Archive>
void visit(Archive& a, Software& s) {
  a.object("software", "What the training software does.");
  a.field("framework", s.framework, {.doc = "Key of its coefficients in a calibration"});
  a.field("release", s.release,
          {.doc = "Year of the release, as in 2025.1; absent: that of the coefficients",
           .min = 2015,
           .max = 2100});
  a.field("attention", s.attention, {.doc = "Attention kernel"});
  a.field("tensor_overlap", s.tensor_overlap,
          {.doc = "Tensor-parallel collectives overlap with their GEMMs"});
  a.field("data_overlap", s.data_overlap,
          {.doc = "Gradients are reduced while the backward pass runs"});
  a.field("gather_overlap", s.gather_overlap,
          {.doc = "Parameters are gathered while the forward pass runs"});
  a.field("cuda_graphs", s.cuda_graphs, {.doc = "Kernels are launched without the host"});
  a.field("fused_elementwise", s.fused_elementwise,
          {.doc = "Elementwise kernels are fused by hand or by a compiler"});
  a.field("fp8_gather", s.fp8_gather, {.doc = "Parameters are gathered in fp8"});
  a.field("gradients", s.gradients, {.doc = "Data type in which gradients are reduced"});
  a.field("optimizer", s.optimizer, {.doc = "Optimizer, and with it the state per parameter"});
  a.field("grouped_experts", s.grouped_experts,
          {.doc = "One kernel for the experts of a rank, not one for each"});
  a.field("expert_overlap", s.expert_overlap,
          {.doc = "Expert all-to-alls run behind the work of another microbatch"});
}

}  // namespace sextant
