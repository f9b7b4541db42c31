// Cuts of layers into pipeline stages: as good as trying all of them, and never a step slower than
// equal numbers of layers.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <numeric>
#include <utility>

#include "sextant/training/stage_cut.h"
#include "sextant/training/step_model.h"
#include "sim/training/chain_cut.h"
#include "tests/support/random_inputs.h"

namespace sextant {
namespace {

/// A chain of layers with ends, whose activations weigh more on early stages.
struct Chain {
  std::vector<int> work, memory;
  int embedding = 0, head = 0;
  int stages = 2;

  StageCost cost(int stage, int begin, int end) const {
    const bool first = stage == 0, last = stage == stages - 1;
    double seconds = (first ? embedding : 0) + (last ? head : 0);
    double bytes = seconds;
    for (int i = begin; i < end; ++i) {
      seconds += work[static_cast<std::size_t>(i)];
      bytes += memory[static_cast<std::size_t>(i)] * (stages - stage);
    }
    return {seconds, bytes};
  }

  /// The largest costs of a stage.
  std::pair<double, double> largest(const std::vector<int>& sizes) const {
    std::pair<double, double> most{0, 0};
    int begin = 0;
    for (std::size_t stage = 0; stage < sizes.size(); begin += sizes[stage++]) {
      const StageCost here = cost(static_cast<int>(stage), begin, begin + sizes[stage]);
      most = {std::max(most.first, here.first), std::max(most.second, here.second)};
    }
    return most;
  }

  /// The best of all cuts that begin with `sizes`.
  std::pair<double, double> best(std::vector<int> sizes = {}) const {
    const int left = static_cast<int>(work.size()) - std::accumulate(sizes.begin(), sizes.end(), 0);
    const int stage = static_cast<int>(sizes.size());
    if (stage == stages - 1) {
      sizes.push_back(left);
      return largest(sizes);
    }
    std::pair<double, double> least{1e300, 1e300};
    for (int size = stage == 0 ? 0 : 1; size <= left; ++size) {
      sizes.push_back(size);
      least = std::min(least, best(sizes));
      sizes.pop_back();
    }
    return least;
  }
};

/// Few different values, so that cuts tie.
Chain random_chain() {
  const auto number = [](int from, int to) {  // small ones no more often than large ones
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(from, to));
  };
  Chain chain;
  chain.stages = number(2, 5);
  const auto layers = static_cast<std::size_t>(number(chain.stages, 13));
  chain.work = *rc::gen::container<std::vector<int>>(layers, rc::gen::inRange(1, 6));
  chain.memory = *rc::gen::container<std::vector<int>>(layers, rc::gen::inRange(1, 6));
  chain.embedding = number(0, 5);
  chain.head = number(0, 15);
  return chain;
}

RC_GTEST_PROP(ChainCut, IsAsGoodAsTryingAllCuts, ()) {
  const Chain chain = random_chain();
  const int layers = static_cast<int>(chain.work.size());
  std::vector<int> start(static_cast<std::size_t>(chain.stages), 1);
  start.front() += layers - chain.stages;
  const std::vector<int> sizes = cut_chain(
      start, [&](int stage, int begin, int end) { return chain.cost(stage, begin, end); });
  RC_ASSERT(std::accumulate(sizes.begin(), sizes.end(), 0) == layers);
  RC_ASSERT(chain.largest(sizes) == chain.best());
}

/// Inputs with a pipeline, ends as heavy as a small vocabulary or a large one makes them.
StepInputs random_pipeline() {
  StepInputs inputs = fixtures::random_inputs();
  inputs.model.vocabulary = *rc::gen::element(8000, 128000, 1000000);
  const int chunks = inputs.layout.pipeline * inputs.layout.virtual_stages;
  inputs.model.layers = chunks - 2 + *rc::gen::inRange(inputs.model.experts ? 2 : 1, 30);
  return inputs;
}

Bytes peak_memory(const StepInputs& inputs) {
  Bytes peak;
  for (const StageMemory& stage : forecast_memory(inputs)) peak = std::max(peak, stage.total());
  return peak;
}

RC_GTEST_PROP(StageCuts, BalancedIsNeverSlowerThanEqual, ()) {
  StepInputs inputs = random_pipeline();
  const Seconds equal = forecast_step(inputs, fixtures::calibration()).time;
  inputs.layout.stages = StageCut::kBalanced;
  RC_ASSERT(forecast_step(inputs, fixtures::calibration()).time <= equal);
}

RC_GTEST_PROP(StageCuts, MemoryNeverNeedsMoreThanEqual, ()) {
  StepInputs inputs = random_pipeline();
  const Bytes equal = peak_memory(inputs);
  inputs.layout.stages = StageCut::kMemory;
  const StepInputs cut = cut_as_asked(inputs, fixtures::calibration());
  RC_ASSERT(layout_faults(cut).empty());
  RC_ASSERT(peak_memory(cut) <= equal * (1.0 + 1e-12));
}

RC_GTEST_PROP(StageCuts, NoOtherListNeedsLessMemory, ()) {
  StepInputs inputs = random_pipeline();
  RC_PRE(inputs.layout.virtual_stages == 1);
  inputs.accelerators *= 4 / inputs.layout.pipeline;
  inputs.layout.pipeline = 4;
  inputs.model.layers += 3;
  inputs.layout.stages = StageCut::kMemory;
  const StepInputs cut = cut_as_asked(inputs, fixtures::calibration());
  StepInputs other = cut;
  std::vector<int> stages = *cut.layout.listed_stages();
  for (int moves = *rc::gen::inRange(1, 9); moves > 0; --moves) {
    const auto stage = [&] { return *rc::gen::inRange<std::size_t>(0, stages.size()); };
    const std::size_t from = stage(), to = stage();
    if (stages[from] < 2) continue;
    --stages[from];
    ++stages[to];
  }
  other.layout.stages = stages;
  RC_ASSERT(layout_faults(other).empty());
  RC_ASSERT(peak_memory(cut) <= peak_memory(other) * (1.0 + 1e-12));
}

}  // namespace
}  // namespace sextant
