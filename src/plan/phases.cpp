#include "src/plan/phases.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "sextant/cluster/network_cards.h"
#include "sextant/training/checkpoint_state.h"
#include "sextant/training/parameters.h"
#include "sextant/training/stage_cut.h"
#include "sextant/training/step_model.h"
#include "src/io/diagnostics.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/plan/data.h"
#include "src/plan/evaluation.h"
#include "src/plan/feasibility.h"
#include "src/plan/infeasible.h"
#include "src/plan/interference.h"
#include "src/plan/term.h"

namespace sextant::plan {
namespace {

using scenario::PhasePlan;
using scenario::Scenario;

template <class Coefficients>
void require_known(const std::map<std::string, Coefficients>& known, const std::string& key,
                   const char* what, const std::string& calibration) {
  if (known.contains(key)) return;
  std::vector<std::string> names;
  for (const auto& [name, coefficients] : known) names.push_back(name);
  throw io::InputError(
      fmt::format("error: calibration \"{}\" has no coefficients for the {} \"{}\"\n"
                  "  help: it has {}\n",
                  calibration, what, key, fmt::join(names, ", ")));
}

/// A rank drives a device, of which an accelerator may have several.
StepNode step_node(const Instance& instance, const Accelerator& accelerator) {
  const int devices = accelerator.device_count();
  StepNode node{.accelerator = device_share(accelerator),
                .accelerators = instance.accelerators * devices,
                .network_bandwidth = instance.network_bandwidth.value,
                .fabric = instance.fabric,
                .link_domain = instance.accelerators_per_link_domain() * devices};
  node.platform = instance.name;
  if (!instance.host) return node;
  if (const auto& link = instance.host->link_bandwidth) node.host_link = link->value / devices;
  if (const auto& memory = instance.host->memory_bandwidth) {
    node.host_memory_bandwidth = memory->value;
  }
  return node;
}

/// The phase with its stages cut, if it asks for that. A program keeps its stages when the batch
/// grows, so they are cut for its last batch.
PhasePlan with_stages_cut(const Scenario& scenario, PhasePlan phase) {
  if (!phase.layout.stage_cut()) return phase;
  const StepInputs inputs = step_inputs_at(scenario, phase, batch_levels(phase).back());
  require_valid_layout(inputs);
  require_calibrated(inputs, *scenario.calibration);
  phase.layout = cut_as_asked(inputs, *scenario.calibration).layout;
  return phase;
}

PlannedBatch planned_batch(const Scenario& scenario, const StepInputs& inputs) {
  require_valid_layout(inputs);
  require_calibrated(inputs, *scenario.calibration);
  require_memory(inputs, *scenario.calibration);
  return {.inputs = inputs, .step = forecast_step(inputs, *scenario.calibration), .steps = 1};
}

/// Calls, and says in every obstacle where it was met.
template <class Call>
auto located(const std::string& where, const Call& call) {
  try {
    return call();
  } catch (const InfeasiblePlan& infeasible) {
    std::vector<Obstacle> obstacles = infeasible.obstacles();
    for (Obstacle& obstacle : obstacles) {
      obstacle.reason = fmt::format("{}: {}", where, obstacle.reason);
    }
    throw InfeasiblePlan(std::move(obstacles));
  }
}

/// The batches of a phase that has its size in tokens or steps.
std::vector<PlannedBatch> batches_of(const Scenario& scenario, const PhasePlan& phase) {
  const std::vector<BatchLevel> levels = batch_levels(phase);
  const std::vector<std::int64_t> steps = steps_at_levels(phase, levels);
  std::vector<PlannedBatch> batches;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (steps[i] == 0) continue;
    const auto plan = [&] {
      return planned_batch(scenario, step_inputs_at(scenario, phase, levels[i]));
    };
    const std::string where = fmt::format("batch of {}", levels[i].global_batch);
    batches.push_back(levels.size() > 1 ? located(where, plan) : plan());
    batches.back().steps = steps[i];
  }
  return batches;
}

/// The same for a phase of given duration: more work at its last batch than anyone can finish in
/// it.
std::vector<PlannedBatch> batches_for(const Scenario& scenario, const PhasePlan& phase) {
  constexpr double kPlenty = 10;
  const BatchLevel last = batch_levels(phase).back();
  const PlannedBatch longest = planned_batch(scenario, step_inputs_at(scenario, phase, last));
  const auto steps = static_cast<std::int64_t>(
      std::max(1.0, std::ceil(kPlenty * (*phase.duration / longest.step.time))));
  PhasePlan sized = phase;
  sized.tokens =
      static_cast<double>(last.from_tokens) + static_cast<double>(steps) * longest.step.tokens;
  return batches_of(scenario, sized);
}

/// Bytes of a weight that is not trained: 16 bits but for single precision.
double frozen_bytes(Precision precision) {
  return precision == Precision::kFp32 || precision == Precision::kTf32 ? 4 : 2;
}

/// Nodes that hold one data-parallel replica, or parts of several.
int nodes_per_replica(const scenario::ClusterPlan& cluster, const Layout& layout) {
  const std::int64_t ranks = std::int64_t{layout.tensor} * layout.pipeline * layout.context;
  const std::int64_t per_node = cluster.ranks() / cluster.nodes;
  return static_cast<int>(
      std::clamp<std::int64_t>((ranks + per_node - 1) / per_node, 1, cluster.nodes));
}

/// Of a node, where it is known. Cards limit it where the plan says what the store is.
std::optional<BytesPerSecond> ip_bandwidth(const Scenario& scenario) {
  const Instance& instance = *scenario.cluster.instance;
  if (!instance.ip_bandwidth) return std::nullopt;
  if (scenario.checkpoint.target.empty()) return instance.ip_bandwidth->value;
  return NetworkCards(instance).ip_limit();
}

/// What is saved is what is trained. What is frozen is read before the first step and after every
/// failure: the weights beside an adapter, or the reference model.
CheckpointedJob checkpointed_job(const Scenario& scenario, const PhasePlan& phase) {
  const Transformer& model = *scenario.model;
  const Instance& instance = *scenario.cluster.instance;
  CheckpointedJob job;
  job.parameters = trainable_parameters(model, phase.tuning);
  if (phase.tuning.lora() || phase.tuning.reference_model) {
    job.frozen = Bytes(total_parameters(model) * frozen_bytes(phase.precision));
  }
  job.nodes = scenario.cluster.nodes;
  job.nodes_per_replica = nodes_per_replica(scenario.cluster, phase.layout);
  job.bytes_per_parameter =
      checkpoint_bytes_per_parameter(phase.software.optimizer, phase.precision);
  job.node_ip_bandwidth = ip_bandwidth(scenario);
  job.node_network_bandwidth = instance.network_bandwidth.value;
  if (instance.host && instance.host->nvme_read_bandwidth) {
    job.node_disk_bandwidth = instance.host->nvme_read_bandwidth->value;
  }
  if (instance.host && instance.host->nvme_write_bandwidth) {
    job.node_disk_write_bandwidth = instance.host->nvme_write_bandwidth->value;
  }
  job.ranks_per_node = static_cast<int>(scenario.cluster.ranks() / scenario.cluster.nodes);
  if (instance.fabric == "efa") job.node_efa_bandwidth = instance.network_bandwidth.value;
  for (const auto& store : scenario.stores) job.stores.push_back(*store);
  return job;
}

/// What checkpoints cost in the store that they go to, as it grows.
void add_store_costs(const Scenario& scenario, const CheckpointedJob& job,
                     CampaignPhase& campaign) {
  const CheckpointPlan& plan = scenario.checkpoint;
  if (plan.target.empty()) {
    campaign.checkpoint = checkpoint_costs(plan, scenario.recovery, job);
    return;
  }
  campaign.growing = store_levels(plan, scenario.recovery, job);
  campaign.checkpoint = campaign.growing.back();
  campaign.growing.pop_back();
  require_store_keeps_up(plan, campaign.checkpoint);
}

PlannedPhase plan_phase(const Scenario& scenario, const PhasePlan& asked) {
  const PhasePlan plan = with_stages_cut(scenario, asked);
  PlannedPhase phase;
  phase.plan = plan;
  phase.batches = plan.duration ? batches_for(scenario, plan) : batches_of(scenario, plan);
  for (const PlannedBatch& batch : phase.batches) {
    phase.campaign.runs.push_back({.step = batch.step.time, .steps = batch.steps});
  }
  const CheckpointedJob job = checkpointed_job(scenario, plan);
  add_store_costs(scenario, job, phase.campaign);
  phase.campaign.faster = faster_tiers(scenario.checkpoint, job);
  require_room_for_copies(phase.campaign.faster, *scenario.cluster.instance);
  phase.campaign.reads_weights = plan.tuning.lora() || plan.tuning.reference_model;
  phase.checkpointed_parameters = trainable_parameters(*scenario.model, plan.tuning);
  if (plan.evaluation) {
    phase.campaign.evaluation =
        evaluation_pauses(*plan.evaluation, phase.main(), *scenario.calibration);
  }
  return phase;
}

template <class T>
bool same(const T& a, const T& b) {
  return io::to_text(io::write_value(a)) == io::to_text(io::write_value(b));
}

/// Of the store that checkpoints go to. A file system has nothing to split.
std::optional<Coefficient<Seconds>> split_after(const Scenario& scenario) {
  const StorageSystem* store = scenario.checkpoint_store();
  if (!store || !store->object_store) return std::nullopt;
  return store->object_store->split_after;
}

/// By the layout of the phase that takes most of the time. A node is the smallest part that can be
/// missing, however many replicas it holds.
Elasticity elasticity_of(const Scenario& scenario, const std::vector<PlannedPhase>& phases) {
  const StepInputs& inputs = phases[main_phase(phases)].main().inputs;
  const int nodes = nodes_per_replica(scenario.cluster, inputs.layout);
  const int replicas = nodes == 1 ? scenario.cluster.nodes : static_cast<int>(inputs.data());
  return {.nodes_per_replica = nodes, .replicas = replicas};
}

/// A running program can change its data and its learning rate, and what its ramp foresees.
bool needs_a_restart(const PlannedPhase& before, const PlannedPhase& after) {
  const PhasePlan& a = before.plan;
  const PhasePlan& b = after.plan;
  const StepInputs& end = before.batches.back().inputs;
  const StepInputs& begin = after.batches.front().inputs;
  return end.global_batch != begin.global_batch || end.sequence_length != begin.sequence_length ||
         a.precision != b.precision || !same(a.layout, b.layout) || !same(a.software, b.software) ||
         !same(a.tuning, b.tuning);
}

/// As if nobody waited for data.
std::vector<PlannedPhase> phases_of(const Scenario& scenario) {
  const scenario::TrainingPlan& training = scenario.training;
  if (training.phases.empty()) return {plan_phase(scenario, training)};
  std::vector<PlannedPhase> phases;
  for (const PhasePlan& plan : training.phases) {
    PlannedPhase phase =
        located(fmt::format("phase \"{}\"", plan.name), [&] { return plan_phase(scenario, plan); });
    phase.campaign.duration = plan.duration;
    phase.campaign.restarts = !phases.empty() && needs_a_restart(phases.back(), phase);
    phases.push_back(std::move(phase));
  }
  return phases;
}

}  // namespace

