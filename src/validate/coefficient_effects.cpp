#include "src/validate/coefficient_effects.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <type_traits>
#include <utility>

#include "sextant/kernel/field.h"
#include "sextant/training/step_model.h"
#include "src/io/type_traits.h"

namespace sextant::validate {
namespace {

/// Downwards: shares of 100 % have no room above.
constexpr double kScale = 0.99;

/// The archive that scales one coefficient after the other and forecasts the step with it.
class EffectWalker {
 public:
  EffectWalker(const StepInputs& inputs, const Calibration& calibration)
      : inputs_(inputs), calibration_(calibration), time_(step_time()) {}

  std::vector<CoefficientEffect> walk() {
    visit(*this, calibration_);
    return std::move(effects_);
  }

  void object(const char*, const char*) {}

  template <class T>
  void field(const char* key, T& value, const Field& = {}) {
    const std::size_t parent = path_.size();
    if (!path_.empty()) path_ += '.';
    path_ += key;
    if (std::string_view(key) != "release") descend(value);
    path_.resize(parent);
  }

 private:
  template <class T>
  void descend(T& value) {
    if constexpr (io::kIsOptional<T>) {
      if (value) descend(*value);
    } else if constexpr (std::is_same_v<T, TransferCurve>) {
      measure(value, [&] {
        for (CurvePoint& point : value.points) point.time *= kScale;
      });
    } else if constexpr (io::kIsCoefficient<T>) {
      if constexpr (!std::is_integral_v<decltype(value.value)>) {
        measure(value.value, [&] { value.value *= kScale; });
      }
    } else if constexpr (io::kIsMap<T>) {
      for (auto& [name, element] : value) field(name.c_str(), element);
    } else if constexpr (!io::kIsVector<T> && !io::kIsArray<T> && !std::is_arithmetic_v<T> &&
                         !std::is_same_v<T, std::string> && std::is_class_v<T>) {
      visit(*this, value);
    }
  }

  /// Forecasts the step with `value` as `change` makes it, and puts it back.
  template <class T, class Change>
  void measure(T& value, const Change& change) {
    const T saved = value;
    change();
    const double elasticity = std::log(step_time() / time_) / std::log(kScale);
    value = saved;
    if (std::abs(elasticity) >= kLeastEffect) effects_.push_back({path_, elasticity});
  }

  double step_time() const { return forecast_step(inputs_, calibration_).time.si(); }

  const StepInputs& inputs_;
  Calibration calibration_;
  double time_;
  std::string path_;
  std::vector<CoefficientEffect> effects_;
};

}  // namespace

std::vector<CoefficientEffect> coefficient_effects(const StepInputs& inputs,
                                                   const Calibration& calibration) {
  std::vector<CoefficientEffect> effects = EffectWalker(inputs, calibration).walk();
  std::stable_sort(effects.begin(), effects.end(), [](const auto& a, const auto& b) {
    return std::abs(a.elasticity) > std::abs(b.elasticity);
  });
  return effects;
}

}  // namespace sextant::validate
