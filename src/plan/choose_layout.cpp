#include "src/plan/choose_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "sextant/training/closed_step.h"
#include "sextant/training/stage_cut.h"
#include "sextant/training/step_model.h"
#include "src/plan/batch_levels.h"
#include "src/plan/infeasible.h"
#include "src/plan/phases.h"
#include "src/search/layout_space.h"

namespace sextant::plan {
namespace {

using scenario::PhasePlan;
using scenario::Scenario;
using search::FoundLayout;
using search::SearchOptions;
using search::SearchResult;

constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;

/// Layouts of the last batch that are looked at where a phase has several: the fastest of one batch
/// need not be that of another.
constexpr std::size_t kKeptOfLastBatch = 2000;

/// A batch that a phase comes to, and for how many steps; of a duration only the last one counts.
struct ReachedLevel {
  BatchLevel level;
  double steps = 0;
};

std::vector<ReachedLevel> reached_levels(const PhasePlan& phase) {
  const std::vector<BatchLevel> levels = batch_levels(phase);
  std::vector<ReachedLevel> reached;
  if (phase.duration) {
    for (const BatchLevel& level : levels) reached.push_back({level, 0});
    reached.back().steps = 1;
    return reached;
  }
  const std::vector<std::int64_t> steps = steps_at_levels(phase, levels);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (steps[i] > 0) reached.push_back({levels[i], static_cast<double>(steps[i])});
  }
  return reached;
}

/// The steps of a phase in all its batches, whatever the layout.
struct PhaseSteps {
  std::vector<StepInputs> batches;
  std::vector<double> counts;  ///< steps of each batch
  const Calibration& calibration;

  const StepInputs& last() const { return batches.back(); }

  std::vector<std::int64_t> earlier_batches() const {
    std::vector<std::int64_t> sizes;
    for (const StepInputs& inputs : batches) sizes.push_back(inputs.global_batch);
    sizes.pop_back();
    return sizes;
  }

  /// The layout with stages cut as the phase asks for.
  Layout completed(Layout layout) const {
    const StageCut* cut = last().layout.stage_cut();
    if (cut && layout.pipeline > 1) layout.stages = *cut;
    return layout;
  }

  /// Of all steps; `time` forecasts one.
  template <class Time>
  Seconds whole_time(const Layout& layout, const Time& time) const {
    Seconds sum;
    for (std::size_t i = 0; i < batches.size(); ++i) {
      StepInputs inputs = batches[i];
      inputs.layout = layout;
      if (counts[i] > 0) sum += counts[i] * time(inputs);
    }
    return sum;
  }

