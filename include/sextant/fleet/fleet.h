#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sextant/cluster/usage.h"
#include "sextant/fleet/causes.h"
#include "sextant/fleet/failure_profile.h"
#include "sextant/fleet/fleet_plan.h"
#include "sextant/fleet/recovery.h"
#include "sextant/kernel/event.h"
#include "sextant/kernel/random_stream.h"
#include "sextant/kernel/resource.h"
#include "sextant/kernel/simulation.h"

namespace sextant {

enum class NodeIndex : std::uint32_t {};
enum class TenancyIndex : std::uint32_t {};

/// Why a tenant of the fleet is interrupted; the subject of the interrupt is the number of the
/// incident.
enum class Disruption { kIncident };

/// What has happened to a tenant.
struct Incident {
  std::size_t cause = 0;  ///< index in InterruptionCauses
  int broken = 0;         ///< of its nodes, to be replaced
  bool together = false;  ///< they share a domain
  bool of_job = false;    ///< its own fault: cannot happen while it does not run
  std::optional<Seconds>
      notice{};     ///< announced so long before; infinite: whenever the tenant likes
  Seconds pause{};  ///< the nodes are away for so long
  /// Of silent corruption that was found: its number, in the order in which the corruptions came.
  std::optional<std::int64_t> corruption{};
  std::vector<NodeIndex> hit{};  ///< its nodes that it began with, whether they still work or not
  bool evicted = false;          ///< it must give all its nodes back; `cause` means nothing
};

/// How a tenant uses its nodes.
struct TenancyPlan {
  double nodes =
      1;  ///< what comes by the wall clock hits it as often as so many nodes would be hit
  /// Its nodes come and go, at most `nodes` of them, and do not work together: none slows another,
  /// and none is maintained.
  bool shared = false;
};

/// The rented nodes as long-lived entities, each with its own age and its own luck.
///
/// A node's life is operating time: its clock runs while a tenant uses it, also to restart or to
/// hang, and stands still while it is a spare, is repaired, or waits for other nodes. Every failure
/// ends one life, of one node. After a remedy of `restart` the next life begins at once, in place;
/// after `replace`, when the repaired node is taken again. Lives are Weibull; a component with a
/// shape of its own has lives of its own beside them. The first one of the job's nodes is what is
/// left of a life met at a random time (stationary), or a whole one (new); spares begin with a
/// whole one, as after a repair. What takes several nodes at once, slows them, reclaims them or
/// stops them all on purpose comes by the wall clock.
///
/// A profile without causes has one, whose remedy is `replace`. Draws are counted by (replica,
/// node, number of the failure), so a change of the job leaves every node's luck as it was.
class Fleet {
 public:
  struct Setup {
    const FailureProfile& profile;  ///< outlives the fleet, as do the next two
    const Recovery& recovery;
    /// All nodes are spares at first; the first `nodes` of them, which are taken first, have the
    /// given ages.
    const FleetPlan& plan;
    int nodes = 1;
    double rate_factor = 1;  ///< of this fleet against the profile
    bool outages = false;    ///< its nodes may be taken down from outside
    std::function<void(NodeIndex, bool there)> on_change{};  ///< one breaks, or is there again
    std::uint64_t seed = 0;
    std::uint32_t replica = 0;
  };

  /// Usage of spares and of nodes under repair goes to `usage`; the tenants report the rest.
  Fleet(Simulation& simulation, const Setup& setup, UsageSink& usage);
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  /// All nodes, spares at first among them.
  std::size_t size() const { return nodes_.size(); }
  std::size_t spares() const { return spares_.size(); }
  /// Most nodes that were broken, under repair or reclaimed at once, so far.
  std::int64_t peak_missing() const { return peak_missing_; }
  const InterruptionCauses& causes() const { return causes_; }

  /// Begins to rent to a process, which is interrupted when something stops it.
  TenancyIndex open(ProcessHandle tenant, const TenancyPlan& plan);
  /// The tenant has left: all its nodes are spares again, or begin their repair.
  void close(TenancyIndex tenancy);
  /// Hands over the spare that has waited longest; none if there is no spare.
  std::optional<NodeIndex> take(TenancyIndex tenancy);
  /// Hands over this node if it is a spare.
  bool take(TenancyIndex tenancy, NodeIndex node);
  /// The tenant no longer needs the node, which is not broken. `announced`: spare_arrived() pulses.
  void give_back(TenancyIndex tenancy, NodeIndex node, bool announced = true);
  /// The same of all its nodes; the repair of broken ones begins.
  void give_back_all(TenancyIndex tenancy);
  /// The tenant's nodes idle from now on, or work again.
  void stop_clock(TenancyIndex tenancy);
  void start_clock(TenancyIndex tenancy);
  /// Pulses whenever a node has become a spare.
  const Event& spare_arrived() const { return spare_arrived_; }

