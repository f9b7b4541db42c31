#include "calibrate/fit/collective_blocks.h"

namespace sextant::fit {
namespace {

constexpr double kSmooth = 0.25;      // expected change of log(curve / start) over an octave
constexpr double kPriorSpread = 0.7;  // of log(curve / start) as a whole

}  // namespace

void CurveBlock::set(const Eigen::VectorXd& x) {
  for (std::size_t k = 0; k < start_.size(); ++k) {
    curve_.points[k].time = start_[k].time * std::exp(x(static_cast<Eigen::Index>(k)));
  }
}

Eigen::VectorXd CurveBlock::prior(const Eigen::VectorXd& x) const {
  Eigen::VectorXd rows(size());
  for (Eigen::Index k = 0; k + 1 < size(); ++k) rows(k) = (x(k + 1) - x(k)) / kSmooth;
  rows(size() - 1) = x.mean() / kPriorSpread;
  return rows;
}

void CurveBlock::record(const FitEvidence& evidence) {
  curve_.samples = evidence.samples;
  curve_.error = evidence.error;
  mark_fitted(curve_, evidence.source, evidence.date);
}

}  // namespace sextant::fit
