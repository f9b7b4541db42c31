#include "sextant/serving/request_curve.h"

#include <algorithm>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

/// Adds what a rate that goes from `a` to `b` in so many seconds brings.
void add_piece(RequestCurve::Load& load, double a, double b, double seconds, double capacity) {
  load.requests += (a + b) / 2 * seconds;
  const double high = std::max(a, b) - capacity;
  const double low = std::min(a, b) - capacity;
  if (high <= 0) return;
  if (low >= 0) {
    load.unserved += (high + low) / 2 * seconds;
    load.short_for += Seconds(seconds);
    return;
  }
  const double above = seconds * high / (high - low);
  load.unserved += high / 2 * above;
  load.short_for += Seconds(above);
}

}  // namespace

RequestCurve::RequestCurve(const RequestLoad& load)
    : period_ns_(SimDuration::rounded(load.period).ns()) {
  SEXTANT_ASSERT(period_ns_ > 0, "a period of {} s", load.period.si());
  for (const RatePoint& point : load.requests) {
    points_.push_back({SimDuration::rounded(point.at).ns(), point.requests_per_s});
  }
  if (points_.empty()) points_.push_back({});
  points_.push_back({points_.front().at_ns + period_ns_, points_.front().rate});
  for (std::size_t i = 0; i + 1 < points_.size(); ++i) {
    SEXTANT_ASSERT(points_[i].at_ns < points_[i + 1].at_ns, "points of a curve out of order");
  }
}

RequestCurve::Place RequestCurve::place_of(SimTime at) const {
  const std::int64_t first = points_.front().at_ns;
  std::int64_t phase = (at.ns() - first) % period_ns_;
  if (phase < 0) phase += period_ns_;
  const auto after =
      std::upper_bound(points_.begin(), points_.end(), first + phase,
                       [](std::int64_t time, const Point& point) { return time < point.at_ns; });
  const auto piece = static_cast<std::size_t>(after - points_.begin()) - 1;
  return {piece, first + phase - points_[piece].at_ns};
}

double RequestCurve::rate_at(std::size_t piece, std::int64_t into_ns) const {
  const double share = static_cast<double>(into_ns) / static_cast<double>(length_ns(piece));
  const double from = points_[piece].rate;
  return from + share * (points_[piece + 1].rate - from);
}

double RequestCurve::rate(SimTime at) const {
  const Place place = place_of(at);
  return rate_at(place.piece, place.into_ns);
}

double RequestCurve::peak() const {
  double peak = 0;
  for (const Point& point : points_) peak = std::max(peak, point.rate);
  return peak;
}

double RequestCurve::mean() const {
  const Load period = between(SimTime(), SimTime(period_ns_), 0);
  return period.requests / SimDuration(period_ns_).seconds().si();
}

RequestCurve::Load RequestCurve::between(SimTime from, SimTime to, double capacity) const {
  Load load;
  Place place = place_of(from);
  for (std::int64_t left = (to - from).ns(); left > 0;) {
    const std::int64_t step = std::min(left, length_ns(place.piece) - place.into_ns);
    const double begin = rate_at(place.piece, place.into_ns);
    const double end = rate_at(place.piece, place.into_ns + step);
    add_piece(load, begin, end, SimDuration(step).seconds().si(), capacity);
    left -= step;
    place = {.piece = (place.piece + 1) % (points_.size() - 1), .into_ns = 0};
  }
  return load;
}

}  // namespace sextant