  /// The incident that an interrupt tells of.
  const Incident& incident(TenancyIndex tenancy, const Interrupt& interrupt) const;
  /// The tenant's own software or storage fails: it is interrupted. `cause` counts its own causes.
  void fail_job(TenancyIndex tenancy, std::size_t cause);
  /// The tenant is told to save what it can within `notice`, and to give all its nodes back.
  void evict(TenancyIndex tenancy, Seconds notice);
  /// The tenant's broken nodes that it has not given up yet.
  const std::vector<NodeIndex>& broken(TenancyIndex tenancy) const { return at(tenancy).broken; }
  /// All its nodes, in no order that means something.
  const std::vector<NodeIndex>& nodes(TenancyIndex tenancy) const { return at(tenancy).nodes; }
  /// Who has the node; none if it is a spare or away.
  std::optional<TenancyIndex> holder(NodeIndex node) const;
  /// Gives up all broken nodes of the tenant, whose repair begins; returns how many.
  int remove_broken(TenancyIndex tenancy);

  /// A node that is not broken breaks now, and stays away until bring_back().
  void take_down(NodeIndex node);
  void bring_back(NodeIndex node);

  /// Relative slowdown that the slowest of the tenant's nodes imposes now.
  double slowdown(TenancyIndex tenancy) const;
  /// Silent corruptions of the tenant's work so far, found or not.
  std::int64_t corruptions(TenancyIndex tenancy) const { return at(tenancy).corruptions; }
  /// Pulses when the slowdown or the number of corruptions has changed: nothing stops.
  const Event& unnoticed(TenancyIndex tenancy) const { return at(tenancy).unnoticed; }

  /// Between two rentals the fleet is not paid for.
  void set_rented(bool rented);

  /// Reports usage up to now. The fleet can go on.
  void report();
  /// Adds every node's last draws and their number.
  void add_to(Digest& digest) const;

 private:
  /// Lives that one component of every node has, or all the components together.
  struct LifeLaw {
    double shape;
    Seconds scale;                ///< of the Weibull, of a node of average luck
    DiscreteDistribution causes;  ///< why one ends
    std::string component{};      ///< empty: all of them
  };
  /// The rest of the life of one component of one node, and its luck.
  struct Component {
    RandomStream luck;
    SimDuration life;
  };
  /// Where a node is that its tenant has lost.
  enum class Absence { kRepair, kReclaimed, kOutage };
  struct Tenancy;
  struct Node {
    RandomStream lives;
    RandomStream causes;
    RandomStream repairs;  ///< and what kind of node it is
    SimDuration life{};    ///< of all components under the first law, from when its clock starts
    SimDuration early = SimDuration::never();  ///< the same until an early failure
    double rate = 1;                           ///< of its failures against the average
    int failures = 0;                          ///< since it was new
    bool broken = false;                       ///< failed, and not yet back
    Absence absence = Absence::kRepair;
    bool outage_over = false;  ///< before its tenant gave it up
    Tenancy* tenancy = nullptr;
    std::size_t place = 0;  ///< among the tenant's nodes
    SimDuration joined{};   ///< on the tenancy's clock: when its own started
    SimDuration death{};    ///< on the tenancy's clock
  };
  struct Death {
    SimDuration time;  ///< on the tenancy's clock
    NodeIndex node;
    /// Heaps put the largest first; ties go to the lower index.
    bool operator<(const Death& other) const {
      return time != other.time ? time > other.time : node > other.node;
    }
  };
  struct SlowNode {
    std::int64_t number;
    NodeIndex node;
    double slowdown;
  };
  /// A tenant's nodes and the clock of their operating time, which stops for all of them at once.
  struct Tenancy {
    TenancyIndex index{};
    ProcessHandle tenant;
    TenancyPlan plan;
    bool closed = false;
    bool running = true;
    SimTime since;              ///< when the clock last started or stopped
    SimDuration before;         ///< what it showed then
    std::vector<Death> deaths;  ///< a heap; a node that left before its death leaves a stale entry
    Event changed;              ///< the clock, or the earliest death
    std::vector<NodeIndex> nodes;
    std::vector<NodeIndex> broken;
    std::vector<SlowNode> slow;
    std::vector<Incident> incidents;
    std::int64_t corruptions = 0;
    Event unnoticed;

