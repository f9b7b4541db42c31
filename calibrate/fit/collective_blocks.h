#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <string>
#include <vector>

#include "calibrate/fit/mark_fitted.h"
#include "sextant/kernel/coefficient.h"
#include "sextant/network/transfer_curve.h"

namespace sextant::fit {

/// What stands behind fitted numbers.
struct FitEvidence {
  int samples = 0;
  double error = 0.0;  ///< median of |log(fitted / measured)|
  std::string source;
  std::string date;
};

/// Some unknowns of a fit: logarithms of numbers in place, 0 where the fit starts.
class Block {
 public:
  virtual ~Block() = default;
  virtual Eigen::Index size() const = 0;
  /// Moves the numbers to `x` of them.
  virtual void set(const Eigen::VectorXd& x) = 0;
  /// Residuals of the prior, as many as unknowns.
  virtual Eigen::VectorXd prior(const Eigen::VectorXd& x) const = 0;
  /// Notes the evidence beside the numbers that it has moved.
  virtual void record(const FitEvidence& evidence) = 0;
};

/// A curve that measurements bend away from where it starts: smoothly over the octaves, and not far
/// as a whole.
class CurveBlock : public Block {
 public:
  explicit CurveBlock(TransferCurve& curve) : curve_(curve), start_(curve.points) {}

  Eigen::Index size() const override { return static_cast<Eigen::Index>(start_.size()); }
  void set(const Eigen::VectorXd& x) override;
  Eigen::VectorXd prior(const Eigen::VectorXd& x) const override;
  void record(const FitEvidence& evidence) override;

 private:
  TransferCurve& curve_;
  std::vector<CurvePoint> start_;
};

/// One coefficient, whose logarithm is expected within `spread` of where it starts.
template <class T>
class CoefficientBlock : public Block {
 public:
  CoefficientBlock(Coefficient<T>& coefficient, double spread)
      : coefficient_(coefficient), start_(coefficient.value), spread_(spread) {}

  Eigen::Index size() const override { return 1; }

  void set(const Eigen::VectorXd& x) override {
    moved_ = std::abs(x(0)) > kMoved;
    coefficient_.value = start_ * std::exp(x(0));
  }

  Eigen::VectorXd prior(const Eigen::VectorXd& x) const override { return x / spread_; }

  void record(const FitEvidence& evidence) override {
    if (moved_) mark_fitted(coefficient_, evidence.source, evidence.date);
  }

 private:
  static constexpr double kMoved = 1e-3;  // less is the search's noise: no point felt it

  Coefficient<T>& coefficient_;
  T start_;
  double spread_;
  bool moved_ = false;
};

}  // namespace sextant::fit
