#include "sextant/fleet/fleet.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/delay.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/portable_math.h"

namespace sextant {
namespace {

/// A lognormal has mean = median · exp(sigma² / 2).
double lognormal_sigma(const RepairTime& repair) {
  if (repair.law != RepairLaw::kLognormal) return 0;
  SEXTANT_ASSERT(repair.median <= repair.mean.value, "median repair above its mean");
  if (repair.median.value <= Seconds(0)) return 0;
  return std::sqrt(2.0 * portable_log(repair.mean.value / repair.median.value));
}

SimDuration draw_absence(const RepairTime& law, double sigma, RandomStream& stream) {
  switch (law.law) {
    case RepairLaw::kLognormal:
      return SimDuration::rounded(law.median.value * draw_lognormal(stream, sigma));
    case RepairLaw::kExponential:
      return SimDuration::rounded(law.mean.value * draw_exponential(stream));
    case RepairLaw::kConstant:
      return SimDuration::rounded(law.mean);
  }
  SEXTANT_ASSERT(false, "unknown law {}", static_cast<int>(law.law));
}

/// Average over lemons and others is 1.
double rate_of(const std::optional<LemonNodes>& lemons, bool lemon) {
  if (!lemons) return 1;
  const double factor = lemons->factor;
  const double share = lemons->share;
  return (lemon ? factor : 1.0) / (1.0 - share + share * factor);
}

}  // namespace

std::vector<Fleet::LifeLaw> Fleet::life_laws(const FailureProfile& profile, double rate_factor) {
  double weights = 0;
  double together = 0;
  for (const FailureCause& cause : profile.causes) {
    weights += cause.weight;
    if (!cause.shape) together += cause.weight;
  }
  const auto law = [&](double shape, double share, DiscreteDistribution which) {
    const Seconds scale = profile.node_life.value / (rate_factor * weibull_mean(shape) * share);
    return LifeLaw{.shape = shape, .scale = scale, .causes = std::move(which)};
  };
  if (weights == together) return {law(profile.shape, 1.0, cause_distribution(profile.causes))};

  // A cause with a shape of its own has a law of its own, and no part in the first.
  std::vector<FailureCause> rest = profile.causes;
  std::vector<LifeLaw> own;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (!rest[i].shape || rest[i].weight <= 0) continue;
    std::vector<FailureCause> only = profile.causes;
    for (std::size_t j = 0; j < only.size(); ++j) only[j].weight.value *= j == i;
    own.push_back(law(*rest[i].shape, rest[i].weight / weights, cause_distribution(only)));
    own.back().component = rest[i].name;
  }
  for (FailureCause& cause : rest) cause.weight.value *= !cause.shape;
  std::vector<LifeLaw> laws;
  if (together > 0) {
    laws.push_back(law(profile.shape, together / weights, cause_distribution(rest)));
  } else {
    laws.push_back(law(1.0, 0.0, cause_distribution({})));  // never
  }
  std::move(own.begin(), own.end(), std::back_inserter(laws));
  return laws;
}

Fleet::Fleet(Simulation& simulation, const Setup& setup, UsageSink& usage)
    : simulation_(simulation),
      profile_(setup.profile),
      plan_(setup.plan),
      on_change_(setup.on_change),
      usage_(usage),
      rate_factor_(setup.rate_factor),
      seed_(setup.seed),
      replica_(setup.replica),
      causes_(setup.profile, setup.plan, setup.outages),
      laws_(life_laws(setup.profile, setup.rate_factor)),
      absence_(setup.recovery.replacement ? *setup.recovery.replacement : setup.recovery.repair),
      replaces_(setup.recovery.replacement.has_value()),
      absence_sigma_(lognormal_sigma(absence_)) {
  SEXTANT_ASSERT(setup.nodes >= 1, "a fleet of {} nodes", setup.nodes);
  if (absence_.crews) crews_.emplace(*absence_.crews);
  add_nodes(setup.nodes, setup.nodes + plan_.spares);
  for (std::size_t kind = 0; kind < profile_.domains.size(); ++kind) {
    simulation_.start(fail_domains(kind));
  }
}

