#include "sim/governance/kueue_assignment.h"

#include <algorithm>
#include <limits>

namespace sextant::kueue {
namespace {

// How well a flavor serves, in one resource or in the worst of several.
enum class FlavorMode { kNoFit, kNoCandidates, kPreempt, kReclaim, kFit };
struct Grade {
  FlavorMode mode = FlavorMode::kNoFit;
  int borrowing = std::numeric_limits<int>::max();
};

bool better(const Grade& a, const Grade& b, const FungibilityRules& rules) {
  if (a.mode == FlavorMode::kNoFit) return false;
  if (b.mode == FlavorMode::kNoFit) return true;
  const bool a_hopeless = a.mode == FlavorMode::kNoCandidates;
  const bool b_hopeless = b.mode == FlavorMode::kNoCandidates;
  if (a_hopeless != b_hopeless) return b_hopeless;
  const bool borrowing_first = rules.preference == FungibilityPreference::kPreemptionOverBorrowing;
  if (borrowing_first && a.borrowing != b.borrowing) return a.borrowing < b.borrowing;
  if (a.mode != b.mode) return a.mode > b.mode;
  return a.borrowing < b.borrowing;
}

// Whether the flavors after one with this grade are tried too.
bool search_goes_on(const Grade& grade, const FungibilityRules& rules) {
  if (grade.mode <= FlavorMode::kNoCandidates) return true;
  const bool preempts = grade.mode != FlavorMode::kFit;
  if (preempts && rules.when_can_preempt == FlavorSearch::kTryNextFlavor) return true;
  return grade.borrowing > 0 && rules.when_can_borrow == FlavorSearch::kTryNextFlavor;
}

Mode mode_of(FlavorMode mode) {
  if (mode == FlavorMode::kNoFit) return Mode::kNoFit;
  return mode == FlavorMode::kFit ? Mode::kFit : Mode::kPreempt;
}

FlavorMode mode_of(Possibility possibility) {
  if (possibility == Possibility::kNoCandidates) return FlavorMode::kNoCandidates;
  return possibility == Possibility::kPreempt ? FlavorMode::kPreempt : FlavorMode::kReclaim;
}

Amount amount_of(const QuotaUsage& usage, FlavorResource of) {
  for (const QuotaUse& use : usage) {
    if (use.of == of) return use.amount;
  }
  return 0;
}

// The smallest lack is what a workload waits for; what can never be there only if nothing else.
void note_lack(WaitCause& cause, const WaitCause& lack) {
  const bool first = cause.reason == WaitReason::kNotConsidered;
  const bool hopeful =
      cause.reason == WaitReason::kNeverFits && lack.reason == WaitReason::kNoQuota;
  const bool smaller = cause.reason == lack.reason && lack.short_by < cause.short_by;
  if (first || hopeful || smaller) cause = lack;
}

// The search for one workload.
class FlavorAssigner {
 public:
  FlavorAssigner(State& state, const FlavorQuestion& question)
      : state_(state),
        question_(question),
        rules_(state.rules(question.queue)),
        queue_(state.queue(question.queue)),
        node_(QuotaTree::node(question.queue)) {}

  Assignment run(const std::vector<int>& counts) {
    const std::vector<PodSet>& podsets = question_.shape->podsets;
    result_.mode = Mode::kFit;
    for (std::size_t i = 0; i < podsets.size(); ++i) {
      const int count = counts.empty() ? podsets[i].count : counts[i];
      if (!assign(i, count)) {
        result_.mode = Mode::kNoFit;
        return std::move(result_);
      }
      result_.mode = std::min(result_.mode, result_.podsets.back().mode);
    }
    if (podsets.empty()) result_.mode = Mode::kNoFit;
    if (result_.mode == Mode::kPreempt) note_targets();
    if (state_.policy().gates.topology_aware_scheduling && result_.mode != Mode::kNoFit) place();
    return std::move(result_);
  }

 private:
  // False: no flavor can be given to it.
  bool assign(std::size_t podset, int count) {
    PodSetChoice& choice = result_.podsets.emplace_back();
    choice.count = count;
    take_requests(podset, count);
    for (const ResourceAmount& request : requests_) {
      const std::int32_t group = rules_.group_of[static_cast<std::size_t>(request.resource)];
      if (group < 0) {
        if (request.amount == 0) continue;
        note_lack(result_.cause, {.reason = WaitReason::kNeverFits,
                                  .resource = request.resource,
                                  .short_by = request.amount});
        return give_up(choice);
      }
      if (has_flavor(choice, request.resource)) continue;
      if (!choose(podset, rules_.groups[static_cast<std::size_t>(group)], request.resource,
                  choice)) {
        return give_up(choice);
      }
    }
    for (const ChosenFlavor& chosen : choice.flavors) {
      choice.mode = std::min(choice.mode, chosen.mode);
      result_.borrowing = std::max(result_.borrowing, chosen.borrowing);
      accumulate(result_.usage, state_.tree.key(chosen.flavor, chosen.resource),
                 requested(chosen.resource));
    }
    return true;
  }

