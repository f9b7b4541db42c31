#include "src/govern/inputs.h"

#include <algorithm>
#include <utility>

#include "sextant/ledger/power.h"
#include "sextant/ledger/price_list.h"
#include "src/plan/checkpoint_interval.h"
#include "src/plan/data.h"
#include "src/plan/phases.h"
#include "src/scenario/governance_names.h"

namespace sextant::govern {
namespace {

using scenario::GovernanceNames;
using scenario::GovernanceScenario;
using scenario::NodeKind;

SimTime at(Seconds time) { return SimTime() + SimDuration::rounded(time); }

SimTime at_or_never(const std::optional<Seconds>& time) {
  return time ? at(*time) : SimTime::never();
}

/// SageMaker's premium on top of a price that does not have it in it.
Coefficient<UsdPerSecond> with_premium(Coefficient<UsdPerSecond> price,
                                       const GovernanceScenario& scenario,
                                       const scenario::FlavorPlan& flavor) {
  const bool included =
      flavor.purchase.price || flavor.purchase.mode == PurchaseMode::kTrainingPlan;
  const PriceList& list = **scenario.cluster.prices;
  const InstancePrice* listed = list.find(flavor.instance->name, (*scenario.cluster.region)->name);
  if (included || !listed || !scenario.cluster.platform.is_sagemaker()) return price;
  const auto premium = list.premium(*listed);
  if (!premium) return price;
  price.value *= premium->value;
  if (price.range) {
    for (UsdPerSecond& end : *price.range) end *= premium->value;
  }
  return price;
}

std::optional<Coefficient<UsdPerSecond>> node_price_of(const GovernanceScenario& scenario,
                                                       const scenario::FlavorPlan& flavor) {
  if (!scenario.cluster.prices || !scenario.cluster.region) return std::nullopt;
  const PriceList& list = **scenario.cluster.prices;
  const InstancePrice* listed = list.find(flavor.instance->name, (*scenario.cluster.region)->name);
  const auto price = node_price(list, listed ? *listed : InstancePrice{}, flavor.purchase);
  if (!price) return std::nullopt;
  return with_premium(*price, scenario, flavor);
}

std::optional<PowerCurve> power_of(const scenario::FlavorPlan& flavor) {
  if (flavor.accelerator) return power_curve(*flavor.instance, **flavor.accelerator);
  return flavor.instance->power;
}

FlavorAccount account_of(const GovernanceScenario& scenario, const AdmissionFlavor& flavor,
                         const NodeKind& kind) {
  FlavorAccount account;
  account.name = flavor.name;
  account.instance = kind.flavor->instance->name;
  account.unit = kind.device.empty()                     ? "cores"
                 : kind.device.starts_with("nvidia.com") ? "GPUs"
                                                         : "accelerators";
  account.nodes = kind.nodes;
  account.spares = kind.partition ? 0 : kind.flavor->fleet.spares;
  account.units_per_node = kind.units_per_node();
  account.purchase = kind.flavor->purchase.mode;
  account.node_price = node_price_of(scenario, *kind.flavor);
  account.power = power_of(*kind.flavor);
  if (scenario.cluster.region) account.region = **scenario.cluster.region;
  account.grid_factor_set = scenario.cluster.grid_factors;
  return account;
}

FlavorSupply supply_of(const AdmissionPolicy& policy, const Platform& platform,
                       const NodeKind& kind) {
  FlavorSupply supply;
  for (const std::string& resource : policy.resources) {
    supply.unit_weights.push_back(resource == kind.main_resource() ? kind.unit_weight : 0);
  }
  const scenario::FlavorPlan& flavor = *kind.flavor;
  if (flavor.failures) supply.failures = **flavor.failures;
  supply.recovery = flavor.recovery;
  // Nobody repairs what the platform replaces.
  if (platform.is_sagemaker() && !supply.recovery.replacement) {
    supply.recovery.replacement = replacement_by_provider();
  }
  supply.fleet = flavor.fleet;
  if (kind.partition) supply.fleet.spares = 0;
  if (flavor.purchase.mode == PurchaseMode::kSpot && !supply.fleet.spot) {
    supply.fleet.spot = SpotReclaims{};
  }
  return supply;
}

/// The run as `sextant plan` simulates it.
CampaignInputs campaign_of(const scenario::Scenario& run, const run::ParallelOptions& parallel) {
  const auto phases = plan::plan_phases(run);
  CampaignInputs campaign =
      plan::campaign_of(run, phases, plan::data_costs(plan::plan_data(run, phases)));
  const plan::IntervalChoice interval =
      plan::choose_interval(run.checkpoint, campaign, run.simulation.seed, parallel);
  campaign.interval = interval.interval;
  campaign.faster_intervals = interval.faster_intervals();
  return campaign;
}

std::vector<PodSet> pods_or_none(std::variant<std::vector<PodSet>, scenario::SizeFault> pods) {
  auto* found = std::get_if<std::vector<PodSet>>(&pods);
  return found ? std::move(*found) : std::vector<PodSet>();
}

/// What a job has from its team and its traits.
JobSpec like(const GovernanceNames& names, const scenario::JobTraits& traits, TeamIndex team,
             const scenario::TeamPlan& plan) {
  JobSpec job;
  job.team = team;
  job.priority_class = *names.priority_class(traits.priority_class, plan);
  job.kind = traits.kind;
  job.startup = SimDuration::rounded(traits.startup);
  job.restart = SimDuration::rounded(traits.restart.value_or(traits.startup));
  if (traits.checkpoint_interval) {
    job.checkpoint_interval = SimDuration::rounded(*traits.checkpoint_interval);
  }
  return job;
}

EndpointSpec endpoint_of(const GovernanceScenario& scenario, const GovernanceNames& names,
                         const scenario::EndpointPlan& plan) {
  const TeamIndex team = *names.team(plan.team);
  scenario::JobTraits traits;
  traits.priority_class = plan.priority_class;
  traits.kind = JobKind::kEndpoint;
  traits.startup = plan.startup;
  EndpointSpec endpoint;
  endpoint.name = plan.name;
  endpoint.replica = like(names, traits, team, scenario.teams[static_cast<std::size_t>(team)]);
  endpoint.replica.name = plan.name;
  endpoint.replica.podsets = pods_or_none(names.pods(plan.size, plan.placement));
  endpoint.replica.submit = at(plan.from);
  for (const scenario::RequestPoint& point : plan.requests) {
    endpoint.requests.push_back({point.at, point.rate.si()});
  }
  endpoint.period = plan.period;
  endpoint.requests_per_s_per_replica = plan.per_replica.si();
  endpoint.target_utilisation = plan.target_utilisation;
  endpoint.least = plan.least;
  endpoint.most = plan.most;
  endpoint.evaluate_every = plan.evaluate_every;
  endpoint.scale_out_cooldown = plan.scale_out_cooldown;
  endpoint.scale_in_cooldown = plan.scale_in_cooldown;
  return endpoint;
}

CapacityWindow window_of(const GovernanceScenario& scenario, const GovernanceNames& names,
                         const scenario::WindowPlan& plan) {
  CapacityWindow window;
  window.flavor = *names.flavor(plan.flavor);
  const int nodes = scenario.admission.flavors[static_cast<std::size_t>(window.flavor)].nodes;
  window.nodes = plan.nodes;
  window.first_node = plan.first_node.value_or(nodes - plan.nodes);
  window.from = at(plan.from);
  window.to = at_or_never(plan.to);
  if (!plan.queue.empty()) window.queue_or_cohort = *names.quota(plan.queue);
  window.notice = plan.notice;
  return window;
}

NodeOutage outage_of(const GovernanceNames& names, const scenario::OutagePlan& plan) {
  NodeOutage outage;
  outage.flavor = *names.flavor(plan.flavor);
  outage.first_node = plan.first_node;
  outage.nodes = plan.nodes;
  outage.from = at(plan.from);
  outage.to = at_or_never(plan.to);
  return outage;
}

}  // namespace

std::vector<FlavorAccount> accounts_of(const GovernanceScenario& scenario) {
  const GovernanceNames names(scenario);
  std::vector<FlavorAccount> accounts;
  for (std::size_t i = 0; i < scenario.admission.flavors.size(); ++i) {
    const NodeKind* kind = names.nodes(static_cast<FlavorIndex>(i));
    accounts.push_back(account_of(scenario, scenario.admission.flavors[i], *kind));
  }
  return accounts;
}

GovernanceInputs inputs_of(const GovernanceScenario& scenario,
                           const run::ParallelOptions& parallel) {
  const GovernanceNames names(scenario);
  GovernanceInputs inputs;
  inputs.policy = scenario.admission;
  inputs.scheduler = scenario.policy.scheduler;
  for (const scenario::TeamPlan& team : scenario.teams) {
    inputs.teams.push_back(*names.queue_of(team));
  }
  for (std::size_t i = 0; i < inputs.policy.flavors.size(); ++i) {
    const NodeKind* kind = names.nodes(static_cast<FlavorIndex>(i));
    inputs.supply.push_back(supply_of(inputs.policy, scenario.cluster.platform, *kind));
  }
  for (const scenario::TrainingRun& run : scenario.trainings) {
    inputs.trainings.push_back(campaign_of(run.scenario, parallel));
  }
  for (const scenario::EndpointPlan& plan : scenario.endpoints) {
    inputs.endpoints.push_back(endpoint_of(scenario, names, plan));
  }
  for (const scenario::WindowPlan& plan : scenario.cluster.windows) {
    inputs.windows.push_back(window_of(scenario, names, plan));
  }
  for (const scenario::OutagePlan& plan : scenario.cluster.outages) {
    inputs.outages.push_back(outage_of(names, plan));
  }
  const scenario::GovernanceSimulation& simulation = scenario.simulation;
  inputs.admission_latency = simulation.admission_latency;
  inputs.grace = simulation.grace;
  inputs.warm_pool = simulation.warm_pool;
  inputs.duration = simulation.duration;
  inputs.loop_limit = simulation.loop_limit;
  return inputs;
}

}  // namespace sextant::govern
