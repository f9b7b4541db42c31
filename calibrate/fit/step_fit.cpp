#include "calibrate/fit/step_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include <Eigen/Dense>

#include "calibrate/fit/coefficient_collector.h"
#include "calibrate/fit/least_squares.h"
#include "calibrate/fit/rounding.h"
#include "sextant/training/closed_step.h"
#include "sextant/training/step_model.h"

namespace sextant::fit {
namespace {

constexpr double kNormalQuantile90 = 1.2815515594457412;  // half of an 80 % range, in sigmas
constexpr double kConverged = 1e-4;                       // relative gain of an iteration
constexpr double kDifference = 1e-3;                      // of a coefficient's logarithm
/// A fit without one group starts at the fit of all, and has not far to go.
constexpr int kIterationsWithoutAGroup = 2;
constexpr double kFirstStride = 0.5, kLastStride = 0.1;  // of walks, in prior spreads

/// The fit's unknowns: logarithms of coefficients, in units of their prior spread.
class Unknowns {
 public:
  explicit Unknowns(Calibration& calibration)
      : parameters_(CoefficientCollector::collect(calibration)) {
    for (const Parameter& parameter : parameters_) {
      originals_.push_back(parameter.get());
      centres_.push_back(std::log(parameter.get()));
      spreads_.push_back(std::log(parameter.high / parameter.low) / (2.0 * kNormalQuantile90));
    }
  }

  /// Position of a calibration's coefficients.
  Eigen::VectorXd position(const Calibration& calibration) const {
    Calibration copy = calibration;
    const std::vector<Parameter> theirs = CoefficientCollector::collect(copy);
    Eigen::VectorXd x = Eigen::VectorXd::Zero(size());
    for (Eigen::Index i = 0; i < size(); ++i) {
      const auto k = static_cast<std::size_t>(i);
      for (const Parameter& parameter : theirs) {
        if (parameter.path != parameters_[k].path) continue;
        x(i) = (std::log(parameter.get()) - centres_[k]) / spreads_[k];
      }
    }
    return x;
  }

  const std::string& path(Eigen::Index i) const {
    return parameters_[static_cast<std::size_t>(i)].path;
  }
  Eigen::Index size() const { return static_cast<Eigen::Index>(parameters_.size()); }
  double spread(Eigen::Index i) const { return spreads_[static_cast<std::size_t>(i)]; }

  void apply(const Eigen::VectorXd& x) const {
    for (Eigen::Index i = 0; i < size(); ++i) {
      const auto k = static_cast<std::size_t>(i);
      parameters_[k].set(std::clamp(value(k, x(i)), parameters_[k].min, parameters_[k].max));
    }
  }

  /// Records what the fit says of the coefficients that it moved, to four digits; the others go
  /// back to what they were.
  void record(const Eigen::VectorXd& x, const Eigen::VectorXd& deviation,
              const std::vector<bool>& moved, const StepFitOptions& options) const {
    for (Eigen::Index i = 0; i < size(); ++i) {
      const auto k = static_cast<std::size_t>(i);
      if (!moved[k]) {
        parameters_[k].set(originals_[k]);
        continue;
      }
      const double half = kNormalQuantile90 * deviation(i);
      parameters_[k].set(rounded(parameters_[k].get()));
      parameters_[k].set_range(rounded(value(k, x(i) - half)),
                               std::min(rounded(value(k, x(i) + half)), parameters_[k].max));
      parameters_[k].set_fitted(options.source, options.date);
    }
  }

 private:
  double value(std::size_t k, double x) const { return std::exp(centres_[k] + spreads_[k] * x); }

  std::vector<Parameter> parameters_;
  std::vector<double> originals_, centres_, spreads_;
};

/// False if the step cannot depend on the coefficient: that of another accelerator generation,
/// network or framework.
bool depends(const StepInputs& inputs, const std::string& path) {
  const auto other = [&path](const std::string& family, const std::string& own) {
    return path.starts_with(family) && !path.starts_with(family + own + "/");
  };
  return !other("/accelerators/", inputs.node.accelerator.generation) &&
         !other("/fabrics/", inputs.node.fabric) && !other("/software/", inputs.software.framework);
}

class Problem {
 public:
  Problem(const Calibration& start, const std::vector<MeasuredStep>& steps,
          const StepFitOptions& options)
      : start_(start), steps_(steps), options_(options) {}

  /// `begin`, but the prior's value for a coefficient that no row depends on.
  Eigen::VectorXd start(Eigen::VectorXd begin, const Unknowns& unknowns) const {
    for (Eigen::Index i = 0; i < begin.size(); ++i) {
      const auto felt = [&](const MeasuredStep& step) {
        return depends(step.inputs, unknowns.path(i));
      };
      if (std::none_of(steps_.begin(), steps_.end(), felt)) begin(i) = 0.0;
    }
    return begin;
  }

