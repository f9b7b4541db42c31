#include "src/endpoints/estimate.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "sextant/kernel/portable_math.h"
#include "sextant/training/parameters.h"
#include "sextant/training/step_model.h"
#include "src/endpoints/engine.h"
#include "src/plan/evaluation.h"

namespace sextant::endpoints {
namespace {

using scenario::EndpointAlternative;
using scenario::EstimatedModel;

/// Rows of an output head that costs next to nothing.
constexpr std::int64_t kNoHead = 1024;
constexpr int kMostSequences = 1024;

class Copy {
 public:
  Copy(const EndpointAlternative& alternative, const Calibration& calibration)
      : alternative_(alternative),
        asked_(*alternative.estimate),
        model_(*asked_.model),
        calibration_(calibration),
        device_(alternative.mig.empty() ? **alternative.accelerator
                                        : mig_share(**alternative.accelerator, alternative.mig)),
        coefficients_(calibration.accelerators.at(device_.generation)),
        timer_(device_, coefficients_) {}

  CopyEstimate result(int sequences, Seconds patience) {
    result_.memory = engine_.usable_memory * device_.memory.value;
    result_.weights = total_parameters(model_) * operand() / asked_.tensor;
    result_.keys_and_values = tokens() * static_cast<double>(model_.layers) * kept_per_token();
    if (asked_.output_tokens == 0) result_.keys_and_values = Bytes(0);
    result_.most_in_memory = most_in_memory();
    if (result_.most_in_memory == 0) return result_;
    result_.single_forward = forward(1);
    if (sequences == 0) sequences = longest_that_lasts(patience);
    serve(std::min(sequences, result_.most_in_memory));
    return result_;
  }

 private:
  Bytes operand() const { return Bytes(asked_.precision == Precision::kFp8 ? 1 : 2); }
  double tokens() const { return static_cast<double>(asked_.input_tokens + asked_.output_tokens); }
  Bytes kept_per_token() const;
  int most_in_memory() const;
  int longest_that_lasts(Seconds patience);
  void serve(int sequences);
  StepInputs step_inputs(int sequences) const;
  Seconds forward(int sequences);
  Seconds decode_step(int sequences) const;
  Seconds layer(LayerKind kind, double sequences) const;
  Seconds all_reduce(double sequences) const;

