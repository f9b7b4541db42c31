#include <algorithm>
#include <cmath>
#include <limits>

#include "sextant/network/flow_folding.h"
#include "sim/network/link_columns.h"

namespace sextant {
namespace {

/// How much each pattern can load its links with: the highest rate of its activities, and how many
/// of them can move at the same time.
struct PatternUse {
  double rate = 0.0;
  std::int64_t at_once = 0;
};

/// Whether activities follow from one another by their waits, however indirectly.
class Descent {
 public:
  explicit Descent(const FlowProblem& problem)
      : problem_(problem), seen_(problem.activities.size(), 0), visits_left_(kVisits) {}

  /// @pre earlier < later. Not found out within the visits that are left: false
  bool leads_to(std::int32_t earlier, std::int32_t later) {
    ++search_;
    todo_.assign(1, later);
    while (!todo_.empty() && visits_left_ > 0) {
      const std::int32_t at = todo_.back();
      todo_.pop_back();
      --visits_left_;
      for (const std::int32_t wait : problem_.activities[static_cast<std::size_t>(at)].waits) {
        if (wait == earlier) return true;
        std::int32_t& seen = seen_[static_cast<std::size_t>(wait)];
        if (wait < earlier || seen == search_) continue;
        seen = search_;
        todo_.push_back(wait);
      }
    }
    return false;
  }

 private:
  static constexpr std::int64_t kVisits = 50'000'000;

  const FlowProblem& problem_;
  std::vector<std::int32_t> seen_;  ///< search that saw the activity last
  std::vector<std::int32_t> todo_;
  std::int32_t search_ = 0;
  std::int64_t visits_left_;
};

std::vector<PatternUse> uses_of(const FlowProblem& problem) {
  std::vector<PatternUse> uses(problem.patterns.size());
  std::vector<std::int32_t> latest(problem.patterns.size(), -1);
  Descent descent(problem);
  for (std::size_t i = 0; i < problem.activities.size(); ++i) {
    const FlowProblem::Activity& activity = problem.activities[i];
    if (!activity.moves()) continue;
    const auto pattern = static_cast<std::size_t>(activity.pattern);
    const auto index = static_cast<std::int32_t>(i);
    uses[pattern].rate = std::max(uses[pattern].rate, activity.rate);
    const bool alone = latest[pattern] >= 0 &&
                       (std::isinf(uses[pattern].rate) || descent.leads_to(latest[pattern], index));
    if (!alone) ++uses[pattern].at_once;
    latest[pattern] = index;
  }
  return uses;
}

bool can_be_full(std::span<const LinkColumns::Entry> column, const std::vector<PatternUse>& uses,
                 double capacity) {
  double most = 0.0;
  for (const LinkColumns::Entry& entry : column) {
    const PatternUse& use = uses[static_cast<std::size_t>(entry.pattern)];
    most += entry.flows * use.rate * static_cast<double>(use.at_once);
  }
  return most > capacity * (1.0 + kSameLoad);
}

}  // namespace

std::vector<std::int32_t> merge_links(FlowProblem& problem) {
  const std::vector<PatternUse> uses = uses_of(problem);
  std::vector<bool> used;
  for (const PatternUse& use : uses) used.push_back(use.at_once > 0);
  const LinkColumns columns(problem.capacities.size(), problem.patterns, used);
  std::vector<bool> kept(columns.links(), true);
  for (std::size_t link = 0; link < columns.links(); ++link) {
    kept[link] = can_be_full(columns.of(link), uses, problem.capacities[link]);
  }
  keep_narrowest(columns, problem.capacities, kept);
  return renumber_links(kept, problem.capacities, problem.patterns);
}

}  // namespace sextant
