#include "calibrate/fit/least_squares.h"

#include <cmath>

namespace sextant::fit {

double huber(double residual, double outlier) {
  const double size = std::abs(residual);
  if (size <= outlier) return residual;
  return std::copysign(std::sqrt(outlier * (2.0 * size - outlier)), residual);
}

Eigen::VectorXd least_squares(
    const std::function<Eigen::VectorXd(const Eigen::VectorXd&)>& residuals, Eigen::VectorXd start,
    int iterations) {
  constexpr double kDifference = 1e-5;
  constexpr double kConverged = 1e-6;
  Eigen::VectorXd x = std::move(start);
  Eigen::VectorXd here = residuals(x);
  double damping = 1e-2;
  for (int iteration = 0; iteration < iterations; ++iteration) {
    Eigen::MatrixXd jacobian(here.size(), x.size());
    for (Eigen::Index column = 0; column < x.size(); ++column) {
      Eigen::VectorXd moved = x;
      moved(column) += kDifference;
      jacobian.col(column) = (residuals(moved) - here) / kDifference;
    }
    const Eigen::MatrixXd normal = jacobian.transpose() * jacobian;
    const Eigen::VectorXd gradient = jacobian.transpose() * here;
    const double before = here.squaredNorm();
    bool improved = false;
    for (int attempt = 0; attempt < 12 && !improved; ++attempt) {
      Eigen::MatrixXd damped = normal;
      damped.diagonal() *= 1.0 + damping;
      const Eigen::VectorXd candidate = x - damped.ldlt().solve(gradient);
      const Eigen::VectorXd there = residuals(candidate);
      improved = there.squaredNorm() < before;
      damping *= improved ? 0.3 : 4.0;
      if (improved) {
        x = candidate;
        here = there;
      }
    }
    if (!improved || before - here.squaredNorm() < kConverged * before) break;
  }
  return x;
}

}  // namespace sextant::fit
