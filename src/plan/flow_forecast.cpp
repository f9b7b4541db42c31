#include "src/plan/flow_forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sextant/cluster/fabric.h"
#include "sextant/cluster/placement.h"
#include "sextant/training/step_flows.h"
#include "src/flow/protocol.h"
#include "src/plan/fabric_traffic.h"
#include "src/plan/flow_words.h"
#include "src/plan/infeasible.h"

namespace sextant::plan {
namespace {

using scenario::BackgroundKind;
using scenario::NetworkPlan;
using scenario::Scenario;

/// Where the ranks of the job sit.
struct Seating {
  PlacementPolicy policy = PlacementPolicy::kContiguous;
  bool rail_aligned = true;

  std::string name() const {
    std::string words(enum_name(policy));
    std::replace(words.begin(), words.end(), '_', ' ');
    return words + (rail_aligned ? "" : ", rails crossed");
  }
  friend bool operator==(const Seating&, const Seating&) = default;
};

/// A step in flows.
struct FlowRun {
  StepFlows flows;
  FlowResult result;
  FlowedStep step;
  std::string asymmetry;
  std::vector<BackgroundTraffic> background;
};

/// More cards than in any cluster that exists; beyond, the graph alone takes gigabytes.
constexpr std::int64_t kMostCards = 4'000'000;

/// @throws InfeasiblePlan
Fabric fabric_of(const Scenario& scenario) {
  const NetworkPlan& network = *scenario.network;
  const Instance& instance = *scenario.cluster.instance;
  const int nodes = network.nodes_with(scenario.cluster.nodes);
  if (std::int64_t{nodes} * instance.network_cards > kMostCards) {
    throw InfeasiblePlan(
        {{.reason = fmt::format("a fabric of {} nodes with {} network cards each is too large to "
                                "run flows on: at most {} cards",
                                nodes, instance.network_cards.value, kMostCards),
          .details = {},
          .remedies = {fmt::format("\"network\": {{\"nodes\": {}}}, or fewer",
                                   kMostCards / instance.network_cards)}}});
  }
  return make_fabric(*network.fabric, instance, **scenario.cluster.accelerator, nodes);
}

/// Steps of one job on one fabric.
class FlowRuns {
 public:
  FlowRuns(const Scenario& scenario, const StepInputs& inputs, const FlowQuestion& question)
      : scenario_(scenario), inputs_(inputs), question_(question), fabric_(fabric_of(scenario)) {}

  const Fabric& fabric() const { return fabric_; }
  Seating seating() const { return {network().placement, network().rail_aligned}; }
  bool writes_checkpoints() const;
  FlowRun run(const Seating& seating, bool with_checkpoints) const;

 private:
  const NetworkPlan& network() const { return *scenario_.network; }
  StepFlows flows(const Seating& seating, const FabricNodes& nodes, FlowRun& run) const;
  FlowResult solve(const FlowProblem& problem) const;

