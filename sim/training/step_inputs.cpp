#include "sextant/training/step_inputs.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace sextant {
namespace {

std::int64_t model_ranks(const Layout& layout) {
  return std::int64_t{layout.tensor} * layout.pipeline * layout.context;
}

void require_divides(std::vector<std::string>& faults, std::int64_t divisor,
                     const char* divisor_name, std::int64_t value, const char* value_name) {
  if (value % divisor == 0) return;
  faults.push_back(
      fmt::format("{} ({}) does not divide {} ({})", divisor_name, divisor, value_name, value));
}

}  // namespace

int StepInputs::data() const {
  return layout.data.value_or(static_cast<int>(accelerators / model_ranks(layout)));
}

int StepInputs::shard_ranks() const {
  const int replicas = data() * layout.context;
  return std::min(layout.shard_group.value_or(replicas), replicas);
}

int StepInputs::microbatches() const {
  return static_cast<int>(global_batch / (std::int64_t{data()} * layout.micro_batch));
}

int StepInputs::expert_replicas() const {
  const int ranks = layout.tensor * layout.context * data();
  return ranks / (layout.expert * layout.expert_tensor_ranks());
}

int StepInputs::expert_shard_ranks() const { return std::min(shard_ranks(), expert_replicas()); }

namespace {

void find_expert_faults(const StepInputs& inputs, std::vector<std::string>& faults) {
  const Layout& layout = inputs.layout;
  if (!inputs.model.experts) {
    if (layout.expert > 1) {
      faults.push_back(
          fmt::format("expert parallelism ({}), but the model has no experts", layout.expert));
    }
    return;
  }
  const Experts& experts = *inputs.model.experts;
  require_divides(faults, layout.expert, "expert parallelism", experts.count, "experts");
  require_divides(faults, std::int64_t{layout.expert} * layout.expert_tensor_ranks(),
                  "expert x expert tensor ranks",
                  std::int64_t{layout.tensor} * layout.context * inputs.data(),
                  "tensor x context x data ranks");
  if (experts.top_k > experts.count) {
    faults.push_back(
        fmt::format("each token passes {} of {} experts", experts.top_k, experts.count));
  }
  if (experts.dense_layers > inputs.model.layers) {
    faults.push_back(
        fmt::format("{} dense layers of {}", experts.dense_layers, inputs.model.layers));
  }
}

/// Of the listed layers of each virtual stage.
void find_stage_faults(const StepInputs& inputs, std::vector<std::string>& faults) {
  const std::vector<int>* listed = inputs.layout.listed_stages();
  if (!listed) return;
  const std::int64_t chunks = std::int64_t{inputs.layout.pipeline} * inputs.layout.virtual_stages;
  if (static_cast<std::int64_t>(listed->size()) != chunks) {
    faults.push_back(
        fmt::format("stages lists {} numbers of layers, not one for each of the {} "
                    "virtual stages",
                    listed->size(), chunks));
    return;
  }
  const std::int64_t sum = std::accumulate(listed->begin(), listed->end(), std::int64_t{0});
  if (sum != inputs.model.layers) {
    faults.push_back(
        fmt::format("the listed stages have {} layers, the model {}", sum, inputs.model.layers));
  }
  for (std::size_t i = 0; i < listed->size(); ++i) {
    const bool has_end = i == 0 || i + 1 == listed->size();
    if ((*listed)[i] >= (has_end ? 0 : 1)) continue;
    faults.push_back(fmt::format("stage {} of {} has {} layers", i + 1, chunks, (*listed)[i]));
  }
}

void find_schedule_faults(const StepInputs& inputs, std::vector<std::string>& faults) {
  const Layout& layout = inputs.layout;
  const std::int64_t chunks = std::int64_t{layout.pipeline} * layout.virtual_stages;
  if (chunks > inputs.model.layers + 2) {
    faults.push_back(fmt::format("{} pipeline stages x {} virtual stages exceed {} layers",
                                 layout.pipeline, layout.virtual_stages, inputs.model.layers));
  }
  const Schedule schedule = layout.pipeline_schedule();
  if (layout.virtual_stages > 1 && schedule != Schedule::kInterleaved) {
    faults.push_back(fmt::format("{} virtual stages need the interleaved schedule, not {}",
                                 layout.virtual_stages, enum_name(schedule)));
  } else if (layout.virtual_stages > 1) {  // as in Megatron-LM: it goes in whole rounds
    require_divides(faults, layout.pipeline, "with virtual stages, pipeline stages",
                    inputs.microbatches(), "microbatches");
  }
  if (schedule == Schedule::kZeroBubble && layout.zero >= 2) {
    faults.push_back(fmt::format(
        "the zero_bubble schedule keeps gradients until its end, ZeRO-{} does not", layout.zero));
  }
}

void find_kernel_faults(const StepInputs& inputs, std::vector<std::string>& faults) {
  const bool wide = inputs.precision == Precision::kFp32 || inputs.precision == Precision::kTf32;
  if (wide && inputs.software.attention != AttentionKernel::kUnfused) {
    faults.push_back(fmt::format("attention {} takes 16-bit inputs, not {}: use fused_softmax",
                                 enum_name(inputs.software.attention),
                                 enum_name(inputs.precision)));
  }
  if (inputs.layout.context > 1 && inputs.layout.context_exchange == ContextExchange::kAllToAll) {
    require_divides(faults, std::int64_t{inputs.layout.tensor} * inputs.layout.context,
                    "for all_to_all, tensor x context ranks", inputs.model.heads,
                    "attention heads");
  }
  if (inputs.layout.offload == Offload::kOptimizer &&
      (inputs.node.host_link <= BytesPerSecond(0) ||
       inputs.node.host_memory_bandwidth <= BytesPerSecond(0))) {
    faults.emplace_back(
        "offloading needs the instance's host.link_bandwidth and host.memory_bandwidth");
  }
}

}  // namespace

