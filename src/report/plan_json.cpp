#include "src/report/plan_json.h"

#include <fmt/format.h>

#include "sextant/training/stage_cut.h"
#include "src/report/data_report.h"
#include "src/report/estimate_json.h"
#include "src/report/evidence.h"
#include "src/report/flow_report.h"
#include "src/report/interrupted.h"
#include "src/report/ledger_json.h"
#include "src/report/memory_json.h"
#include "src/report/preparation_report.h"
#include "src/report/provenance_json.h"
#include "src/report/spares_report.h"
#include "src/report/step_interval.h"

namespace sextant::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "sextant.plan/1";

Json estimates_json(const std::vector<plan::NamedSummary>& values) {
  Json json = Json::object();
  for (const auto& [name, value] : values) json[name] = estimate_json(value);
  return json;
}

template <class T>
Json or_null(const std::optional<T>& value, Json (*convert)(const T&)) {
  return value ? convert(*value) : Json();
}

Json step_json(const StepProfile& step, const StepInputs& inputs) {
  Json breakdown = Json::object();
  for (const auto& [part, name] : EnumNames<StepPart>::table) {
    breakdown[std::string(name)] = step.breakdown[static_cast<std::size_t>(part)].si();
  }
  const double tokens_per_s = step.tokens / step.time.si();
  const auto [low, high] = interval80(step);
  return {{"time_s", step.time.si()},
          {"interval80_s", {low.si(), high.si()}},
          {"breakdown_s", std::move(breakdown)},
          {"tokens", step.tokens},
          {"tokens_per_s", tokens_per_s},
          {"tokens_per_s_per_gpu", tokens_per_s / static_cast<double>(step.accelerators)},
          {"mfu", step.mfu},
          {"hfu", step.hfu},
          {"memory_bytes", memory_json(step.memory, inputs.node.accelerator.memory.value)},
          {"extrapolated", step.extrapolated}};
}

Json layout_json(const StepInputs& inputs) {
  const Layout& layout = inputs.layout;
  Json json = {{"tensor", layout.tensor},
               {"pipeline", layout.pipeline},
               {"virtual_stages", layout.virtual_stages},
               {"context", layout.context},
               {"context_exchange", enum_name(layout.context_exchange)},
               {"expert", layout.expert},
               {"expert_tensor", layout.expert_tensor_ranks()},
               {"data", inputs.data()},
               {"schedule", enum_name(layout.pipeline_schedule())},
               {"zero", layout.zero},
               {"shard_group", inputs.shard_ranks()},
               {"micro_batch", layout.micro_batch},
               {"microbatches", inputs.microbatches()},
               {"sequence_parallel", layout.sequence_parallel},
               {"recompute", enum_name(layout.recompute)},
               {"recompute_every", layout.recompute_every},
               {"offload", enum_name(layout.offload)}};
  if (const std::vector<int>* stages = uneven_stages(inputs)) json["stages"] = *stages;
  return json;
}

Json co2e_json(const plan::Forecast::Co2e& co2e) {
  return {{"location", estimate_json(co2e.location)}, {"market", estimate_json(co2e.market)}};
}

Json booked_json(const plan::Forecast::Booked& booked) {
  return {{"days", booked.days}, {"overrun", booked.overrun}};
}

Json seconds_json(const Seconds& time) { return time.si(); }

Json time_to_interruption_json(const TimeToInterruption& times) {
  return {{"hardware", or_null(times.hardware, seconds_json)},
          {"unexpected", or_null(times.unexpected, seconds_json)},
          {"all", or_null(times.all, seconds_json)}};
}

