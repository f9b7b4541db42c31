#pragma once

#include <cstdint>
#include <optional>

#include "sextant/kernel/enum_names.h"

namespace sextant {

/// Selective: the attention core (Korthikanti et al. 2022). Operator: elementwise kernels and every
/// other matrix product (PyTorch's selective checkpointing).
enum class Recompute { kNone, kSelective, kOperator, kFull };
enum class Precision { kBf16, kFp16, kFp8 };
enum class Schedule { k1f1b, kInterleaved };

template <>
struct EnumNames<Recompute> {
  static constexpr std::array table{
      std::pair{Recompute::kNone, "none"}, std::pair{Recompute::kSelective, "selective"},
      std::pair{Recompute::kOperator, "operator"}, std::pair{Recompute::kFull, "full"}};
};
template <>
struct EnumNames<Precision> {
  static constexpr std::array table{std::pair{Precision::kBf16, "bf16"},
                                    std::pair{Precision::kFp16, "fp16"},
                                    std::pair{Precision::kFp8, "fp8"}};
};
template <>
struct EnumNames<Schedule> {
  static constexpr std::array table{std::pair{Schedule::k1f1b, "1f1b"},
                                    std::pair{Schedule::kInterleaved, "interleaved"}};
};

/// How the model and the batch are cut over ranks. `data` and `schedule` follow from the rest when
/// they are not given: ranks / (tensor · pipeline · context), and interleaved if there is more than
/// one virtual stage per rank.
struct Layout {
  int tensor = 1;
  int pipeline = 1;
  int virtual_stages = 1;  ///< model chunks per pipeline rank
  int context = 1;
  std::optional<int> data;
  int zero = 1;                    ///< ZeRO stage; 3 covers FSDP
  std::optional<int> shard_group;  ///< ranks a ZeRO-3 shard spans; absent: all data ranks
  int micro_batch = 1;             ///< sequences per data-parallel rank and microbatch
  bool sequence_parallel = true;
  Recompute recompute = Recompute::kNone;
};

template <class Archive>
void visit(Archive& a, Layout& s) {
  a.object("layout", "How the model and the batch are cut over ranks.");
  a.field("tensor", s.tensor, {.doc = "Tensor-parallel ranks", .min = 1});
  a.field("pipeline", s.pipeline, {.doc = "Pipeline stages", .min = 1});
  a.field("virtual_stages", s.virtual_stages,
          {.doc = "Model chunks per pipeline rank; above 1: interleaved schedule", .min = 1});
  a.field("context", s.context, {.doc = "Context-parallel ranks", .min = 1});
  a.field("data", s.data,
          {.doc = "Data-parallel ranks; absent: accelerators / (tensor · pipeline · context)",
           .min = 1});
  a.field("zero", s.zero, {.doc = "ZeRO stage 0 to 3; 3 covers FSDP", .min = 0, .max = 3});
  a.field("shard_group", s.shard_group,
          {.doc = "Ranks that one ZeRO shard spans; absent: all data-parallel ranks", .min = 1});
  a.field("micro_batch", s.micro_batch,
          {.doc = "Sequences per data-parallel rank and microbatch", .min = 1});
  a.field("sequence_parallel", s.sequence_parallel,
          {.doc = "Shard the norms' activations over tensor ranks"});
  a.field("recompute", s.recompute, {.doc = "Activations computed again in the backward pass"});
}

}  // namespace sextant
