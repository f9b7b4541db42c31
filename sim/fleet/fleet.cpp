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
  deaths_.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    nodes_.push_back({.lives = lives.of_entity(i),
                      .causes = causes.of_entity(i),
                      .repairs = repairs.of_entity(i)});
    const bool aged = i < static_cast<std::uint32_t>(setup.nodes);
    nodes_.back().life_left = first_life(nodes_.back(), aged ? setup.ages : StartAges::kNew);
    spares_.push_back(NodeIndex{i});
  }
  simulation_.start(watch());
}

std::optional<NodeIndex> Fleet::take(ProcessHandle tenant) {
  if (spares_.empty()) return std::nullopt;
  report();
  const NodeIndex node = spares_.front();
  spares_.pop_front();
  at(node).tenant = tenant;
  start_clock(node);
  return node;
}

void Fleet::stop_clocks(ProcessHandle tenant) {
  for (Node& node : nodes_) {
    if (node.tenant != tenant || node.broken) continue;
    node.life_left = node.fails_at - simulation_.now();
    node.fails_at = SimTime::never();
  }
  std::erase_if(deaths_, [&](const Death& death) { return at(death.node).tenant == tenant; });
  std::make_heap(deaths_.begin(), deaths_.end());
  deaths_changed_.pulse(Priority::kFailure);
}

void Fleet::start_clocks(ProcessHandle tenant) {
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].tenant == tenant && !nodes_[i].broken) start_clock(NodeIndex{i});
  }
}

void Fleet::send_to_repair(NodeIndex node) {
  SEXTANT_ASSERT(at(node).broken, "node {} has not failed", static_cast<int>(node));
  report();
  at(node).tenant = ProcessHandle();
  ++in_repair_;
  simulation_.start(mend(node));
}

void Fleet::add_to(Digest& digest) const {
  for (const Node& node : nodes_) {
    digest.add(node.life_left.ns());
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

Remedy Fleet::remedy_of(NodeIndex node) const {
  const std::vector<FailureCause>& causes = profile_.causes;
  return causes.empty() ? Remedy::kReplace : causes[at(node).cause].remedy;
}

void Fleet::start_clock(NodeIndex node) {
  Node& started = at(node);
  started.fails_at = simulation_.now() + started.life_left;
  deaths_.push_back({started.fails_at, node});
  std::push_heap(deaths_.begin(), deaths_.end());
  if (deaths_.front().node == node) deaths_changed_.pulse(Priority::kFailure);
}

/// Waits for the earliest death, again and again.
Process Fleet::watch() {
  for (;;) {
    const SimTime next = deaths_.empty() ? SimTime::never() : deaths_.front().time;
    const Wake wake =
        co_await any_of(delay(next - simulation_.now(), Priority::kFailure), deaths_changed_);
    if (wake.index() != 0) continue;
    const NodeIndex node = deaths_.front().node;
    std::pop_heap(deaths_.begin(), deaths_.end());
    deaths_.pop_back();
    fail(node);
  }
}

void Fleet::fail(NodeIndex node) {
  Node& failed = at(node);
  failed.fails_at = SimTime::never();
  failed.life_left = next_life(failed);
  failed.cause = causes_.draw(failed.causes);
  failed.broken = remedy_of(node) == Remedy::kReplace;
  if (!failed.broken) start_clock(node);
  failed.tenant.interrupt(Disruption::kNodeFailed, static_cast<std::int64_t>(node));
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