Json forecast_json(const plan::Forecast& forecast) {
  return {{"wall_time_s", estimate_json(forecast.wall_time_s)},
          {"cost_usd", or_null(forecast.cost_usd, estimate_json)},
          {"energy_j", or_null(forecast.energy_j, estimate_json)},
          {"energy_by_state_j", estimates_json(forecast.energy_by_state_j)},
          {"water_l", or_null(forecast.water_l, estimate_json)},
          {"co2e_kg", or_null(forecast.co2e_kg, co2e_json)},
          {"embodied_kg", or_null(forecast.embodied_kg, estimate_json)},
          {"booked", or_null(forecast.booked, booked_json)},
          {"terms", or_null(forecast.terms, estimate_json)},
          {"ettr", estimate_json(forecast.ettr)},
          {"ettr_formula", forecast.ettr_formula},
          {"goodput_s", estimates_json(forecast.goodput_s)},
          {"goodput_buckets_s", estimates_json(forecast.goodput_buckets_s)},
          {"mean_time_to_interruption_s",
           time_to_interruption_json(forecast.mean_time_to_interruption_s)},
          {"interruptions",
           {{"total", estimate_json(forecast.interruptions.total)},
            {"unexpected", estimate_json(forecast.interruptions.unexpected)},
            {"by_cause", estimates_json(forecast.interruptions.by_cause)}}},
          {"lost_work_s", estimate_json(forecast.lost_work_s)},
          {"checkpoints", estimate_json(forecast.checkpoints)},
          {"nodes_swapped", estimate_json(forecast.nodes_swapped)},
          {"outcomes",
           {{"finished", forecast.finished},
            {"gave_up", forecast.gave_up},
            {"no_progress", forecast.no_progress}}},
          {"width_shares",
           {{"step_time", forecast.width.step_time},
            {"failure_rate", forecast.width.failure_rate},
            {"recovery", forecast.width.recovery},
            {"chance", forecast.width.chance}}}};
}

/// `open`: it goes on for as long as the phase does, which is given.
Json batch_json(const plan::PlannedBatch& batch, bool open) {
  return {{"global_batch", batch.inputs.global_batch},
          {"sequence_length", batch.inputs.sequence_length},
          {"steps", open ? Json() : Json(batch.steps)},
          {"tokens", open ? Json() : Json(static_cast<double>(batch.steps) * batch.step.tokens)},
          {"time_s", batch.step.time.si()},
          {"mfu", batch.step.mfu},
          {"peak_memory_bytes", batch.step.peak_memory().si()}};
}

Json phase_json(const plan::PlannedPhase& phase, const Summary& wall_time_s) {
  Json batches = Json::array();
  const std::optional<Seconds>& duration = phase.plan.duration;
  for (const plan::PlannedBatch& batch : phase.batches) {
    batches.push_back(batch_json(batch, duration && &batch == &phase.batches.back()));
  }
  const EvaluationPauses& evaluation = phase.campaign.evaluation;
  const plan::PlannedBatch& main = phase.main();
  return {{"name", phase.plan.name},
          {"tokens", duration ? Json() : Json(phase.tokens())},
          {"steps", duration ? Json() : Json(phase.steps())},
          {"duration_s", duration ? Json(duration->si()) : Json()},
          {"restarts", phase.campaign.restarts},
          {"trainable", enum_name(phase.plan.tuning.trainable)},
          {"reference_model", phase.plan.tuning.reference_model},
          {"checkpointed_parameters", phase.checkpointed_parameters},
          {"evaluation", evaluation.every > 0 ? Json{{"every_steps", evaluation.every},
                                                     {"time_s", evaluation.time.si()}}
                                              : Json()},
          {"mfu", phase.mfu()},
          {"batches", std::move(batches)},
          {"step", step_json(main.step, main.inputs)},
          {"layout", layout_json(main.inputs)},
          {"forecast", {{"wall_time_s", estimate_json(wall_time_s)}}}};
}

Json phases_json(const plan::PlanResult& result) {
  Json phases = Json::array();
  for (std::size_t i = 0; i < result.phases.size(); ++i) {
    phases.push_back(phase_json(result.phases[i], result.forecast.phase_wall_time_s[i]));
  }
  return phases;
}

Json ideal_json(const plan::IdealRun& ideal) {
  return {{"wall_time_s", ideal.wall_time.si()},
          {"cost_usd", ideal.cost ? Json(ideal.cost->si()) : Json()},
          {"mfu", ideal.mfu},
          {"mfu_stated", ideal.mfu_is_stated},
          {"parameters", ideal.parameters},
          {"tokens", ideal.tokens},
          {"formula", ideal.formula + " / (accelerators · peak_16bit · MFU)"}};
}

Json tier_json(const CheckpointCosts& costs, const plan::TierInterval& interval) {
  const auto& off = interval.off_by_two;
  return {{"interval_s", interval.interval.si()},
          {"chosen_by", interval.chosen_by},
          {"young_s", interval.young.si()},
          {"daly_s", interval.daly.si()},
          {"half_as_often", off ? Json(off->half_as_often) : Json()},
          {"twice_as_often", off ? Json(off->twice_as_often) : Json()},
          {"mode", enum_name(costs.mode)},
          {"stall_s", costs.stall.si()},
          {"write_s", costs.write.si()},
          {"restore_s", costs.restore.si()}};
}

