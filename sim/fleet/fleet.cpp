#include "sextant/fleet/fleet.h"

#include <algorithm>
#include <cmath>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/delay.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/portable_math.h"

namespace sextant {
namespace {

/// A lognormal has mean = median · exp(sigma² / 2).
double lognormal_sigma(const RepairTime& repair) {
  SEXTANT_ASSERT(repair.median <= repair.mean.value, "median repair above its mean");
  if (repair.median.value <= Seconds(0)) return 0;
  return std::sqrt(2.0 * portable_log(repair.mean.value / repair.median.value));
}

}  // namespace

Fleet::Fleet(Simulation& simulation, const Setup& setup, UsageSink& usage)
    : simulation_(simulation),
      profile_(setup.profile),
      repair_(setup.repair),
      usage_(usage),
      life_scale_(setup.profile.node_life.value /
                  (setup.rate_factor * weibull_mean(setup.profile.shape))),
      repair_sigma_(setup.repair.law == RepairLaw::kLognormal ? lognormal_sigma(setup.repair) : 0),
      causes_(cause_distribution(setup.profile.causes)) {
  SEXTANT_ASSERT(setup.nodes >= 1, "a fleet of {} nodes", setup.nodes);
  const auto stream = [&](std::string_view name) {
    return RandomStream(setup.seed, name, setup.replica);
  };
  const RandomStream lives = stream("fleet.life");
  const RandomStream causes = stream("fleet.cause");
  const RandomStream repairs = stream("fleet.repair");
  const std::size_t count = static_cast<std::size_t>(setup.nodes + setup.spares);
  nodes_.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    nodes_.push_back({.lives = lives.of_entity(i),
                      .causes = causes.of_entity(i),
                      .repairs = repairs.of_entity(i)});
    const bool aged = i < static_cast<std::uint32_t>(setup.nodes);
    nodes_.back().life = first_life(nodes_.back(), aged ? setup.ages : StartAges::kNew);
    spares_.push_back(NodeIndex{i});
  }
}

TenancyIndex Fleet::open(ProcessHandle tenant) {
  Tenancy& tenancy = tenancies_.emplace_back();
  tenancy.tenant = tenant;
  tenancy.since = simulation_.now();
  simulation_.start(watch(tenancy));
  return TenancyIndex{static_cast<std::uint32_t>(tenancies_.size() - 1)};
}

std::optional<NodeIndex> Fleet::take(TenancyIndex tenancy) {
  if (spares_.empty()) return std::nullopt;
  report();
  const NodeIndex node = spares_.front();
  spares_.pop_front();
  begin_life(at(tenancy), node);
  return node;
}

void Fleet::stop_clock(TenancyIndex tenancy) { set_running(at(tenancy), false); }

void Fleet::start_clock(TenancyIndex tenancy) { set_running(at(tenancy), true); }

void Fleet::set_running(Tenancy& tenancy, bool running) {
  tenancy.before = tenancy.clock(simulation_.now());
  tenancy.since = simulation_.now();
  tenancy.running = running;
  tenancy.changed.pulse(Priority::kFailure);
}

void Fleet::send_to_repair(NodeIndex node) {
  SEXTANT_ASSERT(at(node).broken, "node {} has not failed", static_cast<int>(node));
  report();
  ++in_repair_;
  simulation_.start(mend(node));
}

void Fleet::add_to(Digest& digest) const {
  for (const Node& node : nodes_) {
    digest.add(node.life.ns());
    digest.add(node.lives.draws() + node.causes.draws() + node.repairs.draws());
  }
}

void Fleet::report() {
  const SimTime now = simulation_.now();
  const auto emit = [&](NodeState state, std::int64_t nodes) {
    if (nodes == 0) return;
    usage_.add({.entity = kFleetEntity,
                .state = state,
                .from_ns = reported_until_.ns(),
                .to_ns = now.ns(),
                .nodes = nodes});
  };
  if (now == reported_until_) return;
  emit(NodeState::kSpare, static_cast<std::int64_t>(spares_.size()));
  emit(NodeState::kRepair, in_repair_);
  reported_until_ = now;
}

SimDuration Fleet::first_life(Node& node, StartAges ages) const {
  if (ages == StartAges::kNew) return next_life(node);
  return SimDuration::rounded(life_scale_ *
                              draw_weibull_equilibrium_residual(node.lives, profile_.shape));
}

SimDuration Fleet::next_life(Node& node) const {
  return SimDuration::rounded(life_scale_ * draw_weibull(node.lives, profile_.shape));
}

SimDuration Fleet::repair_time(Node& node) const {
  switch (repair_.law) {
    case RepairLaw::kLognormal:
      return SimDuration::rounded(repair_.median.value *
                                  draw_lognormal(node.repairs, repair_sigma_));
    case RepairLaw::kExponential:
      return SimDuration::rounded(repair_.mean.value * draw_exponential(node.repairs));
    case RepairLaw::kConstant:
      return SimDuration::rounded(repair_.mean);
  }
  SEXTANT_ASSERT(false, "unknown law {}", static_cast<int>(repair_.law));
}

void Fleet::begin_life(Tenancy& tenancy, NodeIndex node) {
  tenancy.deaths.push_back({tenancy.clock(simulation_.now()) + at(node).life, node});
  std::push_heap(tenancy.deaths.begin(), tenancy.deaths.end());
  if (tenancy.deaths.front().node == node) tenancy.changed.pulse(Priority::kFailure);
}

/// Waits for the earliest death of a tenancy, again and again.
Process Fleet::watch(Tenancy& tenancy) {
  std::vector<Death>& deaths = tenancy.deaths;
  for (;;) {
    const bool to_come = tenancy.running && !deaths.empty();
    const SimDuration wait =
        to_come ? deaths.front().time - tenancy.clock(simulation_.now()) : SimDuration::never();
    const Wake wake = co_await any_of(delay(wait, Priority::kFailure), tenancy.changed);
    if (wake.index() != 0) continue;
    const NodeIndex node = deaths.front().node;
    std::pop_heap(deaths.begin(), deaths.end());
    deaths.pop_back();
    fail(tenancy, node);
  }
}

void Fleet::fail(Tenancy& tenancy, NodeIndex node) {
  Node& failed = at(node);
  failed.life = next_life(failed);
  failed.cause = causes_.draw(failed.causes);
  failed.broken = remedy_of(node) == Remedy::kReplace;
  if (!failed.broken) begin_life(tenancy, node);
  tenancy.tenant.interrupt(Disruption::kNodeFailed, static_cast<std::int64_t>(node));
}

Remedy Fleet::remedy_of(NodeIndex node) const {
  const std::vector<FailureCause>& causes = profile_.causes;
  return causes.empty() ? Remedy::kReplace : causes[at(node).cause].remedy;
}

Process Fleet::mend(NodeIndex node) {
  const Wake repaired = co_await delay(repair_time(at(node)), Priority::kRelease);
  static_cast<void>(repaired);
  report();
  --in_repair_;
  at(node).broken = false;
  spares_.push_back(node);
  spare_arrived_.pulse(Priority::kRelease);
}

}  // namespace sextant
