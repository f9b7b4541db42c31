#include "sextant/storage/retry_policy.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

RetryPolicy legacy() {
  return {.max_attempts = 5, .longest = Seconds(std::numeric_limits<double>::infinity())};
}

RetryPolicy standard() { return {.max_attempts = 3, .tokens = 500}; }

RetryPolicy default_policy(RetryMode mode) {
  RetryPolicy policy = mode == RetryMode::kLegacy ? legacy() : standard();
  policy.rate_limited = mode == RetryMode::kAdaptive || mode == RetryMode::kAdaptive2026;
  return policy;
}

}  // namespace

RetryPolicy retry_policy(RetryMode mode, std::optional<int> max_attempts) {
  RetryPolicy policy = default_policy(mode);
  policy.max_attempts = max_attempts.value_or(policy.max_attempts);
  SEXTANT_ASSERT(policy.max_attempts >= 1, "{} attempts", policy.max_attempts);
  return policy;
}

Seconds longest_backoff(const RetryPolicy& policy, int refusals) {
  SEXTANT_ASSERT(refusals >= 1, "a backoff after {} refusals", refusals);
  return std::min(Seconds(std::ldexp(policy.base.si(), refusals - 1)), policy.longest);
}

}  // namespace sextant
