#pragma once

#include <vector>

#include "sextant/kernel/quantity.h"
#include "sextant/kernel/sim_time.h"

namespace sextant {

/// Requests per second at a time of the period, counted from the start of the simulation; between
/// two points, and from the last one to the first, the rate is interpolated linearly.
struct RatePoint {
  Seconds at;
  double requests_per_s = 0;
};

/// How many requests come, and when.
struct RequestLoad {
  std::vector<RatePoint> requests;  ///< at increasing times below `period`, one or more
  Seconds period{86400};
};

/// Requests per second over time: linear between points, repeated every period. No points: none
/// ever; one: constant.
class RequestCurve {
 public:
  /// Between two times, against so many requests per second that can be served.
  struct Load {
    double requests = 0;
    double unserved = 0;  ///< integral of what is above the capacity
    Seconds short_for;    ///< how long the rate was above it
  };

  /// Points are at increasing times within [0, period).
  explicit RequestCurve(const RequestLoad& load);

  double rate(SimTime at) const;
  /// The highest rate of a period [1/s].
  double peak() const;
  /// The mean over a period [1/s].
  double mean() const;
  /// Exact: closed form piece by piece. O(pieces between).
  Load between(SimTime from, SimTime to, double capacity) const;

 private:
  struct Place {
    std::size_t piece = 0;  ///< from points_[piece] to points_[piece + 1]
    std::int64_t into_ns = 0;
  };
  struct Point {
    std::int64_t at_ns = 0;
    double rate = 0;
  };

  Place place_of(SimTime at) const;
  double rate_at(std::size_t piece, std::int64_t into_ns) const;
  std::int64_t length_ns(std::size_t piece) const {
    return points_[piece + 1].at_ns - points_[piece].at_ns;
  }

  std::int64_t period_ns_;
  std::vector<Point> points_;  ///< from the first one to itself a period later
};

}  // namespace sextant
