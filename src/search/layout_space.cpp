#include "src/search/layout_space.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "src/search/layout_walk.h"

namespace sextant::search {
namespace {

/// Tokens of a sequence that a context rank has at least: with fewer nobody cuts it.
constexpr std::int64_t kTokensPerContextRank = 1024;
/// Sequences of a microbatch: any number up to the one, powers of two up to the other.
constexpr int kFewSequences = 16;
constexpr int kMostSequences = 128;

/// What not every framework has.
struct Abilities {
  bool interleaves = true;  ///< several virtual stages on a rank
  bool shards_pipelines = false;
  bool recomputes_operators = false;
};

Abilities abilities_of(const std::string& framework) {
  if (framework == "torchtitan") return {.shards_pipelines = true, .recomputes_operators = true};
  const bool one_stage = framework == "nanotron" || framework.starts_with("deepspeed");
  return {.interleaves = !one_stage};
}

bool divides(std::int64_t divisor, std::int64_t value) { return value % divisor == 0; }

bool is_power_of_two(int value) { return (value & (value - 1)) == 0; }

/// The numbers from 1 to `most` for which `keep` holds, and those of the layout to start from.
template <class Keep>
std::vector<int> numbers(std::int64_t most, int start, const Keep& keep) {
  std::vector<int> kept;
  for (int i = 1; i <= most; ++i) {
    if (i == start || keep(i)) kept.push_back(i);
  }
  if (start > most) kept.push_back(start);
  return kept;
}

std::vector<int> tensor_ranks(const StepInputs& inputs) {
  return numbers(inputs.node.linked(), inputs.layout.tensor, [&](int ranks) {
    return divides(ranks, inputs.model.heads) && divides(ranks, inputs.accelerators);
  });
}

std::vector<int> pipeline_ranks(const StepInputs& inputs) {
  const std::int64_t most = std::min<std::int64_t>(inputs.model.layers + 2, kMostPipelineRanks);
  return numbers(most, inputs.layout.pipeline,
                 [&](int ranks) { return divides(ranks, inputs.accelerators); });
}

/// Those with which all ranks of some pipeline have equal numbers of layers, whether or not the
/// embedding and the head count as one each.
std::vector<int> virtual_stages(const StepInputs& inputs, bool interleaves) {
  const std::int64_t layers = inputs.model.layers;
  return numbers(interleaves ? layers / 2 + 1 : 1, inputs.layout.virtual_stages, [&](int stages) {
    return divides(stages, layers) || divides(stages, layers + 2);
  });
}

std::vector<int> context_ranks(const StepInputs& inputs) {
  const std::int64_t most =
      std::max<std::int64_t>(1, inputs.sequence_length / kTokensPerContextRank);
  return numbers(most, inputs.layout.context, [&](int ranks) {
    return is_power_of_two(ranks) && divides(ranks, inputs.accelerators) &&
           divides(ranks, inputs.sequence_length);
  });
}

std::vector<int> expert_ranks(const StepInputs& inputs) {
  if (!inputs.model.experts) return {1};
  const int count = static_cast<int>(inputs.model.experts->count);
  return numbers(count, inputs.layout.expert, [&](int ranks) { return divides(ranks, count); });
}

/// All data ranks, or those of one node, or of four.
std::vector<int> shard_groups(const StepInputs& inputs) {
  std::vector<int> groups{0};
  const auto add = [&](int ranks) {
    if (std::find(groups.begin(), groups.end(), ranks) == groups.end()) groups.push_back(ranks);
  };
  const int node = inputs.node.linked();
  if (inputs.accelerators > node) add(node);
  if (inputs.accelerators > 4 * node) add(4 * node);
  if (inputs.layout.shard_group) add(*inputs.layout.shard_group);
  return groups;
}

std::vector<int> micro_batches(const StepInputs& inputs) {
  return numbers(kMostSequences, inputs.layout.micro_batch, [&](int sequences) {
    return divides(sequences, inputs.global_batch) &&
           (sequences <= kFewSequences || is_power_of_two(sequences));
  });
}

std::vector<int> recomputed_layers(const StepInputs& inputs) {
  return numbers(4, inputs.layout.recompute_every, is_power_of_two);
}

}  // namespace

double LayoutSpace::size() const {
  double size = static_cast<double>(recompute.size());
  for (const auto* values : {&tensor, &pipeline, &virtual_stages, &context, &expert, &zero,
                             &shard_group, &micro_batch, &recompute_every}) {
    size *= static_cast<double>(values->size());
  }
  return size;
}

LayoutSpace every_layout(const StepInputs& inputs) {
  const Abilities has = abilities_of(inputs.software.framework);
  const Layout& start = inputs.layout;
  LayoutSpace space{.tensor = tensor_ranks(inputs),
                    .pipeline = pipeline_ranks(inputs),
                    .virtual_stages = virtual_stages(inputs, has.interleaves),
                    .context = context_ranks(inputs),
                    .expert = expert_ranks(inputs),
                    .zero = {0, 1, 2, 3},
                    .shard_group = shard_groups(inputs),
                    .micro_batch = micro_batches(inputs),
                    .recompute = {},
                    .recompute_every = recomputed_layers(inputs)};
  for (const auto& [recompute, name] : EnumNames<Recompute>::table) {
    const bool rare = recompute == Recompute::kOperator && !has.recomputes_operators;
    if (!rare || recompute == start.recompute) space.recompute.push_back(recompute);
  }
  if (!has.shards_pipelines)
    space.pipelined_zero = start.pipeline > 1 ? std::max(1, start.zero) : 1;
  space.uneven_chunks = start.virtual_stages > 1 && !are_even(inputs.model, start);
  return space;
}

}  // namespace sextant::search
