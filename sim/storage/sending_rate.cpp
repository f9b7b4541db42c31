#include "sim/storage/sending_rate.h"

#include <algorithm>
#include <cmath>

#include "sextant/kernel/portable_math.h"

namespace sextant {
namespace {

constexpr double kScale = 0.4;
constexpr double kBeta = 0.7;
constexpr double kSmoothing = 0.8;
constexpr double kInterval = 0.5;  ///< between two measurements [s]
constexpr double kLeastRate = 0.5;
/// Tokens that may be short of a whole one: times are rounded to nanoseconds.
constexpr double kRounding = 1e-6;

}  // namespace

double SendingRate::wait(double now) {
  if (!limited_) return 0;
  refill(now);
  return tokens_ >= 1 - kRounding ? 0 : (1 - tokens_) / rate_;
}

void SendingRate::sent() {
  if (limited_) tokens_ -= 1;
}

void SendingRate::answered(double now, bool throttled) {
  const double measured = measure(now);
  double rate = 0;
  if (throttled) {
    top_ = limited_ ? std::min(measured, rate_) : measured;
    climb_ = portable_pow(top_ * (1 - kBeta) / kScale, 1.0 / 3);
    fell_ = now;
    rate = kBeta * top_;
    limited_ = true;
  } else {
    const double since = now - fell_ - climb_;
    rate = kScale * since * since * since + top_;
  }
  set(now, std::min(rate, 2 * measured));
}

double SendingRate::measure(double now) {
  answers_ += 1;
  const double interval = std::floor(now / kInterval) * kInterval;
  if (interval > counted_) {
    const double present = answers_ / (interval - counted_);
    measured_ = kSmoothing * present + (1 - kSmoothing) * measured_;
    answers_ = 0;
    counted_ = interval;
  }
  return measured_;
}

void SendingRate::refill(double now) {
  tokens_ = std::min(capacity_, tokens_ + (now - refilled_) * rate_);
  refilled_ = now;
}

void SendingRate::set(double now, double rate) {
  refill(now);
  rate_ = std::max(rate, kLeastRate);
  capacity_ = std::max(rate, 1.0);
  tokens_ = std::min(tokens_, capacity_);
}

}  // namespace sextant
