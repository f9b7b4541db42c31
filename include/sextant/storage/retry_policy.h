#pragma once

#include <array>
#include <optional>
#include <utility>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// How an AWS SDK tries again. The two of 2026 are what AWS_NEW_RETRIES_2026 switches on.
enum class RetryMode { kLegacy, kStandard, kAdaptive, kStandard2026, kAdaptive2026 };

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
  double cost = 5;                 ///< tokens that one retry takes
  double refund = 1;               ///< tokens that a success at the first attempt gives back
  bool rate_limited = false;       ///< adaptive: the client slows its own requests down
};

/// The policy of a mode, with its attempts or other ones.
RetryPolicy retry_policy(RetryMode mode, std::optional<int> max_attempts = std::nullopt);

}  // namespace sextant