  /// Peak memory over all batches. Stages are cut once, for the last.
  Bytes peak_memory(const Layout& cut_layout) const {
    Bytes peak;
    for (StepInputs inputs : batches) {
      inputs.layout = cut_layout;
      peak = std::max(peak, forecast_peak_memory(inputs));
    }
    return peak;
  }
};

PhaseSteps steps_of(const Scenario& scenario, const PhasePlan& phase) {
  PhaseSteps steps{{}, {}, *scenario.calibration};
  for (const ReachedLevel& reached : reached_levels(phase)) {
    steps.batches.push_back(step_inputs_at(scenario, phase, reached.level));
    steps.counts.push_back(reached.steps);
  }
  require_calibrated(steps.last(), steps.calibration);
  return steps;
}

/// Strictly within the memory; where nothing is, as far beyond it as a plan allows.
SearchResult search(const PhaseSteps& steps, SearchOptions options, double& tolerance) {
  options.also_batches = steps.earlier_batches();
  const search::LayoutSpace space = search::every_layout(steps.last());
  SearchResult result = search_layouts(steps.last(), space, steps.calibration, options);
  const bool nearly = result.complete && result.fit == 0 && result.least_memory;
  if (!nearly || options.memory_tolerance >= kMemoryError) return result;
  options.memory_tolerance = tolerance = kMemoryError;
  return search_layouts(steps.last(), space, steps.calibration, options);
}

/// Of layouts that are ordered by the last batch, those whose steps of all batches take least, by
/// the closed tier; only what fits in memory with all of them.
void keep_best_of_all_batches(const PhaseSteps& steps, const SearchOptions& options, Bytes capacity,
                              std::vector<FoundLayout>& found) {
  std::vector<std::pair<Seconds, std::size_t>> order(found.size());
  const auto closed_time = [&](const StepInputs& inputs) {
    return step_time(inputs, steps.calibration);
  };
  const auto count = static_cast<std::int64_t>(found.size());
  run::parallel_for(count, options.parallel, [&](std::int64_t i) {
    const auto index = static_cast<std::size_t>(i);
    const Layout& layout = found[index].layout;
    const bool fits = steps.peak_memory(layout) <= capacity;
    order[index] = {fits ? steps.whole_time(layout, closed_time)
                         : Seconds(std::numeric_limits<double>::infinity()),
                    index};
  });
  std::sort(order.begin(), order.end());
  order.resize(std::min(order.size(), options.keep));
  std::vector<FoundLayout> best;
  for (const auto& [time, index] : order) best.push_back(std::move(found[index]));
  found = std::move(best);
}

/// When the search is stopped, what was not replayed yet keeps its time of the closed tier.
std::vector<FoundLayout> replayed(const PhaseSteps& steps, const std::vector<FoundLayout>& found,
                                  const SearchOptions& options, double tolerance) {
  std::vector<FoundLayout> layouts = found;
  std::vector<Seconds> whole(layouts.size(), Seconds(std::numeric_limits<double>::infinity()));
  const auto count = static_cast<std::int64_t>(layouts.size());
  const auto replayed_time = [&](const StepInputs& inputs) {
    return forecast_step(inputs, steps.calibration).time;
  };
  run::parallel_for(count, options.parallel, [&](std::int64_t i) {
    FoundLayout& layout = layouts[static_cast<std::size_t>(i)];
    StepInputs inputs = steps.last();
    inputs.layout = layout.layout = steps.completed(std::move(layout.layout));
    inputs = cut_as_asked(std::move(inputs), steps.calibration);
    layout.peak_memory = steps.peak_memory(inputs.layout);
    if (options.stopped && options.stopped()) return;
    layout.time = forecast_step(inputs, steps.calibration).time;
    whole[static_cast<std::size_t>(i)] =
        steps.batches.size() == 1 ? layout.time : steps.whole_time(inputs.layout, replayed_time);
  });
  const Bytes capacity = steps.last().node.accelerator.memory.value * (1.0 + tolerance);
  std::vector<std::pair<Seconds, std::size_t>> order;
  for (std::size_t i = 0; i < layouts.size(); ++i) {
    if (layouts[i].peak_memory <= capacity) order.emplace_back(whole[i], i);
  }
  std::sort(order.begin(), order.end());
  std::vector<FoundLayout> sorted;
  for (const auto& [time, index] : order) sorted.push_back(std::move(layouts[index]));
  return sorted;
}

std::string words(const Layout& layout) {
  return fmt::format(
      "tensor {}, pipeline {}, virtual stages {}, context {}, expert {}, ZeRO-{}, "
      "microbatches of {}, recompute {}",
      layout.tensor, layout.pipeline, layout.virtual_stages, layout.context, layout.expert,
      layout.zero, layout.micro_batch, enum_name(layout.recompute));
}

/// Why a phase has no layout.
Obstacle no_layout(const StepInputs& inputs, const SearchResult& search) {
  if (!search.complete) {
    return {.reason = "the search was stopped before it found a layout that fits in memory",
            .details = {fmt::format("{} combinations were tried", search.considered)},
            .remedies = {"more time, or more threads"}};
  }
  if (!search.least_memory) {
    return {.reason = "no layout divides the run",
            .details = {fmt::format("of {} combinations of degrees none divides {} accelerators, a "
                                    "global batch of {}, {} attention heads and {} layers",
                                    search.considered, inputs.accelerators, inputs.global_batch,
                                    inputs.model.heads, inputs.model.layers)},
            .remedies = {"another number of nodes",
                         "a global batch that more numbers of data ranks divide"}};
  }
  const FoundLayout& least = *search.least_memory;
  return {.reason =
              fmt::format("no layout fits in memory: none of {} that divide the run", search.valid),
          .details = {fmt::format("an accelerator has {:.1f} GiB; the least that any layout needs "
                                  "is {:.1f} GiB",
                                  inputs.node.accelerator.memory.value.si() / kGiB,
                                  least.peak_memory.si() / kGiB),
                      fmt::format("that one has {}", words(least.layout))},
          .remedies = {"more nodes", "accelerators with more memory",
                       "a smaller model or shorter sequences"}};
}

/// @throws InfeasiblePlan where there is none
const Layout& best_layout(const PhaseLayouts& layouts, const StepInputs& inputs,
                          const std::string& name) {
  if (!layouts.replayed.empty()) return layouts.replayed.front().layout;
  Obstacle obstacle = no_layout(inputs, layouts.search);
  if (!name.empty()) obstacle.reason = fmt::format("phase \"{}\": {}", name, obstacle.reason);
  throw InfeasiblePlan({std::move(obstacle)});
}

}  // namespace

PhaseLayouts search_phase(const Scenario& scenario, const PhasePlan& phase,
                          const SearchOptions& options) {
  const PhaseSteps steps = steps_of(scenario, phase);
  PhaseLayouts layouts;
  double tolerance = options.memory_tolerance;
  SearchOptions wider = options;
  if (steps.batches.size() > 1) wider.keep = std::max(options.keep, kKeptOfLastBatch);
  layouts.search = search(steps, wider, tolerance);
  if (steps.batches.size() > 1) {
    const Bytes capacity = steps.last().node.accelerator.memory.value * (1.0 + tolerance);
    keep_best_of_all_batches(steps, options, capacity, layouts.search.best);
  }
  layouts.replayed = replayed(steps, layouts.search.best, options, tolerance);
  return layouts;
}

ChosenLayouts choose_layouts(const Scenario& scenario, const SearchOptions& options) {
  ChosenLayouts chosen{.phases = {}, .scenario = scenario};
  scenario::TrainingPlan& training = chosen.scenario.training;
  const auto choose = [&](PhasePlan& phase) {
    chosen.phases.push_back(search_phase(scenario, phase, options));
    const StepInputs inputs = step_inputs_at(scenario, phase, reached_levels(phase).back().level);
    phase.layout = best_layout(chosen.phases.back(), inputs, phase.name);
  };
  if (training.phases.empty()) choose(training);
  for (PhasePlan& phase : training.phases) choose(phase);
  return chosen;
}

}  // namespace sextant::plan