    SimDuration clock(SimTime now) const { return running ? before + (now - since) : before; }
  };

  Node& at(NodeIndex node) { return nodes_[static_cast<std::size_t>(node)]; }
  const Node& at(NodeIndex node) const { return nodes_[static_cast<std::size_t>(node)]; }
  Tenancy& at(TenancyIndex tenancy) { return tenancies_[static_cast<std::size_t>(tenancy)]; }
  const Tenancy& at(TenancyIndex tenancy) const {
    return tenancies_[static_cast<std::size_t>(tenancy)];
  }
  RandomStream stream(std::string_view name) const { return {seed_, name, replica_}; }

  // Lives of nodes.
  static std::vector<LifeLaw> life_laws(const FailureProfile& profile, double rate_factor);
  void add_nodes(int of_job, int all);
  void deliver(NodeIndex node, StartAges ages, bool fresh);
  void draw_life(NodeIndex node, std::size_t law, StartAges ages);
  Component& component(NodeIndex node, std::size_t law) {
    return components_[static_cast<std::size_t>(node) * (laws_.size() - 1) + law - 1];
  }
  SimDuration& life_of(NodeIndex node, std::size_t law);
  RandomStream& luck_of(NodeIndex node, std::size_t law);
  SimDuration next_failure(NodeIndex node);
  std::size_t end_life(NodeIndex node, SimDuration age);
  void grow_older(NodeIndex node, SimDuration by);

  // Tenants and their nodes.
  void set_running(Tenancy& tenancy, bool running);
  void begin_life(Tenancy& tenancy, NodeIndex node);
  void join(Tenancy& tenancy, NodeIndex node);
  void leave(Tenancy& tenancy, NodeIndex node);
  bool stale(const Tenancy& tenancy, const Death& death) const;
  Process watch(Tenancy& tenancy);
  void fail(Tenancy& tenancy, NodeIndex node);
  void lose(Tenancy& tenancy, NodeIndex node, Absence absence);
  void mark_broken(NodeIndex node, Absence absence);
  void tell(Tenancy& tenancy, const Incident& incident);
  void send_away(NodeIndex node);
  SimDuration absence_of(Node& node) const;
  void return_now(NodeIndex node);
  Process return_of(NodeIndex node);

  // What does not come from the life of a single node.
  void start_events(Tenancy& tenancy);
  void corrupt(Tenancy& tenancy, NodeIndex node, std::size_t cause);
  Process find_corruption(Tenancy& tenancy, Incident incident, NodeIndex node, SimDuration after);
  void break_down(Tenancy& tenancy, NodeIndex node, Absence absence);
  Process fail_domains(std::size_t kind);
  void fail_domain(std::size_t kind, std::uint64_t domain);
  void lose_spares(const std::vector<NodeIndex>& nodes, Absence absence);
  Process slow_nodes(Tenancy& tenancy, std::size_t kind);
  Process slow_node(Tenancy& tenancy, std::size_t kind, NodeIndex node, SimDuration lasts);
  Process reclaim_nodes(Tenancy& tenancy);
  Process maintain(Tenancy& tenancy);

  Simulation& simulation_;
  const FailureProfile& profile_;
  const FleetPlan& plan_;
  std::function<void(NodeIndex, bool)> on_change_;
  UsageSink& usage_;
  double rate_factor_;
  std::uint64_t seed_;
  std::uint32_t replica_;
  InterruptionCauses causes_;
  std::vector<LifeLaw> laws_;
  RepairTime absence_;  ///< repair, or delivery of another node
  bool replaces_;       ///< the latter
  double absence_sigma_;
  std::optional<Resource> crews_;

  std::vector<Node> nodes_;
  std::vector<Component> components_;  ///< of the laws but the first, node by node
  std::deque<Tenancy> tenancies_;      ///< they stay where they are
  std::deque<NodeIndex> spares_;       ///< in order of arrival
  std::int64_t in_repair_ = 0;
  std::int64_t reclaimed_ = 0;
  std::int64_t missing_ = 0;  ///< these, and the broken ones that a tenant still has
  std::int64_t peak_missing_ = 0;
  std::int64_t slow_so_far_ = 0;
  bool rented_ = true;
  Event spare_arrived_;
  SimTime reported_until_;
};

}  // namespace sextant