void Fleet::add_nodes(int of_job, int all) {
  const RandomStream lives = stream("fleet.life");
  const RandomStream causes = stream("fleet.cause");
  const RandomStream repairs = stream("fleet.repair");
  const std::size_t count = static_cast<std::size_t>(all);
  nodes_.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    nodes_.push_back({.lives = lives.of_entity(i),
                      .causes = causes.of_entity(i),
                      .repairs = repairs.of_entity(i)});
    for (std::size_t law = 1; law < laws_.size(); ++law) {
      components_.push_back(
          {.luck = stream("fleet.life/" + laws_[law].component).of_entity(i), .life = {}});
    }
    const bool aged = i < static_cast<std::uint32_t>(of_job);
    deliver(NodeIndex{i}, aged ? plan_.ages : StartAges::kNew, plan_.ages == StartAges::kNew);
    spares_.push_back(NodeIndex{i});
  }
}

TenancyIndex Fleet::open(ProcessHandle tenant, const TenancyPlan& plan) {
  Tenancy& tenancy = tenancies_.emplace_back();
  tenancy.index = TenancyIndex{static_cast<std::uint32_t>(tenancies_.size() - 1)};
  tenancy.tenant = tenant;
  tenancy.plan = plan;
  tenancy.since = simulation_.now();
  simulation_.start(watch(tenancy));
  start_events(tenancy);
  return tenancy.index;
}

std::optional<NodeIndex> Fleet::take(TenancyIndex tenancy) {
  if (spares_.empty()) return std::nullopt;
  report();
  const NodeIndex node = spares_.front();
  spares_.pop_front();
  join(at(tenancy), node);
  return node;
}

void Fleet::close(TenancyIndex tenancy) {
  give_back_all(tenancy);
  at(tenancy).closed = true;
}

bool Fleet::take(TenancyIndex tenancy, NodeIndex node) {
  const auto found = std::find(spares_.begin(), spares_.end(), node);
  if (found == spares_.end()) return false;
  report();
  spares_.erase(found);
  join(at(tenancy), node);
  return true;
}

void Fleet::give_back(TenancyIndex index, NodeIndex node, bool announced) {
  Tenancy& tenancy = at(index);
  SEXTANT_ASSERT(at(node).tenancy == &tenancy && !at(node).broken, "a node that it does not have");
  report();
  grow_older(node, tenancy.clock(simulation_.now()) - at(node).joined);
  leave(tenancy, node);
  spares_.push_back(node);
  if (announced) spare_arrived_.pulse(Priority::kRelease);
}

std::optional<TenancyIndex> Fleet::holder(NodeIndex node) const {
  const Tenancy* tenancy = at(node).tenancy;
  if (tenancy == nullptr) return std::nullopt;
  return tenancy->index;
}

void Fleet::give_back_all(TenancyIndex tenancy) {
  remove_broken(tenancy);
  while (!at(tenancy).nodes.empty()) give_back(tenancy, at(tenancy).nodes.back());
}

void Fleet::stop_clock(TenancyIndex tenancy) { set_running(at(tenancy), false); }

void Fleet::start_clock(TenancyIndex tenancy) { set_running(at(tenancy), true); }

void Fleet::set_running(Tenancy& tenancy, bool running) {
  tenancy.before = tenancy.clock(simulation_.now());
  tenancy.since = simulation_.now();
  tenancy.running = running;
  tenancy.changed.pulse(Priority::kFailure);
}

const Incident& Fleet::incident(TenancyIndex tenancy, const Interrupt& interrupt) const {
  return at(tenancy).incidents[static_cast<std::size_t>(interrupt.subject())];
}

void Fleet::fail_job(TenancyIndex tenancy, std::size_t cause) {
  tell(at(tenancy), {.cause = causes_.job + cause, .of_job = true});
}

void Fleet::evict(TenancyIndex tenancy, Seconds notice) {
  tell(at(tenancy), {.notice = notice, .evicted = true});
}

int Fleet::remove_broken(TenancyIndex index) {
  Tenancy& tenancy = at(index);
  if (tenancy.broken.empty()) return 0;
  report();
  for (const NodeIndex node : tenancy.broken) {
    leave(tenancy, node);
    send_away(node);
  }
  const int count = static_cast<int>(tenancy.broken.size());
  tenancy.broken.clear();
  return count;
}

double Fleet::slowdown(TenancyIndex tenancy) const {
  double worst = 0;
  for (const SlowNode& slow : at(tenancy).slow) worst = std::max(worst, slow.slowdown);
  return worst;
}

void Fleet::add_to(Digest& digest) const {
  for (const Node& node : nodes_) {
    digest.add(node.life.ns());
    digest.add(node.lives.draws() + node.causes.draws() + node.repairs.draws());
  }
  for (const Component& component : components_) {
    digest.add(component.life.ns());
    digest.add(component.luck.draws());
  }
}

