#pragma once

#include <algorithm>

namespace sextant {

/// One partition of a store's index: a bucket of tokens, one for a request. Where it refuses
/// requests for long enough it is cut in two, and the two together take twice as many. Times in
/// seconds since the first request.
class StorePartition {
 public:
  /// `rate` in requests per second; `depth` >= those that a rested partition takes at once;
  /// `split_after` of overload [s].
  StorePartition(double rate, double depth, double split_after)
      : rate_(rate), depth_(depth), tokens_(depth), split_after_(split_after) {}

  /// Takes a request in, or refuses it. Requests come in order of time.
  bool takes(double now) {
    tokens_ = std::min(depth_, tokens_ + (now - last_) * rate_);
    last_ = now;
    if (tokens_ >= 1) {
      tokens_ -= 1;
      return true;
    }
    refuse(now);
    return false;
  }

  /// Time in which it refused: between two refusals that are no more than a second apart.
  double overloaded() const { return overloaded_; }

 private:
  static constexpr double kGap = 1;

  void refuse(double now) {
    if (now - refused_ <= kGap) overloaded_ += now - refused_;
    refused_ = now;
    if (overloaded_ - split_ < split_after_) return;
    split_ = overloaded_;
    rate_ *= 2;
    depth_ *= 2;
  }

  double rate_;
  double depth_;
  double tokens_;
  double split_after_;
  double last_ = 0;
  double refused_ = -2 * kGap;  ///< when it refused last
  double overloaded_ = 0;
  double split_ = 0;  ///< overload when it was last cut
};

}  // namespace sextant
