#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "sextant/kernel/enum_names.h"

namespace sextant {

/// Selective: the attention core (Korthikanti et al. 2022). Operator: elementwise kernels and every
/// other matrix product (PyTorch's selective checkpointing).
enum class Recompute { kNone, kSelective, kOperator, kFull };
enum class Precision { kBf16, kFp16, kFp8, kTf32, kFp32 };
/// GPipe: all forward passes before all backward passes (Huang et al. 2019). Zero-bubble: ZB-H1 of
/// Qi et al. 2024 (arXiv 2401.10241), weight gradients fill the bubble at the memory of 1F1B.
enum class Schedule { kGpipe, k1f1b, kInterleaved, kZeroBubble };
/// How context-parallel ranks exchange: keys and values around a ring (Liu et al. 2023), or heads
/// against tokens (DeepSpeed-Ulysses, arXiv 2309.14509).
enum class ContextExchange { kRing, kAllToAll };
/// What is kept in host memory (ZeRO-Offload, arXiv 2101.06840).
enum class Offload { kNone, kOptimizer };
/// What layers are cut into pipeline stages for: that the rank with most work has little, or the
/// rank with most memory.
enum class StageCut { kBalanced, kMemory };

template <>
struct EnumNames<Recompute> {
  static constexpr std::array table{
      std::pair{Recompute::kNone, "none"}, std::pair{Recompute::kSelective, "selective"},
      std::pair{Recompute::kOperator, "operator"}, std::pair{Recompute::kFull, "full"}};
};
template <>
struct EnumNames<Precision> {
  static constexpr std::array table{
      std::pair{Precision::kBf16, "bf16"}, std::pair{Precision::kFp16, "fp16"},
      std::pair{Precision::kFp8, "fp8"}, std::pair{Precision::kTf32, "tf32"},
      std::pair{Precision::kFp32, "fp32"}};
};
template <>
struct EnumNames<Schedule> {
  static constexpr std::array table{std::pair{Schedule::kGpipe, "gpipe"},
                                    std::pair{Schedule::k1f1b, "1f1b"},
                                    std::pair{Schedule::kInterleaved, "interleaved"},
                                    std::pair{Schedule::kZeroBubble, "zero_bubble"}};
};
template <>
struct EnumNames<ContextExchange> {
  static constexpr std::array table{std::pair{ContextExchange::kRing, "ring"},
                                    std::pair{ContextExchange::kAllToAll, "all_to_all"}};
};
template <>
struct EnumNames<Offload> {
  static constexpr std::array table{std::pair{Offload::kNone, "none"},
                                    std::pair{Offload::kOptimizer, "optimizer"}};
};
template <>
struct EnumNames<StageCut> {
  static constexpr std::array table{std::pair{StageCut::kBalanced, "balanced"},
                                    std::pair{StageCut::kMemory, "memory"}};
};

/// How the model and the batch are cut over ranks. `data` and `schedule` follow from the rest when
/// they are not given: ranks / (tensor · pipeline · context), and interleaved if there is more than
/// one virtual stage per rank. Expert-parallel ranks are taken out of the data, context and tensor
/// ranks of a stage: they need no ranks of their own.
struct Layout {
  int tensor = 1;
  int pipeline = 1;
  int virtual_stages = 1;  ///< model chunks per pipeline rank
  /// Layers of each virtual stage in model order, or what they are cut for. Absent: equal numbers.
  std::optional<std::variant<StageCut, std::vector<int>>> stages;
  int context = 1;
  ContextExchange context_exchange = ContextExchange::kRing;
  int expert = 1;                    ///< ranks that the experts of a layer are spread over
  std::optional<int> expert_tensor;  ///< ranks that cut one expert; absent: as `tensor`
  std::optional<int> data;
  std::optional<Schedule> schedule;
  int zero = 1;                    ///< ZeRO stage; 3 covers FSDP
  std::optional<int> shard_group;  ///< ranks a ZeRO-3 shard spans; absent: all data ranks
  int micro_batch = 1;             ///< sequences per data-parallel rank and microbatch
  bool sequence_parallel = true;
  Recompute recompute = Recompute::kNone;
  int recompute_every = 1;  ///< of the layers, one in so many is recomputed
  Offload offload = Offload::kNone;

  int expert_tensor_ranks() const { return expert_tensor.value_or(tensor); }
  /// What the stages are still to be cut for; null where they are listed, or equal.
  const StageCut* stage_cut() const { return stages ? std::get_if<StageCut>(&*stages) : nullptr; }
  /// The layers of each virtual stage; null where they are not listed.
  const std::vector<int>* listed_stages() const {
    return stages ? std::get_if<std::vector<int>>(&*stages) : nullptr;
  }
  Schedule pipeline_schedule() const {
    return schedule.value_or(virtual_stages > 1 ? Schedule::kInterleaved : Schedule::k1f1b);
  }
};

template <class Archive>
void visit(Archive& a, Layout& s) {
  a.object("layout", "How the model and the batch are cut over ranks.");
  a.field("tensor", s.tensor, {.doc = "Tensor-parallel ranks", .min = 1});
  a.field("pipeline", s.pipeline, {.doc = "Pipeline stages", .min = 1});
  a.field("virtual_stages", s.virtual_stages,
          {.doc = "Model chunks per pipeline rank; above 1: interleaved schedule", .min = 1});
  a.field("stages", s.stages,
          {.doc = "How layers are cut into stages: for speed, for memory, or the layers of each "
                  "virtual stage in model order; absent: equal numbers of layers",
           .min = 0});
  a.field("context", s.context, {.doc = "Context-parallel ranks", .min = 1});
  a.field("context_exchange", s.context_exchange,
          {.doc = "How context-parallel ranks exchange keys and values"});
  a.field("expert", s.expert,
          {.doc = "Expert-parallel ranks: data, context and tensor ranks that share the experts",
           .min = 1});
  a.field("expert_tensor", s.expert_tensor,
          {.doc = "Tensor-parallel ranks of one expert; absent: as `tensor`", .min = 1});
  a.field("data", s.data,
          {.doc = "Data-parallel ranks; absent: accelerators / (tensor · pipeline · context)",
           .min = 1});
  a.field("schedule", s.schedule,
          {.doc = "Pipeline schedule; absent: 1f1b, or interleaved with virtual stages"});
  a.field("zero", s.zero, {.doc = "ZeRO stage 0 to 3; 3 covers FSDP", .min = 0, .max = 3});
  a.field("shard_group", s.shard_group,
          {.doc = "Ranks that one ZeRO shard spans; absent: all data-parallel ranks", .min = 1});
  a.field("micro_batch", s.micro_batch,
          {.doc = "Sequences per data-parallel rank and microbatch", .min = 1});
  a.field("sequence_parallel", s.sequence_parallel,
          {.doc = "Shard the norms' activations over tensor ranks"});
  a.field("recompute", s.recompute, {.doc = "Activations computed again in the backward pass"});
  a.field("recompute_every", s.recompute_every,
          {.doc = "Of the layers, one in so many is recomputed", .min = 1});
  a.field("offload", s.offload, {.doc = "What is kept, and updated, in host memory"});
}

}  // namespace sextant