  bool give_up(PodSetChoice& choice) {
    choice.flavors.clear();
    choice.mode = Mode::kNoFit;
    return false;
  }

  void take_requests(std::size_t podset, int count) {
    requests_ = question_.shape->podsets[podset].per_pod;
    for (ResourceAmount& request : requests_) {
      request.amount = amount_product(request.amount, count);
    }
    const std::optional<ResourceIndex> pods = state_.pods_resource();
    if (!pods || rules_.group_of[static_cast<std::size_t>(*pods)] < 0) return;
    std::erase_if(requests_, [&](const ResourceAmount& one) { return one.resource == *pods; });
    requests_.push_back({*pods, count});
  }

  Amount requested(ResourceIndex resource) const {
    for (const ResourceAmount& request : requests_) {
      if (request.resource == resource) return request.amount;
    }
    return 0;
  }

  static bool has_flavor(const PodSetChoice& choice, ResourceIndex resource) {
    return std::any_of(choice.flavors.begin(), choice.flavors.end(),
                       [&](const ChosenFlavor& chosen) { return chosen.resource == resource; });
  }

  // Chooses a flavor of the group for all of its resources that the set asks for.
  bool choose(std::size_t podset, const Group& group, ResourceIndex resource,
              PodSetChoice& choice) {
    const bool fungible = state_.policy().gates.flavor_fungibility;
    std::vector<ChosenFlavor> best;
    Grade best_grade;
    WaitCause lack;
    const int count = static_cast<int>(group.flavors.size());
    int last = -1;
    for (int i = first_flavor(podset, resource); i < count; ++i) {
      last = i;
      const FlavorIndex flavor = group.flavors[static_cast<std::size_t>(i)];
      if (!may_use(podset, resource, group, flavor)) {
        note_lack(lack, {.reason = WaitReason::kNeverFits, .flavor = flavor, .resource = resource});
        continue;
      }
      std::vector<ChosenFlavor> found;
      const Grade grade = grade_flavor(group, flavor, found, lack);
      const bool stop = fungible && !search_goes_on(grade, queue_.fungibility);
      if (stop || (fungible ? better(grade, best_grade, queue_.fungibility)
                            : grade.mode > best_grade.mode)) {
        best = std::move(found);
        best_grade = grade;
      }
      if (stop || (!fungible && best_grade.mode == FlavorMode::kFit)) break;
    }
    if (best_grade.mode != FlavorMode::kFit && result_.cause.reason == WaitReason::kNotConsidered) {
      result_.cause = lack;
    }
    if (best.empty()) return false;
    for (ChosenFlavor& chosen : best) {
      chosen.tried = !fungible ? 0 : last == count - 1 ? -1 : last;
      choice.flavors.push_back(chosen);
    }
    return true;
  }

  int first_flavor(std::size_t podset, ResourceIndex resource) const {
    if (!state_.policy().gates.flavor_fungibility || question_.last_tried == nullptr) return 0;
    if (podset >= question_.last_tried->size()) return 0;
    for (const auto& [tried, index] : (*question_.last_tried)[podset]) {
      if (tried == resource) return index + 1;
    }
    return 0;
  }

  bool may_use(std::size_t podset, ResourceIndex resource, const Group& group,
               FlavorIndex flavor) const {
    if (question_.keep_flavors != nullptr) {
      const std::vector<PodSetChoice>& kept = question_.keep_flavors->podsets;
      const auto same = [&](const ChosenFlavor& chosen) {
        return chosen.resource == resource && chosen.flavor == flavor;
      };
      if (podset >= kept.size() ||
          std::none_of(kept[podset].flavors.begin(), kept[podset].flavors.end(), same)) {
        return false;
      }
    }
    return topology_matches(state_, question_.shape->podsets[podset], question_.queue, group,
                            flavor);
  }