  const Scenario& scenario_;
  const StepInputs& inputs_;
  const FlowQuestion& question_;
  Fabric fabric_;
};

bool FlowRuns::writes_checkpoints() const {
  return std::any_of(
      network().background.begin(), network().background.end(),
      [](const auto& background) { return background.kind == BackgroundKind::kCheckpoint; });
}

[[noreturn]] void throw_too_large(const std::string& reason, const FlowRun& run, bool asked) {
  std::vector<std::string> remedies;
  if (asked) remedies.emplace_back("leave --unfolded out: ranks that do the same become one");
  if (!run.asymmetry.empty()) {
    remedies.emplace_back(
        "\"placement\": \"contiguous\" and \"rail_aligned\": true, which treat ranks alike");
    remedies.emplace_back("background traffic that all nodes send alike, or none");
  }
  remedies.emplace_back("a smaller job: fewer data-parallel ranks or microbatches");
  std::vector<std::string> details;
  if (!run.asymmetry.empty()) details.push_back("it cannot be folded: " + run.asymmetry);
  throw InfeasiblePlan({{.reason = fmt::format("the step is too large to run as flows: {}", reason),
                         .details = std::move(details),
                         .remedies = std::move(remedies)}});
}

StepFlows FlowRuns::flows(const Seating& seating, const FabricNodes& nodes, FlowRun& run) const {
  const int devices = (*scenario_.cluster.accelerator)->device_count();
  const FlowJob job{
      .name = scenario_.name,
      .inputs = inputs_,
      .calibration = &*scenario_.calibration,
      .placement = place_ranks(fabric_, nodes.job, static_cast<int>(inputs_.accelerators), devices,
                               seating.rail_aligned)};
  try {
    return step_flows(fabric_, {job}, run.background, {.fold = !question_.unfolded},
                      &run.asymmetry);
  } catch (const std::length_error& error) {
    throw_too_large(error.what(), run, question_.unfolded);
  }
}

/// Of several ranks the first one runs the engine; the others get its answer.
FlowResult FlowRuns::solve(const FlowProblem& problem) const {
  const run::Ranks* ranks = question_.ranks;
  if (question_.engine) return question_.engine(problem);
  if (ranks == nullptr || ranks->count() == 1) return run::run_flows(problem, question_.worker);
  std::string answer;
  if (ranks->rank() == 0) {
    try {
      answer = flow::encode(run::run_flows(problem, question_.worker));
    } catch (const run::FlowFailure& failure) {
      answer = flow::encode_failure(failure.what());
    }
  }
  try {
    return flow::decode_result(ranks->gather(answer).front());
  } catch (const flow::ProtocolError& error) {
    throw run::FlowFailure(error.what());
  }
}

FlowRun FlowRuns::run(const Seating& seating, bool with_checkpoints) const {
  const FabricNodes nodes = fabric_nodes(scenario_, fabric_, seating.policy);
  FlowRun run;
  run.background =
      fabric_traffic(scenario_, inputs_, fabric_, nodes, question_.checkpoint, with_checkpoints);
  run.flows = flows(seating, nodes, run);
  run.result = solve(run.flows.problem);
  run.step = flowed_step(run.flows, run.result, 0);
  return run;
}

/// What a write of `write` costs steps of `step` that take `beside` meanwhile:
/// slowdown / (1 + slowdown) of the write is lost.
double slowdown_of(Seconds step, Seconds beside, Seconds write) {
  const Seconds lost = std::max(Seconds(0), beside - step);
  const Seconds covered = write > Seconds(0) ? std::min(write, beside) : beside;
  return covered > lost ? lost / (covered - lost) : lost / step;
}

void add_kinds(const Fabric& fabric, const FlowRun& run, FlowForecast& forecast) {
  for (const FlowedStep::Kind& kind : run.step.kinds) {
    forecast.kinds.push_back(
        {.kind = kind.kind,
         .alone = kind.alone,
         .flowed = kind.flowed,
         .beside_checkpoint = {},
         .busiest = link_words(fabric, telling_link(fabric, run.flows, kind, run.background))});
  }
}

void append(std::vector<std::string>& all, std::vector<std::string> more) {
  for (std::string& text : more) {
    if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(std::move(text));
  }
}

/// The same step while a checkpoint goes out.
void add_checkpoint(const FlowRuns& runs, const FlowQuestion& question, FlowForecast& forecast) {
  if (!runs.writes_checkpoints()) return;
  const FlowRun run = runs.run(runs.seating(), true);
  const Seconds write = question.checkpoint ? question.checkpoint->write : Seconds(0);
  forecast.beside_checkpoint = {.time = run.step.time,
                                .write = write,
                                .slowdown = slowdown_of(forecast.flow, run.step.time, write)};
  for (FlowForecast::Kind& kind : forecast.kinds) {
    for (const FlowedStep::Kind& other : run.step.kinds) {
      if (other.kind != kind.kind) continue;
      kind.beside_checkpoint = other.flowed;
      if (other.flowed > kind.flowed)
        kind.busiest = link_words(runs.fabric(),
                                  telling_link(runs.fabric(), run.flows, other, run.background));
    }
  }
  append(forecast.differences, slowed_words(runs.fabric(), run.flows, run.step, run.background,
                                            " while a checkpoint is written"));
  forecast.wall_s += run.result.wall_s;
  forecast.worker_bytes = std::max(forecast.worker_bytes, run.result.peak_bytes);
  if (!run.flows.folded) {
    forecast.folded = false;
    forecast.asymmetry = run.asymmetry;
  }
}

std::int64_t transfers_of(const FlowProblem& problem) {
  return std::count_if(problem.activities.begin(), problem.activities.end(),
                       [](const auto& activity) { return activity.pattern >= 0; });
}

void add_fabric(const Scenario& scenario, const Fabric& fabric, FlowForecast& forecast) {
  const FabricPlan& plan = *scenario.network->fabric;
  forecast.fabric = plan.title.empty() ? plan.name : plan.title;
  forecast.fabric_nodes = fabric.nodes();
  forecast.job_nodes = scenario.cluster.nodes;
  forecast.leaf_groups = fabric.leaf_groups();
  forecast.bisection = fabric.bisection();
  if (plan.port_power) forecast.network_power = fabric.switch_ports() * plan.port_power->value;
}

void add_run(const Fabric& fabric, const FlowRun& run, FlowForecast& forecast) {
  forecast.folded = run.flows.folded;
  forecast.asymmetry = run.asymmetry;
  forecast.flow = run.step.time;
  forecast.flow_parts = run.step.breakdown;
  for (const BackgroundTraffic& traffic : run.background)
    forecast.background.push_back(traffic.name);
  add_kinds(fabric, run, forecast);
  append(forecast.differences, slowed_words(fabric, run.flows, run.step, run.background, ""));
  forecast.tiers = tier_uses(fabric, run.flows, run.result, run.step.time);
  forecast.wall_s = run.result.wall_s;
  forecast.worker_bytes = run.result.peak_bytes;
  forecast.activities = static_cast<std::int64_t>(run.flows.problem.activities.size());
  forecast.transfers = transfers_of(run.flows.problem);
}

PlacedStep placed(const FlowRuns& runs, const Seating& seating) {
  PlacedStep step{.name = seating.name(), .time = {}, .why_not = {}};
  try {
    step.time = runs.run(seating, false).step.time;
  } catch (const InfeasiblePlan& infeasible) {
    step.why_not = infeasible.obstacles().front().reason;
  } catch (const run::FlowFailure& failure) {
    step.why_not = failure.what();
  }
  return step;
}

void add_placements(const FlowRuns& runs, FlowForecast& forecast) {
  for (const bool rail_aligned : {true, false}) {
    for (const auto& [policy, name] : EnumNames<PlacementPolicy>::table) {
      const Seating seating{policy, rail_aligned};
      if (seating == runs.seating()) {
        forecast.placements.push_back(
            {.name = seating.name(), .time = forecast.flow, .why_not = {}});
      } else {
        forecast.placements.push_back(placed(runs, seating));
      }
    }
  }
}

}  // namespace

const PlacedStep* FlowForecast::best_placement() const {
  const PlacedStep* best = nullptr;
  for (const PlacedStep& step : placements) {
    if (step.time && (best == nullptr || *step.time < *best->time)) best = &step;
  }
  return best;
}

scenario::NetworkPlan assumed_network(const Scenario& scenario, catalog::Catalogue& catalogue) {
  const std::string name =
      scenario.cluster.instance->fabric == "efa" ? "efa-non-blocking" : "fat-tree";
  NetworkPlan network;
  network.fabric.base = name;
  network.fabric.value = catalogue.load<FabricPlan>(name);
  const std::vector<std::string> faults =
      fabric_faults(*network.fabric, *scenario.cluster.instance, **scenario.cluster.accelerator,
                    scenario.cluster.nodes);
  if (faults.empty()) return network;
  throw io::InputError(fmt::format("error: the fabric \"{}\" cannot be built of {}: {}\n", name,
                                   scenario.cluster.instance->name, faults.front()));
}

FlowForecast flow_forecast(const Scenario& scenario, const StepInputs& inputs,
                           const StepProfile& replayed, const FlowQuestion& question) {
  const FlowRuns runs(scenario, inputs, question);
  FlowForecast forecast;
  forecast.fabric_assumed = question.fabric_assumed;
  forecast.placement = runs.seating().name();
  forecast.replay = replayed.time;
  forecast.replay_parts = replayed.breakdown;
  add_fabric(scenario, runs.fabric(), forecast);
  add_run(runs.fabric(), runs.run(runs.seating(), false), forecast);
  add_checkpoint(runs, question, forecast);
  if (question.placements) add_placements(runs, forecast);
  return forecast;
}

}  // namespace sextant::plan
