#pragma once

#include <string>
#include <vector>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

struct CurvePoint {
  Bytes bytes;
  Seconds time;
};

/// Measured time of one hop, message or whole collective against its bytes: the latency, the
/// bandwidth, the way from one to the other, and the jumps where the library changes its protocol.
struct TransferCurve {
  std::vector<CurvePoint> points;  ///< by ascending bytes, at least one
  std::string source;
  std::string date;
  Method method = Method::kAssumed;
  int samples = 0;     ///< measured points behind it
  double error = 0.0;  ///< median of |log(curve / measured)|

  /// Affine between the points and below the first; beyond the last as much per byte as at it, or
  /// as between the last two where that is less. Never negative. `bytes` ≥ 0.
  Seconds at(Bytes bytes) const;
};

template <class Archive>
void visit(Archive& a, CurvePoint& s) {
  a.object("curve_point", "One point of a transfer curve.");
  a.field("bytes", s.bytes, {.doc = "Bytes", .min = 0, .required = true});
  a.field("time", s.time, {.doc = "Time", .min = 0, .required = true});
}

template <class Archive>
void visit(Archive& a, TransferCurve& s) {
  a.object("transfer_curve", "Time against bytes, affine between the points.");
  a.field("points", s.points, {.doc = "By ascending bytes", .required = true});
  a.field("source", s.source, {.doc = "What was measured", .required = true});
  a.field("date", s.date, {.doc = "ISO 8601"});
  a.field("method", s.method, {.doc = "How it was obtained", .required = true});
  a.field("samples", s.samples, {.doc = "Measured points behind it", .min = 0});
  a.field("error", s.error, {.doc = "Median of |log(curve / measured)|", .min = 0});
}

}  // namespace sextant