  // The worst of its resources.
  Grade grade_flavor(const Group& group, FlavorIndex flavor, std::vector<ChosenFlavor>& found,
                     WaitCause& lack) {
    Grade worst{.mode = FlavorMode::kFit, .borrowing = 0};
    for (const ResourceAmount& request : requests_) {
      if (std::find(group.resources.begin(), group.resources.end(), request.resource) ==
          group.resources.end()) {
        continue;
      }
      const FlavorResource of = state_.tree.key(flavor, request.resource);
      const Grade grade =
          grade_amount(of, amount_sum(amount_of(result_.usage, of), request.amount), lack);
      if (better(worst, grade, queue_.fungibility)) worst = grade;
      if (worst.mode == FlavorMode::kNoFit) return worst;
      found.push_back({.resource = request.resource,
                       .flavor = flavor,
                       .mode = mode_of(grade.mode),
                       .borrowing = grade.borrowing});
    }
    return worst;
  }

  Grade grade_amount(FlavorResource of, Amount amount, WaitCause& lack) {
    const QuotaTree& tree = state_.tree;
    WaitCause own{.reason = WaitReason::kNeverFits,
                  .flavor = tree.flavor_of(of),
                  .resource = tree.resource_of(of)};
    const Amount potential = tree.potential(node_, of);
    if (amount > potential) {
      own.short_by = amount_difference(amount, potential);
      note_lack(lack, own);
      return {.mode = FlavorMode::kNoFit, .borrowing = 0};
    }
    const QuotaTree::LowestFit source = tree.lowest_fit(node_, of, amount);
    const Amount available = std::max<Amount>(0, tree.available(node_, of));
    if (amount <= available) return {.mode = FlavorMode::kFit, .borrowing = source.height};
    own.reason = WaitReason::kNoQuota;
    own.short_by = amount_difference(amount, available);
    note_lack(lack, own);
    if (amount > tree.subtree_quota(node_, of) && !source.below_root &&
        !may_preempt_while_borrowing()) {
      return {.mode = FlavorMode::kNoFit, .borrowing = source.height};
    }
    Simulation& simulation =
        simulated_.emplace_back(QuotaUse{of, amount}, simulate(of, amount)).second;
    return {.mode = mode_of(simulation.possibility), .borrowing = simulation.borrowing};
  }

  Simulation simulate(FlavorResource of, Amount amount) {
    return simulate_preemption(
        state_,
        {.queue = question_.queue, .priority = question_.shape->priority, .order = question_.order},
        of, amount);
  }

  // Where all that is asked for is one amount, the simulation has found the victims already.
  void note_targets() {
    if (result_.usage.size() != 1) return;
    const QuotaUse& all = result_.usage.front();
    for (auto& [use, simulation] : simulated_) {
      if (use.of == all.of && use.amount == all.amount) {
        result_.targets = std::move(simulation.targets);
      }
    }
  }

  bool may_preempt_while_borrowing() const {
    return queue_.preemption.borrow_within_cohort != BorrowPreemptionPolicy::kNever ||
           (state_.policy().fair_sharing &&
            queue_.preemption.reclaim_within_cohort != ReclaimPolicy::kNever);
  }

  // A set that wants a place needs exactly one flavor that has places.
  bool has_place_flavor(std::size_t podset) const {
    const PodSetChoice& choice = result_.podsets[podset];
    if (choice.count == 0 || !topology_applies(question_.shape->podsets[podset], rules_)) {
      return true;
    }
    std::vector<FlavorIndex> aware;
    for (const ChosenFlavor& chosen : choice.flavors) {
      if (state_.topologies[static_cast<std::size_t>(chosen.flavor)].aware() &&
          std::find(aware.begin(), aware.end(), chosen.flavor) == aware.end()) {
        aware.push_back(chosen.flavor);
      }
    }
    return aware.size() == 1;
  }

  // Quota is there, or can be; are there nodes?
  void place() {
    for (std::size_t i = 0; i < result_.podsets.size(); ++i) {
      if (!has_place_flavor(i)) return degrade(i, Mode::kNoFit);
    }
    const std::vector<PodSetPlacement> wanted = wanted_places(state_, question_, result_);
    if (wanted.empty()) return;
    if (result_.mode == Mode::kFit) {
      PlacementResult found = find_places(state_, wanted, false);
      if (found.ok()) {
        take_places(result_, std::move(found));
        return;
      }
      degrade(*found.failed, Mode::kPreempt);
    }
    const PlacementResult empty = find_places(state_, wanted, true);
    if (!empty.ok()) {
      degrade(*empty.failed, Mode::kNoFit);
      return;
    }
    for (const PodSetPlacement& one : wanted) degrade(one.podset, Mode::kPreempt);
  }