void Fleet::set_rented(bool rented) {
  report();
  rented_ = rented;
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
  const auto spares = static_cast<std::int64_t>(spares_.size());
  if (rented_) {
    emit(NodeState::kSpare, spares);
    emit(NodeState::kRepair, in_repair_);
    emit(NodeState::kReleased, reclaimed_);
  } else {
    emit(NodeState::kReleased, spares + in_repair_ + reclaimed_);
  }
  reported_until_ = now;
}

/// What the node is, and its lives. `fresh`: it comes from the factory.
void Fleet::deliver(NodeIndex index, StartAges ages, bool fresh) {
  Node& node = at(index);
  if (profile_.lemons) {
    node.rate = rate_of(profile_.lemons, draw_bernoulli(node.repairs, profile_.lemons->share));
  }
  node.failures = 0;
  node.early = SimDuration::never();
  if (fresh && profile_.early_failures &&
      draw_bernoulli(node.repairs, profile_.early_failures->share)) {
    const double luck = draw_exponential(node.repairs);
    node.early = SimDuration::rounded(profile_.early_failures->life.value * luck);
  }
  for (std::size_t law = 0; law < laws_.size(); ++law) draw_life(index, law, ages);
}

void Fleet::draw_life(NodeIndex node, std::size_t index, StartAges ages) {
  const LifeLaw& law = laws_[index];
  RandomStream& luck = luck_of(node, index);
  const double draw = ages == StartAges::kNew ? draw_weibull(luck, law.shape)
                                              : draw_weibull_equilibrium_residual(luck, law.shape);
  life_of(node, index) = SimDuration::rounded(law.scale / at(node).rate * draw);
}

SimDuration& Fleet::life_of(NodeIndex node, std::size_t law) {
  return law == 0 ? at(node).life : component(node, law).life;
}

RandomStream& Fleet::luck_of(NodeIndex node, std::size_t law) {
  return law == 0 ? at(node).lives : component(node, law).luck;
}

/// From the moment in which the node's clock starts.
SimDuration Fleet::next_failure(NodeIndex node) {
  SimDuration first = std::min(at(node).life, at(node).early);
  for (std::size_t law = 1; law < laws_.size(); ++law) {
    first = std::min(first, life_of(node, law));
  }
  return first;
}

/// The life that ends after `age` begins anew, the others are shorter by it; returns the cause.
std::size_t Fleet::end_life(NodeIndex index, SimDuration age) {
  Node& node = at(index);
  if (node.early == age) {
    grow_older(index, age);
    node.early = SimDuration::never();
    return causes_.early;
  }
  std::size_t ends = 0;
  while (life_of(index, ends) != age) ++ends;
  grow_older(index, age);
  draw_life(index, ends, StartAges::kNew);
  return laws_[ends].causes.draw(node.causes);
}

void Fleet::grow_older(NodeIndex node, SimDuration by) {
  at(node).early -= by;
  for (std::size_t law = 0; law < laws_.size(); ++law) life_of(node, law) -= by;
}

/// The node's clock starts, at the end of a failed life or in another job.
void Fleet::begin_life(Tenancy& tenancy, NodeIndex index) {
  Node& node = at(index);
  node.joined = tenancy.clock(simulation_.now());
  node.death = node.joined + next_failure(index);
  tenancy.deaths.push_back({node.death, index});
  std::push_heap(tenancy.deaths.begin(), tenancy.deaths.end());
  if (tenancy.deaths.front().node == index) tenancy.changed.pulse(Priority::kFailure);
}

void Fleet::join(Tenancy& tenancy, NodeIndex index) {
  Node& node = at(index);
  node.tenancy = &tenancy;
  node.place = tenancy.nodes.size();
  tenancy.nodes.push_back(index);
  begin_life(tenancy, index);
}

void Fleet::leave(Tenancy& tenancy, NodeIndex index) {
  Node& node = at(index);
  node.tenancy = nullptr;
  const NodeIndex last = tenancy.nodes.back();
  tenancy.nodes[node.place] = last;
  at(last).place = node.place;
  tenancy.nodes.pop_back();
  const auto is_it = [index](const SlowNode& slow) { return slow.node == index; };
  tenancy.slow.erase(std::remove_if(tenancy.slow.begin(), tenancy.slow.end(), is_it),
                     tenancy.slow.end());
}