std::vector<std::string> layout_faults(const StepInputs& inputs) {
  std::vector<std::string> faults;
  const Layout& layout = inputs.layout;
  if (model_ranks(layout) * inputs.data() != inputs.accelerators) {
    faults.push_back(
        fmt::format("tensor {} x pipeline {} x context {} x data {} is {}, not the {} accelerators",
                    layout.tensor, layout.pipeline, layout.context, inputs.data(),
                    model_ranks(layout) * inputs.data(), inputs.accelerators));
    return faults;
  }
  require_divides(faults, layout.tensor, "tensor parallelism", inputs.model.heads,
                  "attention heads");
  require_divides(faults, std::int64_t{inputs.data()} * layout.micro_batch,
                  "data ranks x microbatch", inputs.global_batch, "global batch");
  require_divides(faults, inputs.shard_ranks(), "shard group", inputs.data() * layout.context,
                  "data x context ranks");
  find_schedule_faults(inputs, faults);
  find_stage_faults(inputs, faults);
  find_expert_faults(inputs, faults);
  find_kernel_faults(inputs, faults);
  if (inputs.accelerators > inputs.node.linked() &&
      inputs.node.network_bandwidth <= BytesPerSecond(0)) {
    faults.emplace_back("more than one node, but no network bandwidth is given");
  }
  return faults;
}

std::string accelerator_key(const StepInputs& inputs) {
  const std::string& generation = inputs.node.accelerator.generation;
  switch (inputs.precision) {
    case Precision::kFp8:
      return generation + "/fp8";
    case Precision::kTf32:
      return generation + "/tf32";
    case Precision::kFp32:
      return generation + "/fp32";
    case Precision::kBf16:
    case Precision::kFp16:
      break;
  }
  return generation + "/16bit";
}

std::vector<std::string> step_features(const StepInputs& inputs) {
  std::vector<std::string> features;
  const auto add = [&](bool has, const std::string& what) {
    if (has) features.push_back(what);
  };
  const Layout& layout = inputs.layout;
  add(inputs.model.expert_layers() > 0, "experts");
  add(inputs.model.latent_attention.has_value(), "latent attention");
  add(inputs.model.bidirectional, "encoder");
  add(layout.context > 1 && layout.context_exchange == ContextExchange::kAllToAll,
      "context exchange by all-to-all");
  const Schedule schedule = layout.pipeline_schedule();
  const bool common = schedule == Schedule::k1f1b || schedule == Schedule::kInterleaved;
  add(layout.pipeline > 1 && !common, fmt::format("schedule {}", enum_name(schedule)));
  add(layout.recompute_every > 1, "recomputation of some layers");
  add(layout.offload == Offload::kOptimizer, "optimizer in host memory");
  add(inputs.tuning.lora(), "adapters");
  add(inputs.tuning.reference_model, "reference model");
  const Optimizer optimizer = inputs.software.optimizer;
  add(optimizer != Optimizer::kAdam, fmt::format("optimizer {}", enum_name(optimizer)));
  return features;
}

}  // namespace sextant
