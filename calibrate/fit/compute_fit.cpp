#include "calibrate/fit/compute_fit.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "calibrate/fit/least_squares.h"
#include "calibrate/fit/mark_fitted.h"
#include "calibrate/fit/rounding.h"

namespace sextant::fit {
namespace {

constexpr double kNoise = 0.04;   // of log(measured / fitted)
constexpr double kOutlier = 2.0;  // in kNoise
constexpr double kNormalQuantile90 = 1.2815515594457412;

/// One coefficient of ComputeCoefficients as an unknown: the logarithm of its ratio to the prior.
struct Unknown {
  const char* key;
  double (*get)(const ComputeCoefficients&);
  void (*set)(ComputeCoefficients&, double);
  void (*record)(ComputeCoefficients&, const std::string& source, const std::string& date);
  double max;
  double spread;  ///< of the logarithm
};

template <auto Member>
Unknown unknown(const char* key, const ComputeCoefficients& prior, double max) {
  const auto number = [](auto value) {
    if constexpr (std::is_same_v<decltype(value), double>) {
      return value;
    } else {
      return value.si();
    }
  };
  const auto& range = (prior.*Member).range;
  const double spread =
      range ? std::log(number((*range)[1]) / number((*range)[0])) / (2.0 * kNormalQuantile90)
            : std::log(2.0) / kNormalQuantile90;
  using Value = std::decay_t<decltype((prior.*Member).value)>;
  return {key,
          [](const ComputeCoefficients& c) {
            if constexpr (std::is_same_v<Value, double>) {
              return (c.*Member).value;
            } else {
              return (c.*Member).value.si();
            }
          },
          [](ComputeCoefficients& c, double value) { (c.*Member).value = Value(value); },
          [](ComputeCoefficients& c, const std::string& source, const std::string& date) {
            mark_fitted(c.*Member, source, date);
            (c.*Member).range.reset();
          },
          max,
          spread};
}

/// @source the constant for unfused attention in sim/training (WorkCounts::attention)
constexpr double kAttentionBytesPerScore = 9.0;  // in 16 bits

double median_error(const KernelTimer& timer, const std::vector<KernelPoint>& points) {
  std::vector<double> errors;
  for (const KernelPoint& point : points) {
    errors.push_back(std::abs(forecast(timer, point) / point.time - 1.0));
  }
  const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
  std::nth_element(errors.begin(), middle, errors.end());
  return *middle;
}

struct SortedPoints {
  std::vector<KernelPoint> fitted;
  std::map<std::string, std::vector<KernelPoint>> checked;  ///< by what they are
};

SortedPoints sorted(const std::vector<KernelPoint>& points) {
  const bool in_16_bits = std::any_of(points.begin(), points.end(), [](const KernelPoint& point) {
    return point.gemm.m > 0 && !point.attention && point.format == GemmFormat::k16bit;
  });
  SortedPoints result;
  for (const KernelPoint& point : points) {
    const bool gemm = point.gemm.m > 0;
    if (gemm && point.attention) {
      result.checked["attention"].push_back(point);
    } else if (gemm && in_16_bits && point.format == GemmFormat::kTf32) {
      result.checked["GEMMs in tf32"].push_back(point);
    } else if (gemm && in_16_bits && point.format == GemmFormat::kFp32) {
      result.checked["GEMMs in fp32"].push_back(point);
    } else {
      result.fitted.push_back(point);
    }
  }
  return result;
}

std::vector<Unknown> unknowns_of(const ComputeCoefficients& prior) {
  return {unknown<&ComputeCoefficients::gemm_16bit>("gemm_16bit", prior, 1.0),
          unknown<&ComputeCoefficients::gemm_fp8>("gemm_fp8", prior, 1.0),
          unknown<&ComputeCoefficients::gemm_half_k>("gemm_half_k", prior, 1e5),
          unknown<&ComputeCoefficients::memory>("memory", prior, 0.95),
          unknown<&ComputeCoefficients::kernel_gap>("kernel_gap", prior, 1.0)};
}

/// Moves the coefficients that `points` bear on.
void fit_to(const std::vector<KernelPoint>& points, const Accelerator& accelerator,
            const ComputeCoefficients& prior, const std::string& source, const std::string& date,
            ComputeFit& fit) {
  const std::vector<Unknown> unknowns = unknowns_of(prior);
  const auto rows = static_cast<Eigen::Index>(points.size());
  const auto columns = static_cast<Eigen::Index>(unknowns.size());
  const auto set = [&](const Eigen::VectorXd& x) {
    for (Eigen::Index i = 0; i < columns; ++i) {
      const Unknown& u = unknowns[static_cast<std::size_t>(i)];
      u.set(fit.coefficients, std::min(u.get(prior) * std::exp(x(i)), u.max));
    }
  };
  const auto residuals = [&](const Eigen::VectorXd& x) {
    set(x);
    const KernelTimer timer(accelerator, fit.coefficients);
    Eigen::VectorXd result(rows + columns);
    for (Eigen::Index row = 0; row < rows; ++row) {
      const KernelPoint& point = points[static_cast<std::size_t>(row)];
      result(row) = huber(std::log(forecast(timer, point) / point.time) / kNoise, kOutlier);
    }
    for (Eigen::Index i = 0; i < columns; ++i) {
      result(rows + i) = x(i) / unknowns[static_cast<std::size_t>(i)].spread;
    }
    return result;
  };
  const Eigen::VectorXd x = least_squares(residuals, Eigen::VectorXd::Zero(columns));
  const Eigen::VectorXd here = residuals(x);
  std::vector<bool> felt;
  for (Eigen::Index i = 0; i < columns; ++i) {
    Eigen::VectorXd moved = x;
    moved(i) -= 1e-3;  // away from an upper bound
    felt.push_back((residuals(moved) - here).head(rows).squaredNorm() > 0.0);
  }
  for (std::size_t i = 0; i < unknowns.size(); ++i) {
    const Unknown& u = unknowns[i];
    const double at_x = u.get(prior) * std::exp(x(static_cast<Eigen::Index>(i)));
    u.set(fit.coefficients, felt[i] ? rounded(std::min(at_x, u.max)) : u.get(prior));
    if (!felt[i]) continue;
    u.record(fit.coefficients, source, date);
    fit.fitted.emplace_back(u.key);
  }
}

}  // namespace

Seconds forecast(const KernelTimer& timer, const KernelPoint& point) {
  if (point.gemm.m == 0) return timer.streaming(point.bytes);
  if (!point.attention) return timer.gemm(point.gemm, point.format);
  const auto [rows, columns, width, heads] = point.gemm;
  const bool wide = point.format == GemmFormat::kTf32 || point.format == GemmFormat::kFp32;
  const double traffic = kAttentionBytesPerScore * (wide ? 2.0 : 1.0) * rows * columns * heads;
  return timer.gemm(point.gemm, point.format) +
         timer.gemm({rows, width, columns, heads}, point.format) + timer.streaming(Bytes(traffic));
}

std::size_t fitted_points(const std::vector<KernelPoint>& points) {
  return sorted(points).fitted.size();
}

ComputeFit fit_compute(const Accelerator& accelerator, const ComputeCoefficients& prior,
                       const std::vector<KernelPoint>& points, const std::string& source,
                       const std::string& date) {
  ComputeFit fit{.coefficients = prior, .fitted = {}, .median_error = 0.0, .checks = {}};
  const SortedPoints parts = sorted(points);
  if (!parts.fitted.empty()) fit_to(parts.fitted, accelerator, prior, source, date, fit);
  const KernelTimer timer(accelerator, fit.coefficients);
  if (!parts.fitted.empty()) fit.median_error = median_error(timer, parts.fitted);
  for (const auto& [kernels, checked] : parts.checked) {
    fit.checks.push_back({kernels, checked.size(), median_error(timer, checked)});
  }
  return fit;
}

}  // namespace sextant::fit
