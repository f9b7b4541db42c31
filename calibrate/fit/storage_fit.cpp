#include "calibrate/fit/storage_fit.h"

#include <algorithm>
#include <cmath>

#include "calibrate/fit/least_squares.h"
#include "calibrate/fit/mark_fitted.h"
#include "calibrate/fit/rounding.h"

namespace sextant::fit {
namespace {

constexpr double kNoise = 0.1;    // of log(measured / fitted)
constexpr double kOutlier = 2.0;  // in kNoise

/// Logarithms of latency [s], bandwidth of a client and of the store [B/s].
Seconds forecast(const Eigen::Vector3d& x, const StoragePoint& point) {
  const double own = point.clients * std::exp(x(1));
  return Seconds(std::exp(x(0)) + point.bytes.si() * point.clients / std::min(own, std::exp(x(2))));
}

Eigen::Vector3d fit_direction(const std::vector<StoragePoint>& points) {
  double most = 0.0, most_of_one = 0.0, shortest = points.front().time.si();
  for (const StoragePoint& point : points) {
    const double rate = point.bytes.si() / point.time.si();
    most_of_one = std::max(most_of_one, rate);
    most = std::max(most, rate * point.clients);
    shortest = std::min(shortest, point.time.si());
  }
  const Eigen::Vector3d start(std::log(0.5 * shortest), std::log(most_of_one), std::log(most));
  const auto residuals = [&](const Eigen::VectorXd& x) {
    const auto rows = static_cast<Eigen::Index>(points.size());
    Eigen::VectorXd result(rows + 3);
    for (Eigen::Index row = 0; row < rows; ++row) {
      const StoragePoint& point = points[static_cast<std::size_t>(row)];
      result(row) = huber(std::log(forecast(x, point) / point.time) / kNoise, kOutlier);
    }
    // Weak: only where no point tells.
    result(rows) = (x(0) - start(0)) / 2.0;
    result(rows + 1) = (x(1) - start(1)) / 1.0;
    result(rows + 2) = (x(2) - start(2)) / 0.3;
    return result;
  };
  return least_squares(residuals, start);
}

}  // namespace

StorageFit fit_storage(const std::string& name, const std::vector<StoragePoint>& points,
                       const std::string& source, const std::string& date) {
  StorageFit fit;
  fit.target.name = name;
  fit.fitted.resize(points.size());
  std::vector<double> errors;
  for (const bool write : {true, false}) {
    std::vector<StoragePoint> same;
    for (const StoragePoint& point : points) {
      if (point.write == write) same.push_back(point);
    }
    if (same.empty()) continue;
    const Eigen::Vector3d x = fit_direction(same);
    auto& bandwidth = write ? fit.target.write_bandwidth : fit.target.read_bandwidth;
    bandwidth.value = BytesPerSecond(rounded(std::exp(x(2))));
    mark_fitted(bandwidth, source, date);
    bandwidth.range.reset();
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (points[i].write != write) continue;
      fit.fitted[i] = forecast(x, points[i]);
      errors.push_back(std::abs(fit.fitted[i] / points[i].time - 1.0));
    }
  }
  std::nth_element(errors.begin(), errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2),
                   errors.end());
  fit.median_error = errors[errors.size() / 2];
  return fit;
}

}  // namespace sextant::fit
