#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "sextant/cluster/usage.h"
#include "sextant/fleet/causes.h"
#include "sextant/fleet/failure_profile.h"
#include "sextant/fleet/fleet_plan.h"
#include "sextant/fleet/recovery.h"
#include "sextant/kernel/event.h"
#include "sextant/kernel/random_stream.h"
#include "sextant/kernel/simulation.h"

namespace sextant {

enum class NodeIndex : std::uint32_t {};
enum class TenancyIndex : std::uint32_t {};

/// Why a tenant of the fleet is interrupted; the subject of the interrupt is the node, or the index
/// of the job's own cause.
enum class Disruption { kNodeFailed, kJobFailed };

/// The rented nodes as long-lived entities, each with its own age and its own luck.
///
/// A node's life is operating time: its clock runs while a tenant uses it, also to restart or to
/// hang, and stands still while it is a spare, is repaired, or waits for other nodes. Every failure
/// ends one life, of one node. After a remedy of `restart` the next life begins at once, in place;
/// after `replace`, when the repaired node is taken again. Lives are Weibull. The first one of the
/// job's nodes is what is left of a life met at a random time (stationary), or a whole one (new);
/// spares begin with a whole one, as after a repair.
///
/// A profile without causes has one, whose remedy is `replace`. Repairs do not wait for each other.
/// Draws are counted by (replica, node, number of the failure), so a change of the job leaves every
/// node's luck as it was.
class Fleet {
 public:
  struct Setup {
    const FailureProfile& profile;  ///< outlives the fleet
    const RepairTime& repair;       ///< outlives the fleet
    /// All nodes are spares at first; the first `nodes` of them, which are taken first, have the
    /// given ages.
    int nodes = 1;
    int spares = 0;
    StartAges ages = StartAges::kStationary;
    double rate_factor = 1;  ///< of this fleet against the profile
    std::uint64_t seed = 0;
    std::uint32_t replica = 0;
  };

  /// Usage of spares and of nodes under repair goes to `usage`; the tenants report the rest.
  Fleet(Simulation& simulation, const Setup& setup, UsageSink& usage);
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  std::size_t spares() const { return spares_.size(); }

  /// Begins to rent to a process, which is interrupted when one of its nodes fails.
  TenancyIndex open(ProcessHandle tenant);
  /// Hands over the spare that has waited longest; none if there is no spare.
  std::optional<NodeIndex> take(TenancyIndex tenancy);
  /// The tenant's nodes idle from now on, or work again.
  void stop_clock(TenancyIndex tenancy);
  void start_clock(TenancyIndex tenancy);
  /// Pulses whenever a repaired node has become a spare.
  const Event& spare_arrived() const { return spare_arrived_; }

  /// Index in the profile's causes of the node's last failure; 0 if it lists none.
  std::size_t cause_of(NodeIndex node) const { return at(node).cause; }
  /// What that failure asks for.
  Remedy remedy_of(NodeIndex node) const;
  /// The tenant gives away a node whose failure asks for another one.
  void send_to_repair(NodeIndex node);

  /// Reports usage up to now. The fleet can go on.
  void report();
  /// Adds every node's last draws and their number.
  void add_to(Digest& digest) const;

 private:
  struct Node {
    RandomStream lives;
    RandomStream causes;
    RandomStream repairs;
    SimDuration life{};  ///< from when its clock starts until it fails
    std::size_t cause = 0;
    bool broken = false;  ///< failed, and not yet repaired
  };
  struct Death {
    SimDuration time;  ///< on the tenancy's clock
    NodeIndex node;
    /// Heaps put the largest first; ties go to the lower index.
    bool operator<(const Death& other) const {
      return time != other.time ? time > other.time : node > other.node;
    }
  };
  /// A tenant's nodes and the clock of their operating time, which stops for all of them at once.
  struct Tenancy {
    ProcessHandle tenant;
    bool running = true;
    SimTime since;              ///< when the clock last started or stopped
    SimDuration before;         ///< what it showed then
    std::vector<Death> deaths;  ///< a heap
    Event changed;              ///< the clock, or the earliest death

    SimDuration clock(SimTime now) const { return running ? before + (now - since) : before; }
  };

  Node& at(NodeIndex node) { return nodes_[static_cast<std::size_t>(node)]; }
  const Node& at(NodeIndex node) const { return nodes_[static_cast<std::size_t>(node)]; }
  Tenancy& at(TenancyIndex tenancy) { return tenancies_[static_cast<std::size_t>(tenancy)]; }
  SimDuration first_life(Node& node, StartAges ages) const;
  SimDuration next_life(Node& node) const;
  SimDuration repair_time(Node& node) const;
  void set_running(Tenancy& tenancy, bool running);
  void begin_life(Tenancy& tenancy, NodeIndex node);
  void fail(Tenancy& tenancy, NodeIndex node);
  Process watch(Tenancy& tenancy);
  Process mend(NodeIndex node);

  Simulation& simulation_;
  const FailureProfile& profile_;
  const RepairTime& repair_;
  UsageSink& usage_;
  Seconds life_scale_;
  double repair_sigma_;
  DiscreteDistribution causes_;

  std::vector<Node> nodes_;
  std::deque<Tenancy> tenancies_;  ///< they stay where they are
  std::deque<NodeIndex> spares_;   ///< in order of arrival
  std::int64_t in_repair_ = 0;
  Event spare_arrived_;
  SimTime reported_until_;
};

}  // namespace sextant
