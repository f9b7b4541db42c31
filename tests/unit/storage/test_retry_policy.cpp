// Known answers: botocore's figures (retries/standard.py, retries/quota.py, retryhandler.py).

#include "sextant/storage/retry_policy.h"

#include <gtest/gtest.h>

#include "sim/storage/retry_quota.h"

namespace sextant {
namespace {

TEST(RetryPolicy, ModesHaveTheirAttempts) {
  EXPECT_EQ(retry_policy(RetryMode::kLegacy).max_attempts, 5);
  EXPECT_EQ(retry_policy(RetryMode::kStandard).max_attempts, 3);
  EXPECT_EQ(retry_policy(RetryMode::kAdaptive2026).max_attempts, 3);
  EXPECT_EQ(retry_policy(RetryMode::kStandard, 10).max_attempts, 10);
}

TEST(RetryPolicy, OnlyAdaptiveLimitsItsRate) {
  EXPECT_FALSE(retry_policy(RetryMode::kLegacy).rate_limited);
  EXPECT_FALSE(retry_policy(RetryMode::kStandard2026).rate_limited);
  EXPECT_TRUE(retry_policy(RetryMode::kAdaptive).rate_limited);
  EXPECT_TRUE(retry_policy(RetryMode::kAdaptive2026).rate_limited);
}

TEST(RetryPolicy, BackoffDoublesUpToItsLimit) {
  const RetryPolicy standard = retry_policy(RetryMode::kStandard, 10);
  EXPECT_EQ(longest_backoff(standard, 1).si(), 1);
  EXPECT_EQ(longest_backoff(standard, 2).si(), 2);
  EXPECT_EQ(longest_backoff(standard, 5).si(), 16);
  EXPECT_EQ(longest_backoff(standard, 6).si(), 20);
  EXPECT_EQ(longest_backoff(standard, 2000).si(), 20);
  EXPECT_EQ(longest_backoff(retry_policy(RetryMode::kLegacy, 8), 7).si(), 64);
}

TEST(RetryPolicy, NoAttemptIsAnError) {
  EXPECT_DEATH(retry_policy(RetryMode::kStandard, 0), "0 attempts");
}

TEST(RetryQuota, PaysForAHundredRetries) {
  RetryQuota quota(retry_policy(RetryMode::kStandard));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(quota.take());
  EXPECT_FALSE(quota.take());
}

TEST(RetryQuota, GetsBackOneTokenOrThoseOfTheLastRetry) {
  RetryQuota quota(retry_policy(RetryMode::kStandard));
  quota.succeeded(false);
  EXPECT_EQ(quota.tokens(), 500);  // never more than full
  while (quota.take()) {
  }
  quota.succeeded(false);
  EXPECT_FALSE(quota.take());
  quota.succeeded(true);
  EXPECT_EQ(quota.tokens(), 6);
  EXPECT_TRUE(quota.take());
}

TEST(RetryQuota, LegacyHasNone) {
  RetryQuota quota(retry_policy(RetryMode::kLegacy));
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(quota.take());
}

}  // namespace
}  // namespace sextant