  void degrade(std::size_t podset, Mode mode) {
    PodSetChoice& choice = result_.podsets[podset];
    for (ChosenFlavor& chosen : choice.flavors) chosen.mode = mode;
    choice.mode = mode;
    result_.mode = mode;
    if (result_.cause.reason == WaitReason::kNotConsidered) {
      result_.cause = {.reason = WaitReason::kNoTopology};
    }
  }

  State& state_;
  const FlavorQuestion& question_;
  const QueueRules& rules_;
  const AdmissionQueue& queue_;
  QuotaNode node_;
  std::vector<ResourceAmount> requests_;
  std::vector<std::pair<QuotaUse, Simulation>> simulated_;
  Assignment result_;
};

}  // namespace

Assignment assign_flavors(State& state, const FlavorQuestion& question,
                          const std::vector<int>& counts) {
  return FlavorAssigner(state, question).run(counts);
}

std::vector<PodSetPlacement> wanted_places(const State& state, const FlavorQuestion& question,
                                           const Assignment& assignment) {
  std::vector<PodSetPlacement> wanted;
  if (!state.policy().gates.topology_aware_scheduling) return wanted;
  for (std::size_t i = 0; i < assignment.podsets.size(); ++i) {
    const PodSet& podset = question.shape->podsets[i];
    const PodSetChoice& choice = assignment.podsets[i];
    if (choice.count == 0 || choice.placed || choice.flavors.empty() ||
        !topology_applies(podset, state.rules(question.queue))) {
      continue;
    }
    for (const ChosenFlavor& chosen : choice.flavors) {
      const TopologyFlavor& flavor = state.topologies[static_cast<std::size_t>(chosen.flavor)];
      if (!flavor.aware()) continue;
      wanted.push_back({.podset = i,
                        .flavor = chosen.flavor,
                        .request = placement_request(podset, choice.count, flavor)});
      break;
    }
  }
  std::stable_sort(
      wanted.begin(), wanted.end(),
      [](const PodSetPlacement& a, const PodSetPlacement& b) { return a.flavor < b.flavor; });
  return wanted;
}

void take_places(Assignment& assignment, PlacementResult result) {
  for (PlacedPodSet& placed : result.placed) {
    PodSetChoice& choice = assignment.podsets[placed.podset];
    choice.placed = true;
    choice.place_flavor = placed.flavor;
    choice.nodes = std::move(placed.nodes);
  }
}

TopologyUsage places_of(const Assignment& assignment, const Shape& shape) {
  TopologyUsage places;
  for (std::size_t i = 0; i < assignment.podsets.size(); ++i) {
    const PodSetChoice& choice = assignment.podsets[i];
    for (const PodsOnNode& on : choice.nodes) {
      places.push_back({.flavor = choice.place_flavor,
                        .node = on.node,
                        .pods = on.pods,
                        .per_pod = &shape.podsets[i].per_pod});
    }
  }
  return places;
}

void set_mode(Assignment& assignment, Mode mode) {
  assignment.mode = mode;
  for (PodSetChoice& choice : assignment.podsets) {
    choice.mode = mode;
    for (ChosenFlavor& chosen : choice.flavors) chosen.mode = mode;
  }
}

std::vector<FlavorResource> contested(const State& state, const Assignment& assignment) {
  std::vector<FlavorResource> found;
  for (const PodSetChoice& choice : assignment.podsets) {
    for (const ChosenFlavor& chosen : choice.flavors) {
      const FlavorResource of = state.tree.key(chosen.flavor, chosen.resource);
      if (chosen.mode == Mode::kPreempt &&
          std::find(found.begin(), found.end(), of) == found.end()) {
        found.push_back(of);
      }
    }
  }
  return found;
}

LastTried last_tried(const Assignment& assignment) {
  const auto goes_on = [](const PodSetChoice& choice) {
    return std::any_of(choice.flavors.begin(), choice.flavors.end(),
                       [](const ChosenFlavor& chosen) { return chosen.tried != -1; });
  };
  LastTried tried;
  if (std::none_of(assignment.podsets.begin(), assignment.podsets.end(), goes_on)) return tried;
  for (const PodSetChoice& choice : assignment.podsets) {
    auto& own = tried.emplace_back();
    for (const ChosenFlavor& chosen : choice.flavors) {
      own.emplace_back(chosen.resource, chosen.tried);
    }
  }
  return tried;
}

}  // namespace sextant::kueue
