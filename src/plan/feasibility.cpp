#include "src/plan/feasibility.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "sextant/training/stage_cut.h"
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

/// A layout beside the asked one: which keys of the scenario file differ, and how.
struct Variant {
  Layout layout;
  std::string keys;
  std::string change;
};

/// Layouts one more change away. Degrees double, so that they keep dividing what they divided.
std::vector<Variant> neighbours(const Variant& from) {
  std::vector<Variant> variants;
  const auto add = [&](std::string_view key, Layout layout, const std::string& change) {
    layout.data.reset();  // follows from the other degrees
    const char* also = from.change.empty() ? "" : " and ";
    variants.push_back({layout, fmt::format("{} {}", from.keys, key),
                        fmt::format("{}{}\"{}\": {}", from.change, also, key, change)});
  };
  const auto add_number = [&](std::string_view key, int Layout::*member, int value) {
    Layout layout = from.layout;
    layout.*member = value;
    add(key, layout, fmt::format("{} instead of {}", value, from.layout.*member));
  };
  const auto add_pipeline = [&](int ranks) {
    Layout layout = from.layout;
    layout.pipeline = ranks;
    const bool listed = layout.listed_stages() != nullptr;  // for as many ranks as there are
    if (listed) layout.stages.reset();
    add("pipeline", layout,
        fmt::format("{} instead of {}{}", ranks, from.layout.pipeline,
                    listed ? ", without \"stages\"" : ""));
  };
  for (int factor = 2; factor <= 8; factor *= 2) {
    add_number("tensor", &Layout::tensor, from.layout.tensor * factor);
    add_pipeline(from.layout.pipeline * factor);
    add_number("context", &Layout::context, from.layout.context * factor);
    if (from.layout.micro_batch % factor == 0) {
      add_number("micro_batch", &Layout::micro_batch, from.layout.micro_batch / factor);
    }
  }
  for (int zero = from.layout.zero + 1; zero <= 3; ++zero) {
    add_number("zero", &Layout::zero, zero);
  }
  for (const auto& [recompute, name] : EnumNames<Recompute>::table) {
    if (recompute == from.layout.recompute) continue;
    Layout layout = from.layout;
    layout.recompute = recompute;
    add("recompute", layout,
        fmt::format("\"{}\" instead of \"{}\"", name, enum_name(from.layout.recompute)));
  }
  if (from.layout.pipeline > 1 && !from.layout.stage_cut()) {
    Layout layout = from.layout;
    layout.stages = StageCut::kMemory;
    add("stages", layout, "\"memory\"");
  }
  return variants;
}

StepInputs with_layout(StepInputs inputs, const Layout& layout) {
  inputs.layout = layout;
  return inputs;
}

/// Of each key (or pair of keys) the smallest change that fits.
std::vector<std::string> fitting(const StepInputs& inputs, const Calibration& calibration,
                                 const std::vector<Variant>& variants) {
  std::vector<std::string> changes;
  std::set<std::string> seen;
  for (const Variant& variant : variants) {
    const StepInputs changed = with_layout(inputs, variant.layout);
    // Tensor-parallel groups stay inside a node.
    if (seen.contains(variant.keys) || variant.layout.tensor > inputs.node.accelerators ||
        !layout_faults(changed).empty()) {
      continue;
    }
    const Bytes peak = forecast_peak_memory(cut_as_asked(changed, calibration));
    if (peak > inputs.node.accelerator.memory.value) continue;
    seen.insert(variant.keys);
    changes.push_back(fmt::format("{} ({:.1f} GiB)", variant.change, gib(peak)));
  }
  return changes;
}

/// Single changes of the layout that fit, else the first pairs of changes.
std::vector<std::string> changes_that_fit(const StepInputs& inputs,
                                          const Calibration& calibration) {
  constexpr std::size_t kMostPairs = 6;
  const std::vector<Variant> single = neighbours({inputs.layout, "", ""});
  std::vector<std::string> changes = fitting(inputs, calibration, single);
  if (!changes.empty()) return changes;
  std::vector<Variant> pairs;
  for (const Variant& first : single) {
    for (Variant& second : neighbours(first)) pairs.push_back(std::move(second));
  }
  changes = fitting(inputs, calibration, pairs);
  changes.resize(std::min(changes.size(), kMostPairs));
  if (changes.empty()) {
    changes.emplace_back(
        "accelerators with more memory, a smaller model or shorter sequences: no "
        "two changes of the layout are enough");
  }
  return changes;
}