  Eigen::VectorXd residuals(const Eigen::VectorXd& x) const {
    Eigen::VectorXd result(static_cast<Eigen::Index>(steps_.size()) + x.size());
    result.head(static_cast<Eigen::Index>(steps_.size())) = row_residuals(x, nullptr);
    result.tail(x.size()) = x;
    return result;
  }

  /// At `x`, which differs from where `before` was found in the coefficient at `path` only.
  Eigen::VectorXd residuals(const Eigen::VectorXd& x, const Eigen::VectorXd& before,
                            const std::string& path) const {
    const Eigen::VectorXd there = row_residuals(x, &path);
    Eigen::VectorXd result = before;
    for (Eigen::Index row = 0; row < there.size(); ++row) {
      if (std::isfinite(there(row))) result(row) = there(row);
    }
    result.tail(x.size()) = x;
    return result;
  }

  /// By differences; a row is forecast again only for the coefficients that it depends on.
  Eigen::MatrixXd jacobian(const Eigen::VectorXd& x, const Eigen::VectorXd& at_x,
                           const Unknowns& unknowns) const {
    const auto rows = static_cast<Eigen::Index>(steps_.size());
    Eigen::MatrixXd jacobian = Eigen::MatrixXd::Zero(at_x.size(), x.size());
    for (Eigen::Index column = 0; column < x.size(); ++column) {
      Eigen::VectorXd moved = x;
      const double step = kDifference / unknowns.spread(column);
      moved(column) -= step;  // towards smaller coefficients: never beyond an upper bound
      const Eigen::VectorXd there = row_residuals(moved, &unknowns.path(column));
      for (Eigen::Index row = 0; row < rows; ++row) {
        if (std::isfinite(there(row))) jacobian(row, column) = (at_x(row) - there(row)) / step;
      }
      jacobian(rows + column, column) = 1.0;
    }
    return jacobian;
  }

 private:
  /// NaN for rows that do not depend on the coefficient at `path`, if one is given.
  Eigen::VectorXd row_residuals(const Eigen::VectorXd& x, const std::string* path) const {
    Calibration calibration = start_;
    Unknowns(calibration).apply(x);
    Eigen::VectorXd result(static_cast<Eigen::Index>(steps_.size()));
    options_.for_each(steps_.size(), [&](std::size_t i) {
      double& residual = result(static_cast<Eigen::Index>(i));
      residual = std::numeric_limits<double>::quiet_NaN();
      if (path && !depends(steps_[i].inputs, *path)) return;
      const Seconds time = step_time(steps_[i].inputs, calibration);
      const double error = std::log(time / steps_[i].time);
      residual = huber(error / options_.noise, options_.outlier);
    });
    return result;
  }

  const Calibration& start_;
  const std::vector<MeasuredStep>& steps_;
  const StepFitOptions& options_;
};

/// The search for the least squares. Forecasts have kinks (a time hidden behind another, or not),
/// at which a gradient step may lead nowhere although its neighbourhood is better.
struct Search {
  const Problem& problem;
  const Unknowns& unknowns;
  Eigen::VectorXd x;
  Eigen::VectorXd residuals = problem.residuals(x);
  std::optional<Eigen::MatrixXd> jacobian_here = std::nullopt;  ///< where it is known already
  double damping = 1.0;
  bool walks = true;  ///< single coefficients are tried where no damping helps
  double stride = kFirstStride;

  bool accept(const Eigen::VectorXd& candidate, const Eigen::VectorXd& there) {
    if (there.squaredNorm() >= residuals.squaredNorm()) return false;
    x = candidate;
    residuals = there;
    return true;
  }

  /// Iterates until nothing helps any more; returns how often.
  int run(int iterations) {
    for (int done = 0; done < iterations; ++done) {
      const double before = residuals.squaredNorm();
      if (!step() && !(walks && walk_coordinates())) return done;
      if (before - residuals.squaredNorm() < kConverged * before) return done;
    }
    return iterations;
  }

  /// One iteration of Levenberg-Marquardt; false if no damping helps.
  bool step() {
    const Eigen::MatrixXd jacobian =
        jacobian_here ? *jacobian_here : problem.jacobian(x, residuals, unknowns);
    jacobian_here.reset();
    const Eigen::MatrixXd normal = jacobian.transpose() * jacobian;
    const Eigen::VectorXd gradient = jacobian.transpose() * residuals;
    for (int attempt = 0; attempt < 8; ++attempt) {
      Eigen::MatrixXd damped = normal;
      damped.diagonal() *= 1.0 + damping;
      const Eigen::VectorXd candidate = x - damped.ldlt().solve(gradient);
      const bool improved = accept(candidate, problem.residuals(candidate));
      damping *= improved ? 0.3 : 4.0;
      if (improved) return true;
    }
    damping = 1.0;
    return false;
  }

