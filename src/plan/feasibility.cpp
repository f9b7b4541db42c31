#include "src/plan/feasibility.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "sextant/training/step_model.h"
#include "src/plan/checkpoint_interval.h"

namespace sextant::plan {
namespace {

constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;

double gib(Bytes bytes) { return bytes.si() / kGiB; }

const StageMemory& fullest(const std::vector<StageMemory>& stages) {
  return *std::max_element(stages.begin(), stages.end(),
                           [](const auto& a, const auto& b) { return a.total() < b.total(); });
}

/// A layout beside the asked one, and how it differs, in the words of the scenario file.
struct Variant {
  Layout layout;
  std::string key;
  std::string change;
};

/// Layouts one change away. Degrees double, so that they keep dividing what they divided.
std::vector<Variant> neighbours(const Layout& layout) {
  std::vector<Variant> variants;
  const auto add = [&](std::string_view key, int Layout::*member, int value) {
    Variant variant{layout, std::string(key),
                    fmt::format("\"{}\": {} instead of {}", key, value, layout.*member)};
    variant.layout.*member = value;
    variant.layout.data.reset();  // follows from the other degrees
    variants.push_back(std::move(variant));
  };
  for (int factor = 2; factor <= 8; factor *= 2) {
    add("tensor", &Layout::tensor, layout.tensor * factor);
    add("pipeline", &Layout::pipeline, layout.pipeline * factor);
    add("context", &Layout::context, layout.context * factor);
    if (layout.micro_batch % factor == 0) {
      add("micro_batch", &Layout::micro_batch, layout.micro_batch / factor);
    }
  }
  for (int zero = layout.zero + 1; zero <= 3; ++zero) add("zero", &Layout::zero, zero);
  for (const auto& [recompute, name] : EnumNames<Recompute>::table) {
    if (recompute == layout.recompute) continue;
    Variant variant{
        layout, "recompute",
        fmt::format("\"recompute\": \"{}\" instead of \"{}\"", name, enum_name(layout.recompute))};
    variant.layout.recompute = recompute;
    variants.push_back(std::move(variant));
  }
  return variants;
}

StepInputs with_layout(StepInputs inputs, const Layout& layout) {
  inputs.layout = layout;
  return inputs;
}

/// Of each key the smallest change that fits.
std::vector<std::string> changes_that_fit(const StepInputs& inputs) {
  std::vector<std::string> fitting;
  std::set<std::string> keys;
  for (const Variant& variant : neighbours(inputs.layout)) {
    if (keys.contains(variant.key)) continue;
    const StepInputs changed = with_layout(inputs, variant.layout);
    // Tensor-parallel groups stay inside a node.
    if (variant.layout.tensor > inputs.node.accelerators || !layout_faults(changed).empty()) {
      continue;
    }
    const Bytes peak = fullest(forecast_memory(changed)).total();
    if (peak > inputs.node.accelerator.memory.value) continue;
    keys.insert(variant.key);
    fitting.push_back(fmt::format("{} ({:.1f} GiB)", variant.change, gib(peak)));
  }
  return fitting;
}

std::vector<std::string> changes_that_divide(const StepInputs& inputs) {
  std::vector<std::string> dividing;
  for (const Variant& variant : neighbours(inputs.layout)) {
    if (layout_faults(with_layout(inputs, variant.layout)).empty()) {
      dividing.push_back(variant.change);
    }
  }
  Layout derived = inputs.layout;
  derived.data.reset();
  if (inputs.layout.data && layout_faults(with_layout(inputs, derived)).empty()) {
    dividing.emplace_back("no \"data\": it follows from the other degrees");
  }
  return dividing;
}

std::string share_of(const Forecast& forecast, NodeState state) {
  for (const auto& [name, time] : forecast.goodput_s) {
    if (name == enum_name(state)) {
      return fmt::format("{:.0f} % of the time {}", 100.0 * time.mean / forecast.wall_time_s.mean,
                         name);
    }
  }
  return "";
}

}  // namespace

void require_valid_layout(const StepInputs& inputs) {
  const std::vector<std::string> faults = layout_faults(inputs);
  if (faults.empty()) return;
  throw InfeasiblePlan({{.reason = "the layout does not divide the run",
                         .details = faults,
                         .remedies = changes_that_divide(inputs)}});
}

void require_memory(const StepInputs& inputs) {
  const std::vector<StageMemory> stages = forecast_memory(inputs);
  const StageMemory& stage = fullest(stages);
  const Bytes capacity = inputs.node.accelerator.memory.value;
  if (stage.total() <= capacity) return;
  throw InfeasiblePlan(
      {{.reason =
            fmt::format("pipeline stage {} needs {:.1f} GiB of memory, an accelerator has {:.1f}",
                        &stage - stages.data(), gib(stage.total()), gib(capacity)),
        .details = {fmt::format("weights {:.1f}, gradients {:.1f}, optimizer {:.1f}, "
                                "activations {:.1f}, buffers {:.1f} GiB",
                                gib(stage.weights), gib(stage.gradients), gib(stage.optimizer),
                                gib(stage.activations), gib(stage.buffers))},
        .remedies = changes_that_fit(inputs)}});
}

void require_finish(const CampaignInputs& campaign, const Forecast& forecast) {
  if (forecast.finished > 0) return;
  const Seconds mean_life = mean_time_to_interruption(campaign);
  throw InfeasiblePlan(
      {{.reason = fmt::format("the run never finishes: none of {} replicas did", forecast.replicas),
        .details = {fmt::format("an interruption comes every {:.1f} min in the mean",
                                mean_life / kMinute),
                    fmt::format("a checkpoint is durable {:.1f} min after the last one",
                                (campaign.interval + campaign.checkpoint.write) / kMinute),
                    fmt::format("after an interruption the restart takes {:.1f} min, the restore "
                                "{:.1f} min",
                                campaign.recovery.restart.value / kMinute,
                                campaign.checkpoint.restore / kMinute),
                    share_of(forecast, NodeState::kWaiting) +
                        " for nodes (spares: " + std::to_string(campaign.fleet.spares) + ")"},
        .remedies = {"nodes that live longer, or fewer of them",
                     "checkpoints and restarts much shorter than the time between interruptions",
                     "more spares, if the time goes into waiting"}}});
}

}  // namespace sextant::plan
