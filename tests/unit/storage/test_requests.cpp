// Closed forms of both models: nothing throttled, everything throttled, split partitions.

#include <gtest/gtest.h>

#include "sextant/storage/request_load.h"
#include "sim/storage/sending_rate.h"
#include "sim/storage/store_partition.h"
#include "tests/support/stores.h"

namespace sextant {
namespace {

ObjectStore store() { return *fixtures::object_store().object_store; }

RequestLoad load() {
  return {.clients = 10,
          .requests = 44,
          .connections = 4,
          .size = Bytes(85e6),
          .connection_bandwidth = BytesPerSecond(1e9),
          .retry = retry_policy(RetryMode::kStandard)};
}

/// As many attempts as it takes.
RequestLoad saturating() {
  RequestLoad load{.clients = 2000,
                   .requests = 20,
                   .connections = 20,
                   .size = Bytes(1e6),
                   .connection_bandwidth = BytesPerSecond(1e8),
                   .retry = retry_policy(RetryMode::kLegacy, 100)};
  load.retry.longest = Seconds(1);
  return load;
}

TEST(Requests, TakeRoundsWhenNothingIsThrottled) {
  const Seconds expected(11 * (0.15 + 1));
  EXPECT_NEAR(simulate_requests(store(), load(), 1).time.si(), expected.si(), 1e-6);
  EXPECT_NEAR(aggregate_requests(store(), load()).time.si(), expected.si(), 1e-6);
}

TEST(Requests, UploadAtTheSpeedOfUploads) {
  ObjectStore slow = store();
  slow.upload_bandwidth = slow.connection_bandwidth;
  slow.upload_bandwidth->value = BytesPerSecond(42.5e6);
  RequestLoad gets = load();
  gets.kind = RequestKind::kGet;
  EXPECT_NEAR(aggregate_requests(slow, load()).time.si(), 11 * (0.15 + 2), 1e-6);
  EXPECT_NEAR(aggregate_requests(slow, gets).time.si(), 11 * (0.15 + 1), 1e-6);
}

TEST(Requests, AreAllAcceptedBelowTheRate) {
  for (const RequestOutcome& outcome :
       {simulate_requests(store(), load(), 1), aggregate_requests(store(), load())}) {
    EXPECT_NEAR(outcome.accepted, 440, 1e-9);
    EXPECT_EQ(outcome.refused, 0);
    EXPECT_EQ(outcome.failed, 0);
    EXPECT_EQ(outcome.failure, 0);
    EXPECT_EQ(outcome.overloaded, Seconds());
  }
}

TEST(Requests, OfOneRoundEndWithTheSlowestOfAll) {
  ObjectStore spread = store();
  spread.first_byte.range = std::array{Seconds(0.1), Seconds(0.2)};
  RequestLoad one = load();
  one.clients = 100;
  one.requests = one.connections = 10;
  const double slowest = 1 + 0.1 + 0.1 * 1000.0 / 1001.0;
  EXPECT_NEAR(aggregate_requests(spread, one).time.si(), slowest, 1e-4);
  EXPECT_NEAR(simulate_requests(spread, one, 1).time.si(), slowest, 1e-3);
}

TEST(Requests, EndWhenTheRateHasTakenThemAll) {
  // 3,500 at once, the others at 3,500 per second; backoffs of up to 1 s end it.
  const double least = (40'000.0 - 3500) / 3500;
  for (const RequestOutcome& outcome :
       {simulate_requests(store(), saturating(), 1), aggregate_requests(store(), saturating())}) {
    EXPECT_GT(outcome.time.si(), least);
    EXPECT_LT(outcome.time.si(), least + 1.5);
    EXPECT_NEAR(outcome.accepted, 40'000, 1e-6);
    EXPECT_EQ(outcome.failed, 0);
    EXPECT_NEAR(outcome.overloaded.si(), least, 1);
  }
}

TEST(Requests, FailWithoutAttempts) {
  RequestLoad once = saturating();
  once.retry = retry_policy(RetryMode::kStandard, 1);
  for (const RequestOutcome& outcome :
       {simulate_requests(store(), once, 1), aggregate_requests(store(), once)}) {
    EXPECT_NEAR(outcome.failed, 36'500, 1);
    EXPECT_NEAR(outcome.refused, outcome.failed, 1e-6);
    EXPECT_DOUBLE_EQ(outcome.failure, 1);
  }
}

TEST(Requests, OneClientThatSurelyFailsIsAFailure) {
  RequestLoad alone = saturating();
  alone.clients = 1;
  alone.requests = alone.connections = 40'000;
  alone.retry = retry_policy(RetryMode::kStandard, 1);
  EXPECT_DOUBLE_EQ(simulate_requests(store(), alone, 1).failure, 1);
  EXPECT_DOUBLE_EQ(aggregate_requests(store(), alone).failure, 1);
}

TEST(Requests, OfAnEmptyQuotaFail) {
  // 500 connections of one client are refused at once: the quota pays for a hundred retries.
  RequestLoad one = saturating();
  one.clients = 1;
  one.requests = one.connections = 4000;
  one.retry = retry_policy(RetryMode::kStandard);
  for (const RequestOutcome& outcome :
       {simulate_requests(store(), one, 1), aggregate_requests(store(), one)}) {
    EXPECT_NEAR(outcome.refused, 500, 1);
    EXPECT_NEAR(outcome.failed, 400, 1);
  }
}

TEST(Requests, GoFasterOnceTheirPartitionIsSplit) {
  ObjectStore splitting = store();
  splitting.split_after.value = Seconds(3);
  for (const auto& run :
       {+[](const ObjectStore& s) { return simulate_requests(s, saturating(), 1); },
        +[](const ObjectStore& s) { return aggregate_requests(s, saturating()); }}) {
    // 3,500 and 3 s at 3,500 per second, 3 s at 7,000, 1.4 s at 14,000
    EXPECT_NEAR(run(splitting).time.si(), 6.3, 1);
  }
}

TEST(Requests, GoOnAsTheyBegan) {
  RequestLoad list = load();
  list.requests = 100'000;
  EXPECT_NEAR(aggregate_requests(store(), list).time.si(), 25'000 * 1.15, 1e-3);
  EXPECT_NEAR(aggregate_requests(store(), list).accepted, 1e6, 1e-3);
}

TEST(Requests, OfLongListsSplitPartitions) {
  RequestLoad list = saturating();
  list.clients = 700;
  list.connections = 50;
  list.requests = 100'000;  // 20,000 s at 3,500 per second
  const RequestOutcome outcome = aggregate_requests(store(), list);
  // 2,700 s each at 3,500, 7,000 and 14,000 per second; the remaining 3.85 million at 28,000
  EXPECT_NEAR(outcome.time.si(), 3 * 2700 + 137.5, 0.05 * 8237);
  EXPECT_NEAR(outcome.accepted + outcome.failed, 7e7, 1);
}

TEST(Requests, ComeOutTheSameAgain) {
  RequestLoad few = saturating();
  few.clients = 300;
  const RequestOutcome first = aggregate_requests(store(), few);
  const RequestOutcome second = aggregate_requests(store(), few);
  EXPECT_EQ(first.time, second.time);
  EXPECT_EQ(first.refused, second.refused);
  EXPECT_EQ(simulate_requests(store(), few, 7).time, simulate_requests(store(), few, 7).time);
  EXPECT_NE(simulate_requests(store(), few, 7).time, simulate_requests(store(), few, 8).time);
}

TEST(StorePartition, TakesItsBurstAndThenItsRate) {
  StorePartition partition(10, 5, 100);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(partition.takes(0));
  EXPECT_FALSE(partition.takes(0));
  EXPECT_FALSE(partition.takes(0.05));
  EXPECT_TRUE(partition.takes(0.11));
  EXPECT_DOUBLE_EQ(partition.overloaded(), 0.05);
}

TEST(StorePartition, IsNotOverloadedBetweenRareRefusals) {
  StorePartition partition(0.1, 1, 100);
  EXPECT_TRUE(partition.takes(0));
  EXPECT_FALSE(partition.takes(1));
  EXPECT_FALSE(partition.takes(5));
  EXPECT_DOUBLE_EQ(partition.overloaded(), 0);
}

TEST(SendingRate, IsUnlimitedUntilAThrottle) {
  SendingRate rate;
  rate.answered(0.1, false);
  EXPECT_EQ(rate.wait(0.1), 0);
}

TEST(SendingRate, FallsToSevenTenthsOfWhatIsMeasured) {
  // 10 answers in the first second, measured at its end: 0.8 · 10 / s, of which 0.7 are left.
  // Tokens so far: 0.4 s at 1 / s, then 0.6 s at 0.5 / s, the least.
  SendingRate rate;
  for (int i = 0; i < 9; ++i) rate.answered(0.4, false);
  rate.answered(1, true);
  EXPECT_NEAR(rate.wait(1), (1 - 0.7) / 5.6, 1e-9);
}

TEST(SendingRate, IsNeverBelowAHalfPerSecond) {
  SendingRate rate;
  rate.answered(0.01, true);
  EXPECT_NEAR(rate.wait(0.01), (1 - 0.01) / 0.5, 1e-9);
}

}  // namespace
}  // namespace sextant
