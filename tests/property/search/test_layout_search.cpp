// A search finds what trying every combination one by one finds, at any number of threads.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

#include "sextant/training/closed_step.h"
#include "src/search/layout_search.h"
#include "tests/support/random_inputs.h"

namespace sextant::search {
namespace {

using Key = std::tuple<int, int, int, int, int, int, int, int, Recompute, int>;

Key key_of(const Layout& l) {
  return {l.tensor,    l.pipeline,       l.virtual_stages,          l.context,
          l.expert,    l.zero,           l.shard_group.value_or(0), l.micro_batch,
          l.recompute, l.recompute_every};
}

template <class T>
std::vector<T> some_of(std::vector<T> values) {
  std::vector<T> some;
  for (const T& value : values) {
    if (*rc::gen::arbitrary<bool>()) some.push_back(value);
  }
  return some.empty() ? std::vector<T>{values.front()} : some;
}

LayoutSpace random_space() {
  return {
      .tensor = some_of<int>({1, 2, 3, 8}),
      .pipeline = some_of<int>({1, 2, 4, 6}),
      .virtual_stages = some_of<int>({1, 2, 3}),
      .context = some_of<int>({1, 2, 4}),
      .expert = some_of<int>({1, 2, 8}),
      .zero = some_of<int>({1, 0, 2, 3}),
      .shard_group = some_of<int>({0, 2, 8, 16}),
      .micro_batch = some_of<int>({1, 2, 4}),
      .recompute = some_of<Recompute>({Recompute::kFull, Recompute::kNone, Recompute::kSelective}),
      .recompute_every = some_of<int>({1, 2}),
      .pipelined_zero = *rc::gen::inRange(1, 4)};
}

/// What makes no difference to the step has one value.
void drop_what_is_not_used(StepInputs& inputs) {
  Layout& layout = inputs.layout;
  const int replicas = inputs.data() * layout.context;
  if (layout.pipeline == 1) layout.virtual_stages = 1;
  if (replicas <= 1) layout.zero = 0;
  if (layout.zero == 0 || *layout.shard_group == 0 || *layout.shard_group >= replicas) {
    layout.shard_group.reset();
  }
  if (layout.recompute == Recompute::kNone) layout.recompute_every = 1;
}

struct Tried {
  std::int64_t valid = 0;
  std::vector<FoundLayout> fit;  ///< the fastest first
  std::vector<FoundLayout> all;
};

Tried try_all(const StepInputs& start, const LayoutSpace& space, const Calibration& calibration,
              const std::vector<std::int64_t>& batches) {
  Tried tried;
  std::set<Key> seen;
  const auto try_one = [&](StepInputs inputs) {
    drop_what_is_not_used(inputs);
    const Layout& layout = inputs.layout;
    if (layout.pipeline > 1 && layout.zero > space.pipelined_zero) return;
    const std::int64_t stages = layout.pipeline * layout.virtual_stages;
    const bool even = inputs.model.layers % stages == 0 || (inputs.model.layers + 2) % stages == 0;
    if (layout.virtual_stages > 1 && !even && !space.uneven_chunks) return;
    for (const std::int64_t batch : batches) {
      StepInputs other = inputs;
      other.global_batch = batch;
      if (!layout_faults(other).empty()) return;
    }
    if (!layout_faults(inputs).empty() || !seen.insert(key_of(layout)).second) return;
    const ClosedStep step = forecast_closed(inputs, calibration).value();
    tried.all.push_back({layout, step.time, step.peak_memory});
    if (step.peak_memory <= inputs.node.accelerator.memory.value) {
      tried.fit.push_back(tried.all.back());
    }
  };
  StepInputs inputs = start;
  Layout& layout = inputs.layout;
  for (const int tensor : space.tensor)
    for (const int pipeline : space.pipeline)
      for (const int virtual_stages : space.virtual_stages)
        for (const int context : space.context)
          for (const int expert : space.expert)
            for (const int zero : space.zero)
              for (const int group : space.shard_group)
                for (const int micro_batch : space.micro_batch)
                  for (const Recompute recompute : space.recompute)
                    for (const int every : space.recompute_every) {
                      if (start.accelerators % (std::int64_t{tensor} * pipeline * context))
                        continue;
                      layout.data.reset();
                      layout.stages.reset();
                      layout.tensor = tensor;
                      layout.pipeline = pipeline;
                      layout.virtual_stages = virtual_stages;
                      layout.context = context;
                      layout.expert = expert;
                      layout.zero = zero;
                      layout.shard_group = group;
                      layout.micro_batch = micro_batch;
                      layout.recompute = recompute;
                      layout.recompute_every = every;
                      try_one(inputs);
                    }
  std::stable_sort(tried.fit.begin(), tried.fit.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  return tried;
}

StepInputs random_start() {
  StepInputs start = fixtures::random_inputs();
  start.global_batch *= *rc::gen::element(1, 3, 8);
  start.model.layers = *rc::gen::inRange(4, 30);
  start.node.accelerator.memory.value = Bytes(1e9 * *rc::gen::element(8, 20, 40, 80));
  return start;
}

void agree(const SearchResult& found, const Tried& tried, const SearchOptions& options,
           const LayoutSpace& space) {
  RC_ASSERT(found.complete);
  RC_ASSERT(static_cast<double>(found.considered) == space.size());
  RC_ASSERT(found.valid == static_cast<std::int64_t>(tried.all.size()));
  RC_ASSERT(found.fit == static_cast<std::int64_t>(tried.fit.size()));
  RC_ASSERT((options.time_all ? found.timed == found.fit : found.timed <= found.fit));
  RC_ASSERT(found.best.size() == std::min(options.keep, tried.fit.size()));
  for (std::size_t i = 0; i < found.best.size(); ++i) {
    RC_ASSERT(key_of(found.best[i].layout) == key_of(tried.fit[i].layout));
    RC_ASSERT(found.best[i].time == tried.fit[i].time);
    RC_ASSERT(found.best[i].peak_memory == tried.fit[i].peak_memory);
  }
  RC_ASSERT(found.times.size() == (options.time_all ? tried.fit.size() : 0));
  for (std::size_t i = 0; i < found.times.size(); ++i) {
    RC_ASSERT(found.times[i] == tried.fit[i].time);
  }
  RC_ASSERT(found.least_memory.has_value() == !tried.all.empty());
  for (const FoundLayout& layout : tried.all) {
    RC_ASSERT(found.least_memory->peak_memory <= layout.peak_memory);
  }
}

RC_GTEST_PROP(LayoutSearch, IsTryingEverything, ()) {
  const StepInputs start = random_start();
  const LayoutSpace space = random_space();
  const Calibration calibration = fixtures::calibration();
  SearchOptions options;
  options.keep = *rc::gen::element<std::size_t>(1, 3, 10);
  if (*rc::gen::arbitrary<bool>()) options.also_batches = {start.global_batch / 2};
  const Tried tried = try_all(start, space, calibration, options.also_batches);
  for (const int threads : {1, 3}) {
    options.parallel.threads = threads;
    for (const bool time_all : {false, true}) {
      options.time_all = time_all;
      agree(search_layouts(start, space, calibration, options), tried, options, space);
    }
  }
}

/// Of all that can run, but for what multiplies it without end.
LayoutSpace small_space(const StepInputs& start) {
  LayoutSpace space = every_layout(start);
  space.recompute_every = {start.layout.recompute_every};
  space.shard_group = {start.layout.shard_group.value_or(0)};
  return space;
}

RC_GTEST_PROP(LayoutSearch, DoesNotDependOnThreads, ()) {
  const StepInputs start = random_start();
  const LayoutSpace space = small_space(start);
  const Calibration calibration = fixtures::calibration();
  SearchOptions options;
  options.parallel.threads = 1;
  const SearchResult alone = search_layouts(start, space, calibration, options);
  options.parallel.threads = 3;
  const SearchResult together = search_layouts(start, space, calibration, options);
  RC_ASSERT(alone.timed == together.timed);
  RC_ASSERT(alone.best.size() == together.best.size());
  for (std::size_t i = 0; i < alone.best.size(); ++i) {
    RC_ASSERT(key_of(alone.best[i].layout) == key_of(together.best[i].layout));
  }
}

/// The layout to start from is in the space, or one that means the same: none is faster than all.
RC_GTEST_PROP(LayoutSpace, HasTheStart, ()) {
  StepInputs start = random_start();
  start.layout.stages.reset();
  start.node.accelerator.memory.value = Bytes(1e15);
  if (!layout_faults(start).empty()) return;
  const Calibration calibration = fixtures::calibration();
  const SearchResult found = search_layouts(start, small_space(start), calibration, {.keep = 1});
  RC_ASSERT(found.best.size() == 1);
  const Seconds time = forecast_closed(start, calibration)->time;
  if (start.data() * start.layout.context > 1) RC_ASSERT(found.best[0].time <= time);
}

}  // namespace
}  // namespace sextant::search
