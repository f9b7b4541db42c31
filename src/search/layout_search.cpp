#include "src/search/layout_search.h"

#include <algorithm>
#include <utility>

#include "sextant/training/closed_step.h"
#include "sextant/training/step_model.h"
#include "src/search/layout_walk.h"

namespace sextant::search {
namespace {

/// What one branch of the space has.
struct BranchResult {
  bool done = false;
  std::int64_t valid = 0, fit = 0, timed = 0;
  std::vector<FoundLayout> best;  ///< the fastest first
  std::vector<Seconds> times;
  std::optional<FoundLayout> least_memory;  ///< without its time
};

bool faster(const FoundLayout& a, const FoundLayout& b) { return a.time < b.time; }

/// Behind those that are as fast: they come earlier in the space.
void keep_best(std::vector<FoundLayout>& best, FoundLayout found, std::size_t keep) {
  if (best.size() == keep && (keep == 0 || !faster(found, best.back()))) return;
  best.insert(std::upper_bound(best.begin(), best.end(), found, faster), std::move(found));
  if (best.size() > keep) best.pop_back();
}

class Search {
 public:
  Search(const StepInputs& start, const LayoutSpace& space, const Calibration& calibration,
         const SearchOptions& options)
      : start_(start),
        calibration_(calibration),
        options_(options),
        walk_(start, space, options.also_batches),
        capacity_(start.node.accelerator.memory.value * (1.0 + options.memory_tolerance)) {}

  SearchResult run() const {
    std::vector<BranchResult> branches(static_cast<std::size_t>(walk_.branches()));
    run::parallel_for(walk_.branches(), options_.parallel, [&](std::int64_t i) {
      if (options_.stopped && options_.stopped()) return;
      branches[static_cast<std::size_t>(i)] = search_branch(i);
    });
    return merged(std::move(branches));
  }

 private:
  BranchResult search_branch(std::int64_t branch) const {
    BranchResult result;
    result.done = true;
    walk_.visit_branch(branch, [&](const StepInputs& inputs) {
      ++result.valid;
      const Bytes peak = forecast_peak_memory(inputs);
      if (!result.least_memory || peak < result.least_memory->peak_memory) {
        result.least_memory = {inputs.layout, Seconds(0), peak};
      }
      if (peak > capacity_) return;
      ++result.fit;
      const Seconds time = forecast_closed(inputs, calibration_)->time;
      ++result.timed;
      if (options_.time_all) result.times.push_back(time);
      keep_best(result.best, {inputs.layout, time, peak}, options_.keep);
    });
    return result;
  }

  SearchResult merged(std::vector<BranchResult> branches) const {
    SearchResult result;
    for (BranchResult& branch : branches) {
      if (!branch.done) {
        result.complete = false;
        continue;
      }
      result.considered += walk_.branch_size();
      result.valid += branch.valid;
      result.fit += branch.fit;
      result.timed += branch.timed;
      result.times.insert(result.times.end(), branch.times.begin(), branch.times.end());
      for (FoundLayout& found : branch.best) {
        keep_best(result.best, std::move(found), options_.keep);
      }
      if (branch.least_memory && (!result.least_memory || branch.least_memory->peak_memory <
                                                              result.least_memory->peak_memory)) {
        result.least_memory = std::move(branch.least_memory);
      }
    }
    std::sort(result.times.begin(), result.times.end());
    if (result.least_memory) {
      StepInputs inputs = start_;
      inputs.layout = result.least_memory->layout;
      result.least_memory->time = forecast_closed(inputs, calibration_)->time;
    }
    return result;
  }

  const StepInputs& start_;
  const Calibration& calibration_;
  const SearchOptions& options_;
  LayoutWalk walk_;
  Bytes capacity_;
};

}  // namespace

double SearchResult::share_faster_than(Seconds time) const {
  if (times.empty()) return 0.0;
  const auto slower = std::lower_bound(times.begin(), times.end(), time);
  return static_cast<double>(slower - times.begin()) / static_cast<double>(times.size());
}

SearchResult search_layouts(const StepInputs& start, const LayoutSpace& space,
                            const Calibration& calibration, const SearchOptions& options) {
  return Search(start, space, calibration, options).run();
}

}  // namespace sextant::search
