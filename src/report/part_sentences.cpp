#include "src/report/part_sentences.h"

#include <fmt/format.h>

#include "src/report/human.h"

namespace sextant::report {
namespace {

/// Whether ranks that follow one another share links.
const char* where(const StepInputs& inputs, int ranks) {
  return ranks <= inputs.node.linked() ? "inside a node" : "across nodes";
}

std::string compute(const StepInputs& inputs, const StepProfile& step) {
  const Seconds time = step.breakdown[static_cast<std::size_t>(StepPart::kCompute)];
  const FlopsPerSecond rate = step.model_flops / (static_cast<double>(step.accelerators) * time);
  return fmt::format(
      "Matrix products, attention and what runs between them, at {} of the 16-bit peak. Wider "
      "matrices (less tensor parallelism, larger microbatches) and fused kernels run faster.",
      percent(rate / inputs.node.accelerator.peak_16bit.value));
}

std::string recompute(const StepInputs& inputs) {
  const Layout& layout = inputs.layout;
  const std::string every =
      layout.recompute_every > 1 ? fmt::format(" of one layer in {}", layout.recompute_every) : "";
  return fmt::format("Activations computed again in the backward pass (\"{}\"{}): time for memory.",
                     enum_name(layout.recompute), every);
}

std::string tensor_parallel(const StepInputs& inputs) {
  const int ranks = inputs.layout.tensor;
  return fmt::format(
      "Activations exchanged by {} tensor ranks, {}, in every layer and pass, where no matrix "
      "product hides it. Grows with the ranks and with the tokens of a microbatch.",
      ranks, where(inputs, ranks));
}

std::string pipeline_bubble(const StepInputs& inputs) {
  const Layout& layout = inputs.layout;
  const double filling = static_cast<double>(layout.pipeline - 1) /
                         (static_cast<double>(inputs.microbatches()) * layout.virtual_stages);
  if (layout.pipeline_schedule() == Schedule::kZeroBubble) {
    return "Ranks wait where gradients of weights do not fill the bubble, and for stages with more "
           "work.";
  }
  return fmt::format(
      "Ranks wait while the pipeline fills and drains, and for stages with more work. Equal stages "
      "would wait for ({} stages - 1) / ({} microbatches x {} virtual stages) of their work: {} of "
      "the step.",
      layout.pipeline, inputs.microbatches(), layout.virtual_stages,
      percent(filling / (1.0 + filling)));
}

std::string data_parallel(const StepInputs& inputs) {
  const Layout& layout = inputs.layout;
  const char* gathered = layout.zero >= 3   ? " and parameters gathered for every microbatch"
                         : layout.zero >= 1 ? " and updated parameters gathered"
                                            : "";
  const char* hidden = inputs.software.data_overlap
                           ? "as far as the work beside it does not hide it, and what it slows that"
                           : "with nothing beside it";
  return fmt::format(
      "Gradients reduced over {} data-parallel ranks{}, {}. Grows with the parameters of a rank; "
      "more microbatches per step spread it.",
      inputs.data(), gathered, hidden);
}

std::string context_parallel(const StepInputs& inputs) {
  return fmt::format("{} by {} context ranks, where attention does not hide it.",
                     inputs.layout.context_exchange == ContextExchange::kRing
                         ? "Keys and values passed around a ring"
                         : "Heads exchanged against tokens",
                     inputs.layout.context);
}

std::string expert_parallel(const StepInputs& inputs) {
  return fmt::format(
      "Tokens sent to their experts on {} ranks and back, {}, with what the fullest rank gets more "
      "than the mean.",
      inputs.layout.expert,
      where(inputs, inputs.layout.expert * inputs.layout.expert_tensor_ranks()));
}

std::string optimizer(const StepInputs& inputs) {
  if (inputs.layout.offload == Offload::kOptimizer) {
    return "The update in host memory: gradients and parameters cross the host's links.";
  }
  return fmt::format("The update reads and writes the states that a rank keeps, from memory: {}.",
                     inputs.layout.zero >= 1 ? fmt::format("one shard of {}", inputs.shard_ranks())
                                             : "all of them; ZeRO-1 would cut them");
}

}  // namespace

std::string part_sentence(StepPart part, const StepInputs& inputs, const StepProfile& step) {
  switch (part) {
    case StepPart::kCompute:
      return compute(inputs, step);
    case StepPart::kRecompute:
      return recompute(inputs);
    case StepPart::kTensorParallel:
      return tensor_parallel(inputs);
    case StepPart::kPipelineBubble:
      return pipeline_bubble(inputs);
    case StepPart::kPipelineTransfer:
      return "Activations and gradients on their way to the next stage, where a rank waits for "
             "them.";
    case StepPart::kDataParallel:
      return data_parallel(inputs);
    case StepPart::kContextParallel:
      return context_parallel(inputs);
    case StepPart::kExpertParallel:
      return expert_parallel(inputs);
    case StepPart::kOptimizer:
      return optimizer(inputs);
    case StepPart::kHost:
      return "The host launches kernels more slowly than the accelerator runs them: small "
             "microbatches and narrow layers. CUDA graphs and fused kernels avoid it.";
    case StepPart::kOther:
      break;
  }
  return "Waits that no other part explains.";
}

}  // namespace sextant::report
