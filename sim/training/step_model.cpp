#include "sextant/training/step_model.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sextant/training/operation_graph.h"
#include "sextant/training/parameters.h"
#include "sextant/training/stage_cut.h"
#include "step_graph.h"

namespace sextant {
namespace {

void note_outside(std::vector<std::string>& notes, const char* what, double value,
                  const std::array<double, 2>& range) {
  if (value >= range[0] && value <= range[1]) return;
  notes.push_back(
      fmt::format("{} {:.0f} is outside of {:.0f} to {:.0f}, on which the calibration "
                  "was fitted",
                  what, value, range[0], range[1]));
}

void note_missing(std::vector<std::string>& notes, const char* what, const std::string& key,
                  const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), key) != known.end()) return;
  notes.push_back(
      fmt::format("{} {} is not among the runs that the calibration was fitted on", what, key));
}

std::vector<std::string> extrapolations(const StepInputs& inputs, const Calibration& calibration,
                                        const CollectiveUse& use) {
  const FittedDomain& domain = calibration.domain;
  const auto measured = calibration.collectives.find(inputs.node.platform);
  const bool collectives_known = measured != calibration.collectives.end();
  std::vector<std::string> notes;
  if (collectives_known) notes = use.beyond(measured->second);
  if (domain.accelerators.empty()) {
    notes.emplace_back(
        "the calibration was not fitted to any run: its coefficients are assumptions");
    return notes;
  }
  note_missing(notes, "accelerator and precision", accelerator_key(inputs), domain.accelerators);
  if (!collectives_known && inputs.accelerators > inputs.node.linked()) {
    note_missing(notes, "network", inputs.node.fabric, domain.fabrics);
  }
  note_missing(notes, "software", inputs.software.framework, domain.frameworks);
  for (const std::string& feature : step_features(inputs)) {
    note_missing(notes, "feature", feature, domain.features);
  }
  note_outside(notes, "number of ranks", static_cast<double>(inputs.accelerators), domain.ranks);
  note_outside(notes, "hidden size", static_cast<double>(inputs.model.hidden), domain.hidden);
  note_outside(notes, "sequence length", static_cast<double>(inputs.sequence_length),
               domain.sequence_length);
  return notes;
}

/// FLOPs that the hardware does beyond the model's: the layers' forward pass again.
Flops recomputed_flops(const StepInputs& inputs, double tokens) {
  const Transformer& model = inputs.model;
  const double attention = 2.0 * static_cast<double>(model.layers * model.heads) *
                           static_cast<double>(model.head_width() + model.value_width()) *
                           static_cast<double>(inputs.sequence_length) *
                           (model.bidirectional ? 1.0 : 0.5);
  const double forward = model_flops_per_token(model, inputs.sequence_length).si() / 3.0;
  const double matrices = forward - attention - 2.0 * embedding_parameters(model);
  double again = 0.0;
  switch (inputs.layout.recompute) {
    case Recompute::kNone:
      break;
    case Recompute::kSelective:
      again = attention;
      break;
    case Recompute::kOperator:
      again = 0.5 * matrices;
      break;
    case Recompute::kFull:
      again = matrices + attention;
      break;
  }
  return Flops(tokens * again / inputs.layout.recompute_every);
}

/// Standard deviation of log(measured / predicted) that such a step has: that of runs with tensor
/// parallelism across nodes of its network, else of runs with its software, else of all.
double log_spread_of(const StepInputs& inputs, const Calibration& calibration) {
  const auto fabric = calibration.fabrics.find(inputs.node.fabric);
  const bool crossing = inputs.layout.tensor > inputs.node.linked();
  if (crossing && fabric != calibration.fabrics.end() && fabric->second.crossing_spread) {
    return *fabric->second.crossing_spread;
  }
  const auto software = calibration.software.find(inputs.software.framework);
  const bool known = software != calibration.software.end() && software->second.log_spread;
  return known ? *software->second.log_spread : calibration.log_spread;
}

}  // namespace

Bytes StepProfile::peak_memory() const {
  Bytes peak;
  for (const StageMemory& stage : memory) peak = std::max(peak, stage.total());
  return peak;
}

StepProfile forecast_step(const StepInputs& inputs, const Calibration& calibration) {
  if (inputs.layout.stage_cut()) {
    return forecast_step(cut_as_asked(inputs, calibration), calibration);
  }
  CollectiveUse use;
  const OperationGraph graph = build_step_graph(inputs, calibration, use);
  const OperationGraph::Timeline timeline = graph.replay();
  const PartTimes parts = graph.attribute(timeline);

  StepProfile profile;
  profile.time = Seconds(timeline.finish);
  for (std::size_t i = 0; i < kStepParts; ++i) {
    profile.breakdown[i] = Seconds(parts[static_cast<StepPart>(i)]);
  }
  profile.memory = forecast_memory(inputs);
  profile.accelerators = inputs.accelerators;
  profile.tokens =
      static_cast<double>(inputs.global_batch) * static_cast<double>(inputs.sequence_length);
  profile.model_flops =
      profile.tokens * model_flops_per_token(inputs.model, inputs.sequence_length, inputs.tuning);
  profile.hardware_flops = profile.model_flops + recomputed_flops(inputs, profile.tokens);
  const FlopsPerSecond peak =
      static_cast<double>(inputs.accelerators) * inputs.node.accelerator.peak_16bit.value;
  profile.mfu = profile.model_flops / (peak * profile.time);
  profile.hfu = profile.hardware_flops / (peak * profile.time);
  profile.log_spread = log_spread_of(inputs, calibration);
  profile.extrapolated = extrapolations(inputs, calibration, use);
  return profile;
}

}  // namespace sextant