/// A node that was broken from outside has not died of age.
bool Fleet::stale(const Tenancy& tenancy, const Death& death) const {
  const Node& node = at(death.node);
  return node.tenancy != &tenancy || node.broken || node.death != death.time;
}

/// Waits for the earliest death of a tenancy, again and again.
Process Fleet::watch(Tenancy& tenancy) {
  std::vector<Death>& deaths = tenancy.deaths;
  const auto take_first = [&] {
    const NodeIndex node = deaths.front().node;
    std::pop_heap(deaths.begin(), deaths.end());
    deaths.pop_back();
    return node;
  };
  for (;;) {
    while (!deaths.empty() && stale(tenancy, deaths.front())) take_first();
    const bool to_come = tenancy.running && !deaths.empty();
    const SimDuration wait =
        to_come ? deaths.front().time - tenancy.clock(simulation_.now()) : SimDuration::never();
    const Wake wake = co_await any_of(delay(wait, Priority::kFailure), tenancy.changed);
    if (wake.index() != 0) continue;
    if (stale(tenancy, deaths.front())) continue;
    fail(tenancy, take_first());
  }
}

void Fleet::fail(Tenancy& tenancy, NodeIndex index) {
  Node& node = at(index);
  const std::size_t number = end_life(index, node.death - node.joined);
  const FailureCause& cause = causes_.all[number];
  ++node.failures;
  const bool silent = cause.symptom == Symptom::kSilentCorruption;
  const bool lost = cause.remedy == Remedy::kReplace && !silent;
  if (lost) lose(tenancy, index, Absence::kRepair);
  if (!lost) begin_life(tenancy, index);
  if (silent) {
    corrupt(tenancy, index, number);
  } else {
    tell(tenancy, {.cause = number, .broken = lost ? 1 : 0, .hit = {index}});
  }
}

/// The tenant has it until it knows.
void Fleet::lose(Tenancy& tenancy, NodeIndex node, Absence absence) {
  mark_broken(node, absence);
  tenancy.broken.push_back(node);
}

void Fleet::mark_broken(NodeIndex node, Absence absence) {
  at(node).broken = true;
  at(node).absence = absence;
  peak_missing_ = std::max(peak_missing_, ++missing_);
  if (on_change_) on_change_(node, false);
}

void Fleet::tell(Tenancy& tenancy, const Incident& incident) {
  if (tenancy.closed) return;
  tenancy.incidents.push_back(incident);
  const auto number = static_cast<std::int64_t>(tenancy.incidents.size()) - 1;
  tenancy.tenant.interrupt(Disruption::kIncident, number);
}

/// It comes back by itself. What was there until now has been reported.
void Fleet::send_away(NodeIndex node) {
  ++(at(node).absence == Absence::kReclaimed ? reclaimed_ : in_repair_);
  if (at(node).absence != Absence::kOutage) {
    simulation_.start(return_of(node));
  } else if (std::exchange(at(node).outage_over, false)) {
    return_now(node);
  }
}

SimDuration Fleet::absence_of(Node& node) const {
  if (node.absence == Absence::kReclaimed) {
    return SimDuration::rounded(plan_.spot->returns.value * draw_exponential(node.repairs));
  }
  return draw_absence(absence_, absence_sigma_, node.repairs);
}

/// The node, or another one in its place, is a spare again.
Process Fleet::return_of(NodeIndex index) {
  Node& node = at(index);
  std::optional<Resource::Request> crew;
  if (crews_ && node.absence == Absence::kRepair) {
    crew.emplace(*crews_);
    const Wake begun = co_await *crew;
    static_cast<void>(begun);
  }
  const Wake back = co_await delay(absence_of(node), Priority::kRelease);
  static_cast<void>(back);
  return_now(index);
}

void Fleet::return_now(NodeIndex index) {
  Node& node = at(index);
  report();
  --(node.absence == Absence::kReclaimed ? reclaimed_ : in_repair_);
  --missing_;
  node.broken = false;
  const bool retired = profile_.lemons && profile_.lemons->retire_after &&
                       node.failures >= *profile_.lemons->retire_after;
  const bool another = replaces_ && node.absence == Absence::kRepair;
  if (another || retired || node.absence == Absence::kReclaimed) {
    deliver(index, StartAges::kNew, true);
  }
  spares_.push_back(index);
  if (on_change_) on_change_(index, true);
  spare_arrived_.pulse(Priority::kRelease);
}

}  // namespace sextant