const PlannedBatch& PlannedPhase::main() const {
  return *std::max_element(batches.begin(), batches.end(),
                           [](const auto& a, const auto& b) { return a.time() < b.time(); });
}

double PlannedPhase::tokens() const {
  double sum = 0;
  for (const PlannedBatch& batch : batches) {
    sum += static_cast<double>(batch.steps) * batch.step.tokens;
  }
  return sum;
}

double PlannedPhase::mfu() const {
  double flops_share = 0;
  Seconds time;
  for (const PlannedBatch& batch : batches) {
    flops_share += batch.step.mfu * batch.time().si();
    time += batch.time();
  }
  return flops_share / time.si();
}

StepInputs step_inputs_at(const Scenario& scenario, const PhasePlan& phase,
                          const BatchLevel& level) {
  const scenario::ClusterPlan& cluster = scenario.cluster;
  return {.model = *scenario.model,
          .layout = phase.layout,
          .software = phase.software,
          .node = step_node(*cluster.instance, **cluster.accelerator),
          .accelerators = cluster.ranks(),
          .sequence_length = level.sequence_length,
          .global_batch = level.global_batch,
          .precision = phase.precision,
          .tuning = phase.tuning};
}

void require_calibrated(const StepInputs& inputs, const Calibration& calibration) {
  require_known(calibration.accelerators, inputs.node.accelerator.generation,
                "accelerator generation", calibration.name);
  require_known(calibration.software, inputs.software.framework, "framework", calibration.name);
  if (inputs.accelerators > inputs.node.linked()) {
    require_known(calibration.fabrics, inputs.node.fabric, "network", calibration.name);
  }
}

