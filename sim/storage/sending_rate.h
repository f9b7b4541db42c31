#pragma once

namespace sextant {

/// How fast a client of the adaptive mode lets itself send, as botocore does (retries/adaptive.py):
/// from its first throttle on, a bucket of tokens at a rate that CUBIC steers: down to 0.7 of what
/// was measured at a throttle, then up as 0.4 (t - k)^3 around the old rate, never above twice what
/// is measured nor below 0.5 per second. Times in seconds since the client began.
class SendingRate {
 public:
  /// Time until the next request may be sent; 0: now.
  double wait(double now);
  /// A request is sent, as wait() allowed.
  void sent();
  /// An answer has come: a success or a throttle.
  void answered(double now, bool throttled);

 private:
  double measure(double now);
  void refill(double now);
  void set(double now, double rate);

  bool limited_ = false;

  double tokens_ = 0;
  double capacity_ = 1;
  double rate_ = 1;
  double refilled_ = 0;  ///< when

  double top_ = 0;    ///< CUBIC's rate at the last throttle,
  double climb_ = 0;  ///< time in which it is reached again,
  double fell_ = 0;   ///< and when that throttle was

  double measured_ = 0;
  double answers_ = 0;  ///< since `counted_`
  double counted_ = 0;
};

}  // namespace sextant
