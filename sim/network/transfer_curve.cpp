#include "sextant/network/transfer_curve.h"

#include <algorithm>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

Seconds on_line(const CurvePoint& a, const CurvePoint& b, Bytes bytes) {
  const double share = (bytes - a.bytes) / (b.bytes - a.bytes);
  return std::max(a.time + (b.time - a.time) * share, Seconds(0));
}

}  // namespace

Seconds TransferCurve::at(Bytes bytes) const {
  SEXTANT_ASSERT(!points.empty(), "a transfer curve without points");
  if (points.size() == 1) return points[0].time * std::max(1.0, bytes / points[0].bytes);
  const auto above =
      std::lower_bound(points.begin(), points.end(), bytes,
                       [](const CurvePoint& point, Bytes wanted) { return point.bytes < wanted; });
  const CurvePoint& last = points.back();
  const CurvePoint& before = points[points.size() - 2];
  if (above == points.end()) {
    const Seconds line = std::max(on_line(before, last, bytes), last.time);
    return std::min(line, last.time * (bytes / last.bytes));
  }
  const auto right = std::max(above, points.begin() + 1);
  return on_line(*(right - 1), *right, bytes);
}

}  // namespace sextant