std::vector<std::string> changes_that_divide(const StepInputs& inputs) {
  std::vector<std::string> dividing;
  for (const Variant& variant : neighbours({inputs.layout, "", ""})) {
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

void require_memory(const StepInputs& inputs, const Calibration& calibration) {
  const std::vector<StageMemory> stages = forecast_memory(inputs);
  const StageMemory& stage = fullest(stages);
  const Bytes capacity = inputs.node.accelerator.memory.value;
  // The estimate errs: what exceeds the capacity by less may fit, and the report says how tight.
  if (stage.total() <= capacity * (1.0 + kMemoryError)) return;
  throw InfeasiblePlan(
      {{.reason =
            fmt::format("pipeline stage {} needs {:.1f} GiB of memory, an accelerator has {:.1f}",
                        &stage - stages.data(), gib(stage.total()), gib(capacity)),
        .details = {fmt::format("weights {:.1f}, gradients {:.1f}, optimizer {:.1f}, "
                                "activations {:.1f}, buffers {:.1f} GiB",
                                gib(stage.weights), gib(stage.gradients), gib(stage.optimizer),
                                gib(stage.activations), gib(stage.buffers))},
        .remedies = changes_that_fit(inputs, calibration),
        .memory = MemoryNeed{stages, capacity}}});
}

void require_room_for_copies(const std::vector<FasterTier>& tiers, const Instance& instance) {
  if (!instance.host) return;
  Bytes in_memory, on_disks;
  for (const FasterTier& tier : tiers) {
    if (tier.medium == CheckpointMedium::kFileSystem) continue;
    (tier.medium == CheckpointMedium::kNvme ? on_disks : in_memory) += tier.held;
  }
  const auto require = [&](Bytes needed, Bytes room, const char* where, const char* instead) {
    if (needed <= room) return;
    throw InfeasiblePlan(
        {{.reason =
              fmt::format("copies of checkpoints take {:.1f} GiB of a node, which has {:.1f} of {}",
                          gib(needed), gib(room), where),
          .details = {},
          .remedies = {"\"writers\": \"all\", or more nodes: each keeps a smaller share",
                       "fewer \"copies\"", instead}}});
  };
  const Host& host = *instance.host;
  require(in_memory, host.memory.value, "memory", "the tier on disks: \"nvme\"");
  const Bytes disks = host.nvme_capacity ? host.nvme_capacity->value : Bytes(0);
  require(on_disks, disks, "local disks", "the tier in a file system: \"file_system\"");
}

void require_store_keeps_up(const CheckpointPlan& plan, const CheckpointCosts& costs) {
  constexpr double kMostFailure = 0.9;
  const auto require = [&](const StoreMove& move, double requests, const char* what) {
    if (move.failure <= kMostFailure) return;
    throw InfeasiblePlan(
        {{.reason = fmt::format("{} fails with probability {:.0f} %: {} refuses too many requests",
                                what, 100 * move.failure, plan.target.back()),
          .details = {fmt::format("{:.0f} requests succeed, {:.0f} times one is refused", requests,
                                  move.refused)},
          .remedies = {"more attempts: \"max_attempts\" of \"requests\"",
                       "fewer requests: \"objects_per\": \"node\", a larger \"part\", or fewer "
                       "\"connections\"",
                       "more \"prefixes\" or \"buckets\", \"pre_split\""}}});
  };
  require(costs.saved, costs.saved.puts, "a save");
  require(costs.restored, costs.restored.gets, "a restore");
}

void require_finish(const CampaignInputs& campaign, const Forecast& forecast) {
  if (forecast.finished > 0) return;
  const Seconds mean_life = mean_time_to_interruption(campaign);
  const CheckpointCosts& costs = campaign.phases.front().checkpoint;
  throw InfeasiblePlan(
      {{.reason = fmt::format("the run never finishes: none of {} replicas did", forecast.replicas),
        .details = {fmt::format("an interruption comes every {:.1f} min in the mean",
                                mean_life / kMinute),
                    fmt::format("a checkpoint is durable {:.1f} min after the last one",
                                (campaign.interval + costs.write) / kMinute),
                    fmt::format("after an interruption the restart takes {:.1f} min, the restore "
                                "{:.1f} min",
                                campaign.recovery.restart.value / kMinute, costs.restore / kMinute),
                    share_of(forecast, NodeState::kWaiting) +
                        " for nodes (spares: " + std::to_string(campaign.fleet.spares) + ")"},
        .remedies = {"nodes that live longer, or fewer of them",
                     "checkpoints and restarts much shorter than the time between interruptions",
                     "more spares, if the time goes into waiting"}}});
}

}  // namespace sextant::plan
