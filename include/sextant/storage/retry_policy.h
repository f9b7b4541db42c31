#pragma once

#include <array>
#include <optional>
#include <utility>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// How an AWS SDK tries again after a 503 Slow Down. The figures are those of Python's (botocore,
/// commit 0e6e240 of 2026-08-07), under which boto3, the AWS CLI and most data loaders live; they
/// agree with "Retry behavior" of the AWS SDKs and Tools Reference Guide. Other SDKs call other
/// things legacy: C++ waits 25 ms · 2^i without jitter, up to 11 attempts; Java from 500 ms, 4
/// attempts (aws-sdk-cpp issue 3832 and aws-sdk-java-v2 issue 6987, of 2026-05-20).
enum class RetryMode {
  /// 5 attempts, backoff from 1 s without a limit, no quota (retryhandler.py, data/_retry.json).
  kLegacy,
  /// 3 attempts, backoff from 1 s up to 20 s, a quota of 500 tokens: 5 for a retry; a success gives
  /// 1 back, or the 5 of its last retry (retries/standard.py, retries/quota.py).
  kStandard,
  /// Standard, and after the first throttle the client limits the rate at which it sends: CUBIC,
  /// from what it measures (retries/adaptive.py, bucket.py, throttling.py).
  kAdaptive,
  /// With AWS_NEW_RETRIES_2026=true, the default no sooner than November 2026. For throttles, and
  /// in Python, it is what standard was: backoff from 1 s, 5 tokens. What changed is the rest:
  /// errors that are not throttles start from 50 ms and cost 14 tokens, and the mode becomes the
  /// default. In other SDKs throttles change, too: C++ from 25 ms, JavaScript from 100 ms, Java
  /// from 500 ms to 1 s, C++ from 11, Java from 4 to 3 attempts.
  kStandard2026,
  kAdaptive2026  ///< likewise
};

template <>
struct EnumNames<RetryMode> {
  static constexpr std::array table{std::pair{RetryMode::kLegacy, "legacy"},
                                    std::pair{RetryMode::kStandard, "standard"},
                                    std::pair{RetryMode::kAdaptive, "adaptive"},
                                    std::pair{RetryMode::kStandard2026, "standard_2026"},
                                    std::pair{RetryMode::kAdaptive2026, "adaptive_2026"}};
};

/// What a client does with a 503 Slow Down: it waits rand(0, 1) · min(base · 2^i, longest) after
/// the i-th refusal of a request (i from 0), if the request has attempts left and the client's
/// quota has tokens for one more; else the request fails.
struct RetryPolicy {
  int max_attempts = 3;            ///< of one request, the first included
  Seconds base{1.0};               ///< of the backoff
  Seconds longest{20.0};           ///< backoff
  std::optional<double> tokens{};  ///< a client's quota when it is full; absent: no quota
  double cost =
      5;  ///< tokens that one retry takes; a success after retries gives those of one back
  double refund = 1;          ///< tokens that a success at the first attempt gives back
  bool rate_limited = false;  ///< adaptive: the client slows its own requests down
};

/// The policy of a mode, with its attempts or other ones. Asserts that there is one.
RetryPolicy retry_policy(RetryMode mode, std::optional<int> max_attempts = std::nullopt);

/// The longest backoff before the retry that follows refusal `refusals` >= 1 of a request:
/// min(base · 2^(refusals - 1), longest). The backoff itself is uniform between zero and this.
Seconds longest_backoff(const RetryPolicy& policy, int refusals);

}  // namespace sextant
