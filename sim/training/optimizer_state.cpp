#include "optimizer_state.h"

#include "sextant/training/checkpoint_state.h"

namespace sextant {
namespace {

bool wide(Precision precision) { return element_bytes(precision) == 4.0; }
bool wide(const StepInputs& inputs) { return wide(inputs.precision); }

/// Bytes of the moments per parameter.
double moment_bytes(Optimizer optimizer) {
  switch (optimizer) {
    case Optimizer::kAdam:
    case Optimizer::kLamb:
      return 8.0;
    case Optimizer::kAdamBf16Moments:  // DeepSeek-V3, arXiv 2412.19437
    case Optimizer::kLion:             // one moment, arXiv 2302.06675
    case Optimizer::kSgd:              // momentum
      return 4.0;
    case Optimizer::kAdam8bit:  // arXiv 2110.02861
      return 2.0;
    case Optimizer::kAdafactor:  // rows and columns only, arXiv 1804.04235
      return 0.0;
  }
  return 8.0;
}

}  // namespace

double element_bytes(Precision precision) {
  return precision == Precision::kFp32 || precision == Precision::kTf32 ? 4.0 : 2.0;
}

double gradient_bytes(const StepInputs& inputs) {
  if (wide(inputs)) return 4.0;
  return inputs.software.gradients == GradientType::kBf16 ? 2.0 : 4.0;
}

double optimizer_state_bytes(const StepInputs& inputs) {
  return (wide(inputs) ? 0.0 : 4.0) + moment_bytes(inputs.software.optimizer);
}

double checkpoint_bytes_per_parameter(Optimizer optimizer, Precision precision) {
  const double master = wide(precision) ? 0.0 : 4.0;
  return element_bytes(precision) + master + moment_bytes(optimizer);
}

double optimizer_traffic(const StepInputs& inputs) {
  const double norms = inputs.software.optimizer == Optimizer::kLamb ? 8.0 : 0.0;
  return 4.0 + 2.0 * (4.0 + moment_bytes(inputs.software.optimizer)) + (wide(inputs) ? 0.0 : 2.0) +
         norms;
}

}  // namespace sextant