  const EndpointAlternative& alternative_;
  const EstimatedModel& asked_;
  const Transformer& model_;
  const Calibration& calibration_;
  Accelerator device_;
  const ComputeCoefficients& coefficients_;
  KernelTimer timer_;
  EngineCoefficients engine_;
  CopyEstimate result_;
};

/// Keys and values of a token in one layer.
Bytes Copy::kept_per_token() const {
  if (const auto& latent = model_.latent_attention) {
    return static_cast<double>(latent->key_value_rank + latent->rotary_width) * operand();
  }
  const auto width = model_.head_width() + model_.value_width();
  return static_cast<double>(model_.key_value_heads() * width) * operand();
}

int Copy::most_in_memory() const {
  const Bytes left = asked_.tensor * (result_.memory - result_.weights);
  if (left <= Bytes(0)) return 0;
  if (result_.keys_and_values == Bytes(0)) return kMostSequences;
  return static_cast<int>(std::min<double>(left / result_.keys_and_values, kMostSequences));
}

/// The largest power of two that memory holds and whose service is no longer than that; at least 1.
int Copy::longest_that_lasts(Seconds patience) {
  int sequences = 1;
  while (2 * sequences <= result_.most_in_memory) {
    serve(2 * sequences);
    if (result_.service > patience) break;
    sequences *= 2;
  }
  return sequences;
}

void Copy::serve(int sequences) {
  result_.sequences = sequences;
  if (asked_.output_tokens == 0) {
    result_.forward = forward(sequences);
    result_.service = result_.forward;
    result_.requests_per_s = sequences / result_.service.si();
    return;
  }
  const auto together = static_cast<int>(engine_.tokens_together.value / asked_.input_tokens);
  const int joined = std::clamp(together, 1, sequences);
  result_.forward = forward(joined) / joined;
  result_.decode_step = decode_step(sequences);
  const auto generated = static_cast<double>(asked_.output_tokens);
  result_.service = sequences * result_.forward + generated * result_.decode_step;
  result_.requests_per_s = sequences / result_.service.si();
}

StepInputs Copy::step_inputs(int sequences) const {
  StepInputs inputs;
  inputs.model = model_;
  inputs.model.vocabulary = kNoHead;
  inputs.model.tied_embeddings = true;
  inputs.layout.tensor = asked_.tensor;
  inputs.layout.micro_batch = sequences;
  inputs.software.cuda_graphs = true;
  inputs.node.accelerator = device_;
  inputs.node.accelerators = asked_.tensor;
  inputs.node.fabric = (*alternative_.instance)->fabric;
  inputs.accelerators = asked_.tensor;
  inputs.sequence_length = asked_.input_tokens;
  inputs.global_batch = sequences;
  inputs.precision = asked_.precision;
  return inputs;
}

Seconds Copy::forward(int sequences) {
  const StepInputs inputs = step_inputs(sequences);
  result_.extrapolated = forecast_step(inputs, calibration_).extrapolated;
  return plan::forward_time(inputs, calibration_);
}

Seconds Copy::decode_step(int sequences) const {
  const double b = sequences;
  Seconds time;
  for (std::int64_t i = 0; i < model_.layers; ++i) {
    time += layer(model_.has_experts(i) ? LayerKind::kExpert : LayerKind::kDense, b);
  }
  const Gemm head{.m = b,
                  .n = static_cast<double>(model_.vocabulary) / asked_.tensor,
                  .k = static_cast<double>(model_.hidden)};
  return time + timer_.gemm(head);
}

Seconds Copy::layer(LayerKind kind, double sequences) const {
  const GemmFormat format =
      asked_.precision == Precision::kFp8 ? GemmFormat::kFp8 : GemmFormat::k16bit;
  const auto hidden = static_cast<double>(model_.hidden);
  const LayerParameters weights = layer_parameters(model_, kind);
  Seconds time = timer_.gemm(
      {.m = sequences, .n = weights.common / hidden / asked_.tensor, .k = hidden}, format);
  time += timer_.streaming(Bytes(0), engine_.matrices - 1);
  if (weights.routed > 0) {
    const auto count = static_cast<double>(model_.experts->count);
    const double chosen = static_cast<double>(model_.experts->top_k) / count;
    const double read = count * (1 - portable_pow(1 - chosen, sequences));
    const double each = weights.routed / count / hidden / asked_.tensor;
    time += timer_.gemm(
        {.m = sequences * chosen * count / read, .n = each, .k = hidden, .batch = read}, format);
  }
  // Half of the tokens to be generated are there on average.
  const double context =
      static_cast<double>(asked_.input_tokens) + static_cast<double>(asked_.output_tokens) / 2;
  time += timer_.streaming(sequences * context * kept_per_token() / asked_.tensor, 2);
  time += timer_.streaming(Bytes(engine_.small_traffic * 2 * sequences * hidden),
                           engine_.small_kernels);
  return time + 2 * all_reduce(sequences);
}

Seconds Copy::all_reduce(double sequences) const {
  const double ranks = asked_.tensor;
  if (ranks == 1) return Seconds(0);
  const Bytes size(2 * sequences * static_cast<double>(model_.hidden));
  const BytesPerSecond rate = device_.link_bandwidth.value * coefficients_.link.value;
  return 2 * (ranks - 1) * coefficients_.link_latency.value + 2 * (ranks - 1) / ranks * size / rate;
}

}  // namespace

Accelerator mig_share(const Accelerator& accelerator, const std::string& profile) {
  constexpr double kParts = 8;
  int slices = 0, gigabytes = 0;
  const char* end = profile.data() + profile.size();
  const auto after = std::from_chars(profile.data(), end, slices).ptr;
  std::from_chars(after + 2, end, gigabytes);  // "g."
  const double compute = slices / kParts;
  const double eighths =
      std::round(kParts * gigabytes / std::round(accelerator.memory.value.si() / 1e9));
  const double memory = std::max(1.0, eighths) / kParts;
  Accelerator share = accelerator;
  share.memory.value = memory * accelerator.memory.value;
  share.memory_bandwidth.value = memory * accelerator.memory_bandwidth.value;
  share.multiprocessors.value =
      std::max(1, static_cast<int>(compute * accelerator.multiprocessors.value));
  share.peak_16bit.value = compute * accelerator.peak_16bit.value;
  for (auto* peak : {&share.peak_fp8, &share.peak_fp32, &share.peak_tf32}) {
    if (*peak) (*peak)->value = compute * (*peak)->value;
  }
  return share;
}

CopyEstimate estimate_copy(const EndpointAlternative& alternative, const Calibration& calibration,
                           int sequences, Seconds patience) {
  return Copy(alternative, calibration).result(sequences, patience);
}

}  // namespace sextant::endpoints
