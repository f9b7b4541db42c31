#pragma once

#include <optional>
#include <set>
#include <vector>

#include "sim/governance/kueue_assignment.h"

namespace sextant::kueue {

/// How a cycle ended for a head.
enum class Outcome {
  kNoFit,
  kNoCandidates,  ///< only preemption would help, and nobody may be preempted
  kPreempting,
  kDeferred,  ///< fits when those are gone whom others of this cycle preempt
  kSkipped,   ///< others of this cycle took what it needs
  kBlocked,   ///< nothing is admitted until pods are ready
  kAdmitted
};

/// The head of a queue in a cycle.
struct Entry {
  WorkloadIndex workload{};
  QueueIndex queue{};
  const Shape* shape = nullptr;
  SimTime order{};
  bool preemptor = false;  ///< waits for those whom it preempts
  Assignment assignment{};
  std::vector<Target> targets{};
  Outcome outcome = Outcome::kNoFit;
  WaitCause cause{};
  bool forget_tried = false;  ///< the next search begins with the first flavors
};

/// In which order heads take what there is. Under fair sharing that depends on what those before
/// them took (Kueue, classicalIterator in scheduler.go and fair_sharing_iterator.go).
class HeadOrder {
 public:
  HeadOrder(State& state, std::vector<Entry>& entries);

  /// Null: there are no more.
  Entry* next();
  /// Usage in the state has changed.
  void usage_changed() { stale_ = true; }

 private:
  /// What the side of an entry below a cohort would borrow with it.
  struct Standing {
    QuotaNode cohort = kNoNode;
    Share share;
    bool borrows = false;  ///< of what the entry asks for
  };
  struct Contestant {
    Entry* entry = nullptr;
    bool gone = false;
    std::vector<Standing> standings{};  ///< from its own cohort up
  };

  void sort_classically();
  bool alone(QuotaNode root) const;
  void judge(Contestant& contestant);
  Contestant* winner(QuotaNode cohort);
  bool less(const Contestant& a, const Contestant& b, QuotaNode cohort) const;

  State& state_;
  bool stale_ = true;
  std::size_t next_ = 0;
  QuotaNode judged_ = kNoNode;  ///< root whose standings are known
  std::vector<Contestant> order_;
  std::vector<Contestant*> of_queue_;
};

/// One scheduling cycle over some heads (Kueue, pkg/scheduler/scheduler.go): what each could get,
/// then, one after the other, what it does get beside those before it.
class Cycle {
 public:
  explicit Cycle(State& state) : state_(state) {}

  /// Finds flavors and victims for a head, as things stand.
  void nominate(Entry& entry, const LastTried* tried);
  /// Gives every entry its outcome and returns them in the order in which they had their turns.
  /// Only usage in the state changes meanwhile, and it is as before afterwards.
  std::vector<Entry*> run(std::vector<Entry>& entries);

 private:
  enum class Fit { kOk, kNoQuota, kNoPlaces };
  struct Taken {
    QueueIndex queue{};
    QuotaUsage usage;
    TopologyUsage places;
  };

  void assign(Entry& entry, const FlavorQuestion& question);
  void assign_partially(Entry& entry, const FlavorQuestion& question);
  std::vector<Target> find_targets(const FlavorQuestion& question, const Assignment& assignment);
  void place_for_later(Entry& entry, const FlavorQuestion& question);

  void process(Entry& entry);
  Fit fits(const Entry& entry);
  Fit reconsider(Entry& entry, Fit fit);
  void assign_again(Entry& entry);
  bool overlaps(const Entry& entry) const;
  void take(QueueIndex queue, QuotaUsage usage, TopologyUsage places);
  void reserve(const Entry& entry);
  void lose(Entry& entry);
  bool pods_not_ready() const;
  void give_back();

  State& state_;
  HeadOrder* order_ = nullptr;
  std::set<WorkloadIndex> victims_;
  std::vector<Taken> taken_;
  std::vector<std::pair<QuotaNode, QuotaUse>> own_only_;
  WorkloadIndex reserved_for_ = kNoWorkload;
  std::size_t admitted_ = 0;
};

}  // namespace sextant::kueue