Json move_json(const StoreMove& move) {
  return {{"time_s", move.time.si()},
          {"bytes", move.size.si()},
          {"puts", move.puts},
          {"gets", move.gets},
          {"refused", move.refused},
          {"failure", move.failure},
          {"overloaded_s", move.overloaded.si()}};
}

Json storage_json(const plan::StorageUse& use) {
  return {{"store", use.store},
          {"save", move_json(use.save)},
          {"restore", move_json(use.restore)},
          {"first_save", or_null(use.first_save, move_json)},
          {"splits", use.splits},
          {"usd_per_month", use.month ? Json(use.month->si()) : Json()}};
}

Json traffic_json(const plan::Forecast::Traffic& traffic) {
  return {{"written_bytes", estimate_json(traffic.written_bytes)},
          {"retained_bytes", estimate_json(traffic.retained_bytes)},
          {"read_bytes", estimate_json(traffic.read_bytes)},
          {"puts", estimate_json(traffic.puts)},
          {"gets", estimate_json(traffic.gets)},
          {"refused", estimate_json(traffic.refused)},
          {"failed_writes", estimate_json(traffic.failed_writes)}};
}

Json checkpoint_json(const plan::PlanResult& result) {
  const CampaignPhase& phase = result.longest().campaign;
  Json faster = Json::array();
  for (std::size_t i = 0; i < phase.faster.size(); ++i) {
    const FasterTier& tier = phase.faster[i];
    Json entry = {{"medium", enum_name(tier.medium)}, {"copies", tier.copies}};
    entry.update(tier_json(tier.costs, result.interval.faster[i]));
    faster.push_back(std::move(entry));
  }
  Json json = tier_json(phase.checkpoint, result.interval);
  json["size_bytes"] = phase.checkpoint.size.si();
  json["write_failure"] = phase.checkpoint.write_failure;
  json["faster"] = std::move(faster);
  json["storage"] = or_null(result.storage, storage_json);
  json["traffic"] = or_null(result.forecast.store, traffic_json);
  return json;
}

}  // namespace

Json plan_json(const plan::PlanResult& result) {
  Json document = {{"schema", kSchema},
                   {"scenario", result.scenario.name},
                   {"feasible", true},
                   {"seed", result.scenario.simulation.seed},
                   {"replicas", result.forecast.replicas},
                   {"digest", fmt::format("{:016x}", result.forecast.digest)},
                   {"tier", result.network ? "flow" : "replay"},
                   {"step", step_json(result.step, result.step_inputs)},
                   {"layout", layout_json(result.step_inputs)},
                   {"purchase",
                    {{"platform", enum_name(result.scenario.platform.service)},
                     {"mode", enum_name(result.scenario.purchase.mode)}}},
                   {"notes", result.notes},
                   {"forecast", forecast_json(result.forecast)},
                   {"phases", phases_json(result)},
                   {"ideal", or_null(result.ideal, ideal_json)},
                   {"ledger", ledger_json(result.forecast.ledger)},
                   {"checkpoint", checkpoint_json(result)},
                   {"spares", or_null(result.spares, spares_json)},
                   {"data", or_null(result.data, data_json)},
                   {"preparation", preparation_json(result)},
                   {"sources", sources_json(result.figures)},
                   {"assumed", assumed_json(result.figures)},
                   {"provenance", provenance_json(result.files)}};
  if (result.network) document["network"] = flow_json(result);
  add_interrupted(result.forecast.replicas, result.forecast.interrupted_of, document);
  return document;
}

Json infeasible_json(const plan::InfeasiblePlan& infeasible) {
  Json obstacles = Json::array();
  for (const plan::Obstacle& obstacle : infeasible.obstacles()) {
    Json json = {{"reason", obstacle.reason},
                 {"details", obstacle.details},
                 {"remedies", obstacle.remedies}};
    if (const auto& memory = obstacle.memory) {
      json["memory_bytes"] = memory_json(memory->stages, memory->capacity);
    }
    obstacles.push_back(std::move(json));
  }
  return {{"schema", kSchema}, {"feasible", false}, {"obstacles", std::move(obstacles)}};
}

}  // namespace sextant::report
