#include "calibrate/fit/step_fit.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <Eigen/Dense>

#include "calibrate/fit/coefficient_collector.h"
#include "sextant/training/step_model.h"

namespace sextant::fit {
namespace {

constexpr double kNormalQuantile90 = 1.2815515594457412;  // half of an 80 % range, in sigmas
constexpr double kDifference = 1e-3;                      // of a coefficient's logarithm

/// The fit's unknowns: logarithms of coefficients, in units of their prior spread.
class Unknowns {
 public:
  explicit Unknowns(Calibration& calibration)
      : parameters_(CoefficientCollector::collect(calibration)) {
    for (const Parameter& parameter : parameters_) {
      centres_.push_back(std::log(parameter.get()));
      spreads_.push_back(std::log(parameter.high / parameter.low) / (2.0 * kNormalQuantile90));
    }
  }

  Eigen::Index size() const { return static_cast<Eigen::Index>(parameters_.size()); }
  double spread(Eigen::Index i) const { return spreads_[static_cast<std::size_t>(i)]; }

  void apply(const Eigen::VectorXd& x) const {
    for (Eigen::Index i = 0; i < size(); ++i) {
      const auto k = static_cast<std::size_t>(i);
      parameters_[k].set(std::clamp(value(k, x(i)), parameters_[k].min, parameters_[k].max));
    }
  }

  void apply_ranges(const Eigen::VectorXd& x, const Eigen::VectorXd& deviation) const {
    for (Eigen::Index i = 0; i < size(); ++i) {
      const auto k = static_cast<std::size_t>(i);
      const double half = kNormalQuantile90 * deviation(i);
      parameters_[k].set_range(value(k, x(i) - half),
                               std::min(value(k, x(i) + half), parameters_[k].max));
    }
  }

 private:
  double value(std::size_t k, double x) const { return std::exp(centres_[k] + spreads_[k] * x); }

  std::vector<Parameter> parameters_;
  std::vector<double> centres_, spreads_;
};

/// Residual of one row in units of noise, bent so that its square is Huber's loss.
double huber(double residual, double outlier) {
  const double size = std::abs(residual);
  if (size <= outlier) return residual;
  return std::copysign(std::sqrt(outlier * (2.0 * size - outlier)), residual);
}

class Problem {
 public:
  Problem(const Calibration& start, const std::vector<MeasuredStep>& steps,
          const StepFitOptions& options)
      : start_(start), steps_(steps), options_(options) {}

  Eigen::VectorXd residuals(const Eigen::VectorXd& x) const {
    Calibration calibration = start_;
    Unknowns(calibration).apply(x);
    const auto rows = static_cast<Eigen::Index>(steps_.size());
    Eigen::VectorXd result(rows + x.size());
    options_.for_each(steps_.size(), [&](std::size_t i) {
      const Seconds time = forecast_step(steps_[i].inputs, calibration).time;
      const double error = std::log(time / steps_[i].time);
      result(static_cast<Eigen::Index>(i)) = huber(error / options_.noise, options_.outlier);
    });
    result.tail(x.size()) = x;
    return result;
  }

  Eigen::MatrixXd jacobian(const Eigen::VectorXd& x, const Eigen::VectorXd& at_x,
                           const Eigen::VectorXd& spreads) const {
    Eigen::MatrixXd jacobian(at_x.size(), x.size());
    for (Eigen::Index column = 0; column < x.size(); ++column) {
      Eigen::VectorXd moved = x;
      const double step = kDifference / spreads(column);
      moved(column) -= step;  // towards smaller coefficients: never beyond an upper bound
      jacobian.col(column) = (at_x - residuals(moved)) / step;
    }
    return jacobian;
  }

 private:
  const Calibration& start_;
  const std::vector<MeasuredStep>& steps_;
  const StepFitOptions& options_;
};

}  // namespace

StepFit fit_steps(const Calibration& start, const std::vector<MeasuredStep>& steps,
                  const StepFitOptions& options) {
  StepFit fit;
  fit.calibration = start;
  const Unknowns unknowns(fit.calibration);
  const Problem problem(start, steps, options);
  Eigen::VectorXd spreads(unknowns.size());
  for (Eigen::Index i = 0; i < unknowns.size(); ++i) spreads(i) = unknowns.spread(i);

  Eigen::VectorXd x = Eigen::VectorXd::Zero(unknowns.size());
  Eigen::VectorXd residuals = problem.residuals(x);
  Eigen::MatrixXd normal;
  double damping = 1e-2;
  for (; fit.iterations < options.iterations; ++fit.iterations) {
    const Eigen::MatrixXd jacobian = problem.jacobian(x, residuals, spreads);
    normal = jacobian.transpose() * jacobian;
    const Eigen::VectorXd gradient = jacobian.transpose() * residuals;
    bool improved = false;
    double gain = 0.0;
    for (int attempt = 0; attempt < 8 && !improved; ++attempt) {
      Eigen::MatrixXd damped = normal;
      damped.diagonal() *= 1.0 + damping;
      const Eigen::VectorXd candidate = x - damped.ldlt().solve(gradient);
      const Eigen::VectorXd at_candidate = problem.residuals(candidate);
      gain = residuals.squaredNorm() - at_candidate.squaredNorm();
      improved = gain > 0.0;
      damping *= improved ? 0.3 : 4.0;
      if (improved) {
        x = candidate;
        residuals = at_candidate;
      }
    }
    if (!improved || gain < 1e-4 * residuals.squaredNorm()) break;
  }
  unknowns.apply(x);
  if (normal.size() > 0) {
    const Eigen::VectorXd variances = normal.inverse().diagonal();
    unknowns.apply_ranges(x, variances.cwiseSqrt());
  }
  fit.cost = 0.5 * residuals.squaredNorm();
  fit.parameters = static_cast<int>(unknowns.size());
  return fit;
}

FittedDomain domain_of(const std::vector<MeasuredStep>& steps) {
  std::set<std::string> accelerators, fabrics, frameworks;
  FittedDomain domain;
  const auto widen = [](std::array<double, 2>& range, double value, bool first) {
    range = first ? std::array{value, value}
                  : std::array{std::min(range[0], value), std::max(range[1], value)};
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const StepInputs& inputs = steps[i].inputs;
    accelerators.insert(accelerator_key(inputs));
    if (inputs.accelerators > inputs.node.accelerators) fabrics.insert(inputs.node.fabric);
    frameworks.insert(inputs.software.framework);
    widen(domain.ranks, static_cast<double>(inputs.accelerators), i == 0);
    widen(domain.hidden, static_cast<double>(inputs.model.hidden), i == 0);
    widen(domain.sequence_length, static_cast<double>(inputs.sequence_length), i == 0);
  }
  domain.accelerators.assign(accelerators.begin(), accelerators.end());
  domain.fabrics.assign(fabrics.begin(), fabrics.end());
  domain.frameworks.assign(frameworks.begin(), frameworks.end());
  return domain;
}

}  // namespace sextant::fit
