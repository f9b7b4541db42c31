#include "src/search/layout_search.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "sextant/kernel/distributions.h"
#include "sextant/training/closed_step.h"
#include "sextant/training/step_model.h"
#include "src/search/layout_walk.h"

namespace sextant::search {
namespace {

/// What one branch of the space has.
struct BranchResult {
  bool done = false;
  std::int64_t valid = 0;
  /// Those that fit in memory, in the order of the space; their times, or bounds of them.
  std::vector<FoundLayout> fit;
  std::optional<FoundLayout> least_memory;  ///< without its time
};

/// Indices by time; ties in the order of the space.
std::vector<std::size_t> by_time(const std::vector<FoundLayout>& layouts) {
  std::vector<std::size_t> order(layouts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return layouts[a].time < layouts[b].time; });
  return order;
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
    SearchResult result;
    const std::vector<FoundLayout> fit = try_branches(result);
    if (options_.time_all) {
      take_timed(fit, result);
    } else {
      time_best(fit, result);
    }
    if (options_.faster_than) result.faster = count_faster(fit, *options_.faster_than);
    if (options_.sample > 0) result.sample = sampled(fit);
    if (result.least_memory) {
      result.least_memory->time =
          forecast_closed(with(result.least_memory->layout), calibration_)->time;
    }
    return result;
  }

 private:
  StepInputs with(const Layout& layout) const {
    StepInputs inputs = start_;
    inputs.layout = layout;
    return inputs;
  }

  /// Counts what there is, and returns what fits.
  std::vector<FoundLayout> try_branches(SearchResult& result) const {
    std::vector<BranchResult> branches(static_cast<std::size_t>(walk_.branches()));
    run::parallel_for(walk_.branches(), options_.parallel, [&](std::int64_t i) {
      if (options_.stopped && options_.stopped()) return;
      branches[static_cast<std::size_t>(i)] = try_branch(i);
    });
    std::vector<FoundLayout> fit;
    for (BranchResult& branch : branches) {
      if (!branch.done) {
        result.complete = false;
        continue;
      }
      result.considered += walk_.branch_size();
      result.valid += branch.valid;
      keep_least(branch.least_memory, result.least_memory);
      std::move(branch.fit.begin(), branch.fit.end(), std::back_inserter(fit));
    }
    result.fit = static_cast<std::int64_t>(fit.size());
    return fit;
  }

  BranchResult try_branch(std::int64_t branch) const {
    BranchResult result;
    result.done = true;
    walk_.visit_branch(branch, [&](const StepInputs& inputs) {
      ++result.valid;
      const Bytes peak = forecast_peak_memory(inputs);
      if (!result.least_memory || peak < result.least_memory->peak_memory) {
        result.least_memory = {inputs.layout, Seconds(0), peak};
      }
      if (peak > capacity_) return;
      const Seconds time = options_.time_all ? forecast_closed(inputs, calibration_)->time
                                             : *closed_lower_bound(inputs, calibration_);
      result.fit.push_back({inputs.layout, time, peak});
    });
    return result;
  }

  static void keep_least(std::optional<FoundLayout>& found, std::optional<FoundLayout>& least) {
    if (!found || (least && least->peak_memory <= found->peak_memory)) return;
    least = std::move(found);
  }

  void take_timed(const std::vector<FoundLayout>& fit, SearchResult& result) const {
    result.timed = result.fit;
    for (const std::size_t i : by_time(fit)) {
      result.times.push_back(fit[i].time);
      if (result.best.size() < options_.keep) result.best.push_back(fit[i]);
    }
  }

  /// Those with the smallest bounds first, until none that is left can be among the best. So many
  /// at a time, and never fewer, that threads make no difference.
  void time_best(const std::vector<FoundLayout>& bounded, SearchResult& result) const {
    constexpr std::size_t kTogether = 64;
    const std::vector<std::size_t> by_bound = by_time(bounded);
    std::vector<std::pair<Seconds, std::size_t>> best;  // ties in the order of the space
    const auto can_be_better = [&](std::size_t i) {
      return best.size() < options_.keep ||
             (options_.keep > 0 && bounded[i].time * (1.0 - kRounding) <= best.back().first);
    };
    for (std::size_t next = 0; next < by_bound.size() && can_be_better(by_bound[next]);) {
      const std::size_t count = std::min(kTogether, by_bound.size() - next);
      std::vector<std::pair<Seconds, std::size_t>> timed(count);
      run::parallel_for(static_cast<std::int64_t>(count), options_.parallel, [&](std::int64_t n) {
        const std::size_t i = by_bound[next + static_cast<std::size_t>(n)];
        timed[static_cast<std::size_t>(n)] = {
            forecast_closed(with(bounded[i].layout), calibration_)->time, i};
      });
      best.insert(best.end(), timed.begin(), timed.end());
      std::sort(best.begin(), best.end());
      best.resize(std::min(best.size(), options_.keep));
      next += count;
      result.timed += static_cast<std::int64_t>(count);
    }
    for (const auto& [time, i] : best) {
      result.best.push_back({bounded[i].layout, time, bounded[i].peak_memory});
    }
  }

  /// Of layouts with their times, or bounds of them.
  std::int64_t count_faster(const std::vector<FoundLayout>& fit, Seconds limit) const {
    std::vector<char> faster(fit.size());
    run::parallel_for(static_cast<std::int64_t>(fit.size()), options_.parallel, [&](auto n) {
      const auto i = static_cast<std::size_t>(n);
      if (fit[i].time * (1.0 - kRounding) >= limit) return;
      faster[i] = forecast_closed(with(fit[i].layout), calibration_)->time < limit;
    });
    return std::count(faster.begin(), faster.end(), 1);
  }

  /// One from each of equal stretches, at a place that is drawn: every n-th would meet the same
  /// value of a degree again and again.
  std::vector<FoundLayout> sampled(const std::vector<FoundLayout>& fit) const {
    const std::size_t count = std::min(options_.sample, fit.size());
    std::vector<FoundLayout> sample(count);
    run::parallel_for(static_cast<std::int64_t>(count), options_.parallel, [&](std::int64_t n) {
      const auto i = static_cast<std::size_t>(n);
      const std::size_t begin = i * fit.size() / count, end = (i + 1) * fit.size() / count;
      RandomStream stream(1, "search.sample", static_cast<std::uint32_t>(i));
      const FoundLayout& found = fit[begin + draw_index(stream, end - begin)];
      const Seconds time = forecast_closed(with(found.layout), calibration_)->time;
      sample[i] = {found.layout, time, found.peak_memory};
    });
    return sample;
  }

  static constexpr double kRounding = 1e-6;  ///< of a bound

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
