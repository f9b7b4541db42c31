#include "src/plan/width_shares.h"

#include <Eigen/Dense>
#include <cmath>

namespace sextant::plan {
namespace {

double variance(const Eigen::VectorXd& values) {
  return (values.array() - values.mean()).square().mean();
}

}  // namespace

WidthShares width_shares(const std::vector<DrawnOutcome>& replicas) {
  const Eigen::Index n = static_cast<Eigen::Index>(replicas.size());
  Eigen::MatrixX4d drawn(n, 4);
  Eigen::VectorXd wall(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const DrawnOutcome& replica = replicas[static_cast<std::size_t>(i)];
    const double rate = replica.rate_factor;
    drawn.row(i) << 1.0, std::log(replica.step_factor), rate, rate * rate;
    wall(i) = replica.wall_time_s;
  }
  const double whole = variance(wall);
  if (!(whole > 0)) return {};
  const Eigen::Vector4d fit = drawn.completeOrthogonalDecomposition().solve(wall);
  const double step = variance(drawn.col(1) * fit(1));
  const double rate = variance(drawn.rightCols<2>() * fit.tail<2>());
  const double chance = variance(wall - drawn * fit);
  const double sum = step + rate + chance;
  return {.step_time = step / sum, .failure_rate = rate / sum, .chance = chance / sum};
}

}  // namespace sextant::plan
