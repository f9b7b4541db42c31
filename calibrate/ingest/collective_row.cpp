#include "calibrate/ingest/collective_row.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace sextant::ingest {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kRoundingNoise = 1e-6;  // relative; of the tool's own arithmetic

/// GB/s from the size and the printed time.
Interval rate_of_time(double bytes, const PrintedNumber& time_us) {
  const double high = time_us.low() > 0 ? bytes / time_us.low() * 1e-3 : kInfinity;
  return {bytes / time_us.high() * 1e-3, high};
}

}  // namespace

std::optional<double> element_bytes(std::string_view type) {
  using Type = std::pair<std::string_view, double>;
  static constexpr std::array kTypes{
      Type{"float", 4},    Type{"half", 2},     Type{"bfloat16", 2}, Type{"int8", 1},
      Type{"uint8", 1},    Type{"int32", 4},    Type{"uint32", 4},   Type{"double", 8},
      Type{"int64", 8},    Type{"uint64", 8},   Type{"f8e4m3", 1},   Type{"f8e5m2", 1},
      Type{"fp8_e4m3", 1}, Type{"fp8_e5m2", 1}, Type{"char", 1},     Type{"int", 4}};
  for (const auto& [name, bytes] : kTypes) {
    if (type == name) return bytes;
  }
  return std::nullopt;
}

bool is_consistent(double bytes, const RowFigures& figures) {
  constexpr double kTolerance = 0.02;
  const Interval rate = rate_of_time(bytes, figures.time_us);
  return figures.algbw.high() >= rate.low * (1 - kTolerance) &&
         figures.algbw.low() <= rate.high * (1 + kTolerance);
}

Interval factor_of(double bytes, const RowFigures& figures) {
  const Interval timed = rate_of_time(bytes, figures.time_us);
  Interval rate{std::max(figures.algbw.low(), timed.low),
                std::min(figures.algbw.high(), timed.high)};
  if (rate.low > rate.high) rate = {figures.algbw.low(), figures.algbw.high()};
  const double low = std::max(0.0, figures.busbw.low()) / rate.high * (1 - kRoundingNoise);
  const double high =
      rate.low > 0 ? figures.busbw.high() / rate.low * (1 + kRoundingNoise) : kInfinity;
  return {low, high};
}

}  // namespace sextant::ingest