StepInputs step_inputs_of(const Scenario& scenario) {
  const PhasePlan& training = scenario.training;
  return step_inputs_at(scenario, training, {0, training.global_batch, training.sequence_length});
}

std::vector<PlannedPhase> plan_phases(const Scenario& scenario, const Retime& retime) {
  std::vector<PlannedPhase> phases = phases_of(scenario);
  const bool knows_checkpoints = retime && retime(phases);
  if (const auto data = plan_data(scenario, phases)) wait_for_data(*data, phases);
  if (!knows_checkpoints) share_cards_with_checkpoints(scenario, phases);
  return phases;
}

std::size_t main_phase(const std::vector<PlannedPhase>& phases) {
  const auto time = [](const PlannedPhase& phase) {
    const Seconds work = phase.campaign.work();
    return phase.campaign.duration ? std::min(work, *phase.campaign.duration) : work;
  };
  const auto longest =
      std::max_element(phases.begin(), phases.end(),
                       [&](const auto& a, const auto& b) { return time(a) < time(b); });
  return static_cast<std::size_t>(longest - phases.begin());
}

CampaignInputs campaign_of(const Scenario& scenario, const std::vector<PlannedPhase>& phases,
                           const DataCosts& data) {
  CampaignInputs campaign;
  campaign.nodes = scenario.cluster.nodes;
  for (const PlannedPhase& phase : phases) campaign.phases.push_back(phase.campaign);
  campaign.step_log_spread = phases[main_phase(phases)].main().step.log_spread;
  campaign.duration = scenario.training.duration;
  campaign.failures = *scenario.failures;
  campaign.recovery = scenario.recovery;
  campaign.uncertain_recovery = true;
  campaign.fleet = scenario.fleet;
  campaign.ranks = scenario.cluster.ranks();
  // Nobody repairs what the platform replaces.
  if (scenario.platform.is_sagemaker() && !campaign.recovery.replacement) {
    campaign.recovery.replacement = replacement_by_provider();
  }
  const auto rules = scenario.platform.job_rules();
  if (rules && !campaign.recovery.reboot) campaign.recovery.reboot = rules->reboot;
  if (scenario.purchase.mode == PurchaseMode::kSpot && !campaign.fleet.spot) {
    campaign.fleet.spot = SpotReclaims{};
  }
  campaign.data = data;
  if (campaign.recovery.elastic) campaign.elasticity = elasticity_of(scenario, phases);
  campaign.term = rental_term(scenario, campaign);
  campaign.split_after = split_after(scenario);
  return campaign;
}

}  // namespace sextant::plan
