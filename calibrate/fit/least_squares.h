#pragma once

#include <Eigen/Dense>
#include <functional>

namespace sextant::fit {

/// Residual of one point in units of noise, bent so that its square is Huber's loss: quadratic up
/// to `outlier`, linear beyond.
double huber(double residual, double outlier);

/// x that minimises |residuals(x)|² (Levenberg-Marquardt, differences for the Jacobian), from
/// `start`. Stops where an iteration gains less than 1e-6 of the sum, or after `iterations`.
Eigen::VectorXd least_squares(
    const std::function<Eigen::VectorXd(const Eigen::VectorXd&)>& residuals, Eigen::VectorXd start,
    int iterations = 100);

}  // namespace sextant::fit
