#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/sample.h"
#include "src/optimize/layouts.h"
#include "src/optimize/limits.h"
#include "src/optimize/objective.h"
#include "src/optimize/space.h"
#include "src/plan/difference.h"
#include "src/plan/plan.h"

namespace sextant::optimize {

/// What is asked: the best of a space under limits.
struct Question {
  scenario::Scenario scenario;
  Objective objective;
  Limits limits;
  Space space;
};

/// One way to rent, to buy, to lay out and to save, as far as it was simulated.
struct Candidate {
  std::int64_t number = 0;  ///< in the order in which they were tried; decides ties
  plan::Variation choice;
  std::vector<std::string> notes;  ///< what else had to change in the scenario
  plan::PlanResult plan;           ///< with the replicas that were run so far
  Sample objective;
  Standing standing;
  bool spares_chosen = false;  ///< after the interval; see settle()
  bool as_given = false;       ///< the scenario's own layout

  double value() const { return objective.moments().mean(); }
};

/// Keeps the limits where the other does not; misses them by less; is better; was there first.
bool better(const Candidate& a, const Candidate& b);

/// Why a choice is none.
enum class DropReason {
  kQuota,
  kNotSold,
  kUnknown,
  kLayout,
  kMemory,
  kPlan,
  kDeadline,
  kBudget,
  kBeaten
};

}  // namespace sextant::optimize

namespace sextant {
template <>
struct EnumNames<optimize::DropReason> {
  static constexpr std::array table{std::pair{optimize::DropReason::kQuota, "quota"},
                                    std::pair{optimize::DropReason::kNotSold, "not_sold"},
                                    std::pair{optimize::DropReason::kUnknown, "unknown"},
                                    std::pair{optimize::DropReason::kLayout, "layout"},
                                    std::pair{optimize::DropReason::kMemory, "memory"},
                                    std::pair{optimize::DropReason::kPlan, "plan"},
                                    std::pair{optimize::DropReason::kDeadline, "deadline"},
                                    std::pair{optimize::DropReason::kBudget, "budget"},
                                    std::pair{optimize::DropReason::kBeaten, "beaten"}};
};
}  // namespace sextant

namespace sextant::optimize {

struct Dropped {
  DropReason reason = DropReason::kPlan;
  std::string choice;  ///< for people: "p5.48xlarge x 256, spot"
  std::string why;     ///< one sentence
};

/// A factor by which one run's objective is above another's; all factors multiply to the ratio.
struct Factor {
  std::string what;  ///< "training itself", "nodes rented", "price of a node-hour"
  double ratio = 1;
};

/// What makes one candidate worse than the best.
struct Reason {
  std::vector<Factor> factors;  ///< the strongest first; empty where the objective is a sum
  /// The line of the bill, or the state of the nodes, that differs most, and by how much: USD, s.
  std::string item;
  double item_difference = 0;
};

struct Ranked {
  Candidate candidate;
  /// Its objective less that of the best, on the same luck. Absent: it is the best.
  std::optional<plan::PairedDifference> behind;
  /// Why it is behind the best. Of the best: why the next is behind it.
  std::optional<Reason> reason;
};

enum class Limit { kDeadline, kBudget, kNodes, kMemory };

/// One limit relaxed, all others as they are.
struct Relaxation {
  Limit limit = Limit::kDeadline;
  double now = 0;      ///< s, USD, nodes, bytes of an accelerator
  double relaxed = 0;  ///< likewise
  /// The best then; absent: nothing is feasible then either.
  std::optional<Candidate> best;
  /// By what share the objective would be smaller; absent where there is none now, or none then.
  std::optional<double> gain;
};

/// Some of all layouts of one cluster that fit in memory, timed by the closed tier.
struct LayoutSample {
  std::string cluster;    ///< for people: "p5.48xlarge x 256"
  std::size_t phase = 0;  ///< whose they are
  StepInputs inputs;      ///< of its step, which each of them lays out
  LayoutTally tally;      ///< of the cluster
  std::vector<search::FoundLayout> layouts;
};

struct Answer {
  Question question;
  std::vector<Ranked> best;          ///< at most ten; empty: nothing is feasible
  std::optional<Candidate> nearest;  ///< where nothing is: what misses the limits by least
  std::vector<Relaxation> relaxations;
  std::vector<Dropped> dropped;  ///< in the order in which they were tried
  LayoutTally layouts;
  std::vector<Candidate> tried;        ///< all that were simulated, each as far as it was
  std::optional<LayoutSample> sample;  ///< of the best's cluster, where it was asked for
  std::int64_t clusters = 0;           ///< of which the layouts were searched
  std::int64_t choices = 0;            ///< that were simulated
  std::int64_t unfinished = 0;         ///< clusters that were not searched
  bool complete = true;                ///< false: stopped before its end
  std::vector<catalog::UsedFile> files;
};

/// How people call a choice: "p5.48xlarge x 256 + 4, on_demand, us-east-1".
std::string label_of(const scenario::Scenario& scenario);

}  // namespace sextant::optimize

namespace sextant {
template <>
struct EnumNames<optimize::Limit> {
  static constexpr std::array table{std::pair{optimize::Limit::kDeadline, "deadline"},
                                    std::pair{optimize::Limit::kBudget, "budget"},
                                    std::pair{optimize::Limit::kNodes, "nodes"},
                                    std::pair{optimize::Limit::kMemory, "memory"}};
};
}  // namespace sextant
