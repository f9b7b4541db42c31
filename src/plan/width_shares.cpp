#include "src/plan/width_shares.h"

#include <Eigen/Dense>
#include <cmath>

namespace sextant::plan {
namespace {

double mean_square(const Eigen::VectorXd& values) { return values.array().square().mean(); }

}  // namespace

WidthShares width_shares(const std::vector<DrawnOutcome>& replicas) {
  const Eigen::Index n = static_cast<Eigen::Index>(replicas.size());
  Eigen::Matrix<double, Eigen::Dynamic, 6> drawn(n, 6);
  Eigen::VectorXd wall(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const DrawnOutcome& replica = replicas[static_cast<std::size_t>(i)];
    const double rate = replica.rate_factor;
    const double recovery = replica.recovery_score;
    drawn.row(i) << std::log(replica.step_factor), rate, rate * rate, recovery, recovery * recovery,
        rate * recovery;
    wall(i) = replica.wall_time_s;
  }
  // About their means; what does not vary is zero, and the fit gives it no part.
  drawn.rowwise() -= drawn.colwise().mean().eval();
  wall.array() -= wall.mean();
  if (!(mean_square(wall) > 0)) return {};
  Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> decomposition;
  decomposition.setThreshold(1e-9);
  const Eigen::VectorXd fit = decomposition.compute(drawn).solve(wall);
  const double step = mean_square(drawn.col(0) * fit(0));
  const double rate = mean_square(drawn.middleCols<2>(1) * fit.segment<2>(1));
  const double recovery = mean_square(drawn.rightCols<3>() * fit.tail<3>());
  const double chance = mean_square(wall - drawn * fit);
  const double sum = step + rate + recovery + chance;
  return {.step_time = step / sum,
          .failure_rate = rate / sum,
          .recovery = recovery / sum,
          .chance = chance / sum};
}

}  // namespace sextant::plan