  /// Each coefficient on its own, up and down, by strides that halve until one helps.
  bool walk_coordinates() {
    for (; stride >= kLastStride; stride *= 0.5) {
      bool improved = false;
      for (Eigen::Index i = 0; i < x.size(); ++i) {
        for (const double direction : {1.0, -1.0}) {
          Eigen::VectorXd candidate = x;
          candidate(i) += direction * stride;
          if (!accept(candidate, problem.residuals(candidate, residuals, unknowns.path(i)))) {
            continue;
          }
          improved = true;
          break;
        }
      }
      if (improved) return true;
    }
    return false;
  }
};

}  // namespace

void one_after_another(std::size_t n, const std::function<void(std::size_t)>& body) {
  for (std::size_t i = 0; i < n; ++i) body(i);
}

StepFit fit_steps(const Calibration& prior, const Calibration& begin,
                  const std::vector<MeasuredStep>& steps, const StepFitOptions& options) {
  StepFit fit;
  fit.calibration = prior;
  const Unknowns unknowns(fit.calibration);
  const Problem problem(prior, steps, options);
  Search search{problem, unknowns, problem.start(unknowns.position(begin), unknowns)};
  fit.iterations = search.run(options.iterations);

  const Eigen::VectorXd& x = search.x;
  const Eigen::MatrixXd jacobian = problem.jacobian(x, search.residuals, unknowns);
  unknowns.apply(x);
  const Eigen::MatrixXd covariance = (jacobian.transpose() * jacobian).inverse();
  const auto rows = static_cast<Eigen::Index>(steps.size());
  std::vector<bool> moved;
  for (Eigen::Index i = 0; i < unknowns.size(); ++i) {
    // At a bound a coefficient has moved, although the rows no longer feel it.
    moved.push_back(jacobian.col(i).head(rows).squaredNorm() > 0.0 || std::abs(x(i)) > 1e-6);
  }
  unknowns.record(x, covariance.diagonal().cwiseSqrt(), moved, options);
  fit.parameters = static_cast<int>(std::count(moved.begin(), moved.end(), true));
  fit.cost = 0.5 * search.residuals.squaredNorm();
  return fit;
}

std::map<std::string, Calibration> fit_leaving_out(const Calibration& prior,
                                                   const Calibration& full,
                                                   const std::vector<MeasuredStep>& steps,
                                                   const StepFitOptions& options) {
  std::set<std::string> names;
  for (const MeasuredStep& step : steps) names.insert(step.group);
  const std::vector<std::string> groups(names.begin(), names.end());
  std::vector<Calibration> fitted(groups.size(), prior);
  // What all rows say at the fit of all; a group's rows are taken out of it.
  Calibration any = prior;
  const Unknowns unknowns(any);
  const Problem all(prior, steps, options);
  const Eigen::VectorXd x = unknowns.position(full);
  const Eigen::MatrixXd jacobian = all.jacobian(x, all.residuals(x), unknowns);

  StepFitOptions serial = options;
  serial.for_each = one_after_another;
  options.for_each(groups.size(), [&](std::size_t i) {
    std::vector<MeasuredStep> others;
    std::vector<Eigen::Index> rows;
    for (std::size_t row = 0; row < steps.size(); ++row) {
      if (steps[row].group == groups[i]) continue;
      others.push_back(steps[row]);
      rows.push_back(static_cast<Eigen::Index>(row));
    }
    for (Eigen::Index k = 0; k < x.size(); ++k) {  // the priors' rows
      rows.push_back(static_cast<Eigen::Index>(steps.size()) + k);
    }
    const Unknowns here(fitted[i]);
    const Problem problem(prior, others, serial);
    Search search{problem, here, problem.start(x, here)};
    search.jacobian_here = jacobian(rows, Eigen::all);
    search.damping = 1e-2;
    search.walks = false;
    search.run(kIterationsWithoutAGroup);
    here.apply(search.x);
  });
  std::map<std::string, Calibration> by_group;
  for (std::size_t i = 0; i < groups.size(); ++i) by_group[groups[i]] = std::move(fitted[i]);
  return by_group;
}

FittedDomain domain_of(const std::vector<MeasuredStep>& steps) {
  std::set<std::string> accelerators, fabrics, frameworks, features;
  FittedDomain domain;
  const auto widen = [](std::array<double, 2>& range, double value, bool first) {
    range = first ? std::array{value, value}
                  : std::array{std::min(range[0], value), std::max(range[1], value)};
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const StepInputs& inputs = steps[i].inputs;
    accelerators.insert(accelerator_key(inputs));
    if (inputs.accelerators > inputs.node.linked()) fabrics.insert(inputs.node.fabric);
    for (std::string& feature : step_features(inputs)) features.insert(std::move(feature));
    frameworks.insert(inputs.software.framework);
    widen(domain.ranks, static_cast<double>(inputs.accelerators), i == 0);
    widen(domain.hidden, static_cast<double>(inputs.model.hidden), i == 0);
    widen(domain.sequence_length, static_cast<double>(inputs.sequence_length), i == 0);
  }
  domain.accelerators.assign(accelerators.begin(), accelerators.end());
  domain.fabrics.assign(fabrics.begin(), fabrics.end());
  domain.frameworks.assign(frameworks.begin(), frameworks.end());
  domain.features.assign(features.begin(), features.end());
  return domain;
}

}  // namespace sextant::fit
