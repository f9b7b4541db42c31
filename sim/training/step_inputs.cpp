#include "sextant/training/step_inputs.h"

#include <algorithm>

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
  const std::int64_t chunks = std::int64_t{layout.pipeline} * layout.virtual_stages;
  if (chunks > inputs.model.layers + 2) {
    faults.push_back(fmt::format("{} pipeline stages x {} virtual stages exceed {} layers",
                                 layout.pipeline, layout.virtual_stages, inputs.model.layers));
  }
  if (layout.virtual_stages > 1) {  // as in Megatron-LM: interleaving goes in whole rounds
    require_divides(faults, layout.pipeline, "with virtual stages, pipeline stages",
                    inputs.microbatches(), "microbatches");
  }
  const int replicas = inputs.data() * layout.context;
  require_divides(faults, inputs.shard_ranks(), "shard group", replicas, "data x context ranks");
  if (inputs.accelerators > inputs.node.accelerators &&
      inputs.node.network_bandwidth <= BytesPerSecond(0)) {
    faults.emplace_back("more than one node, but no network bandwidth is given");
  }
  return faults;
}

std::string accelerator_key(const StepInputs& inputs) {
  return inputs.node.accelerator.generation +
         (inputs.precision == Precision::kFp8 ? "/fp8" : "/16bit");
}

}  // namespace sextant
