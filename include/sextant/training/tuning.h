#pragma once

#include <vector>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/field.h"

namespace sextant {

/// What is trained: all weights, or low-rank adapters beside frozen ones (LoRA, arXiv 2106.09685).
enum class Trainable { kAll, kLora };
/// Matrices that get an adapter, by Megatron's and NeMo's names.
enum class LoraTarget { kQueryKeyValue, kProjection, kUp, kDown };

template <>
struct EnumNames<Trainable> {
  static constexpr std::array table{std::pair{Trainable::kAll, "all"},
                                    std::pair{Trainable::kLora, "lora"}};
};
template <>
struct EnumNames<LoraTarget> {
  static constexpr std::array table{std::pair{LoraTarget::kQueryKeyValue, "linear_qkv"},
                                    std::pair{LoraTarget::kProjection, "linear_proj"},
                                    std::pair{LoraTarget::kUp, "linear_fc1"},
                                    std::pair{LoraTarget::kDown, "linear_fc2"}};
};

/// How an existing model is tuned. The default is pre-training and full fine-tuning.
struct Tuning {
  Trainable trainable = Trainable::kAll;
  int rank = 16;  ///< of the adapters
  std::vector<LoraTarget> targets = {LoraTarget::kQueryKeyValue, LoraTarget::kProjection};
  /// Preference tuning (DPO, arXiv 2305.18290): each microbatch, of both answers to a pair, passes
  /// forward through a frozen copy too, which ZeRO-3 gathers; with adapters, the frozen weights.
  bool reference_model = false;

  bool lora() const { return trainable == Trainable::kLora; }
};

template <class Archive>
void visit(Archive& a, Tuning& s) {
  a.object("tuning", "How an existing model is tuned.");
  a.field("trainable", s.trainable, {.doc = "All weights, or adapters only"});
  a.field("rank", s.rank, {.doc = "LoRA: rank of the adapters", .min = 1, .max = 65536});
  a.field("targets", s.targets, {.doc = "LoRA: matrices that get an adapter"});
  a.field("reference_model", s.reference_model,
          {.doc = "Preference tuning: a frozen copy of the model runs forward too"});
}

}  // namespace sextant
