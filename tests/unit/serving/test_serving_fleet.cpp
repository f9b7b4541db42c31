#include "sextant/serving/serving_fleet.h"

#include <gtest/gtest.h>

#include "sextant/serving/queueing.h"

namespace sextant {
namespace {

/// A fixed fleet under a constant load.
ServingInputs fleet(int replicas, double requests_per_s, Seconds service) {
  ServingInputs inputs;
  inputs.endpoint.requests = {{Seconds(0), requests_per_s}};
  inputs.endpoint.least = inputs.endpoint.most = replicas;
  inputs.service.single = inputs.service.full = service;
  inputs.latency_target = 3.0 * service;
  return inputs;
}

QueueLoad queue_of(const ServingInputs& inputs) {
  return {.arrivals_per_s = inputs.endpoint.requests.front().requests_per_s,
          .servers = inputs.endpoint.least * inputs.service.slots,
          .service = inputs.service.full};
}

void expect_conserved(const ServingOutcome& outcome) {
  EXPECT_EQ(outcome.arrived,
            outcome.served + outcome.in_service + outcome.waiting + outcome.refused);
}

TEST(ServingFleet, ConstantServicesFollowTheClosedForm) {
  ServingInputs inputs = fleet(5, 45, Seconds(0.1));  // 90 %
  inputs.duration = Seconds(20'000);
  inputs.warm_up = Seconds(100);
  const ServingOutcome outcome = simulate_serving(inputs);
  const ConstantQueue queue(queue_of(inputs));
  expect_conserved(outcome);
  EXPECT_NEAR(outcome.wait.mean() / queue.mean_wait().si(), 1, 0.03);
  for (const double p : {0.5, 0.9, 0.99}) {
    EXPECT_NEAR(outcome.response.quantile(p) / queue.response_quantile(p).si(), 1, 0.03) << p;
  }
  EXPECT_NEAR(outcome.busy_seconds / (5 * 20'000), 0.9, 0.005);
}

TEST(ServingFleet, ExponentialServicesFollowTheClosedForm) {
  ServingInputs inputs = fleet(4, 32, Seconds(0.1));  // 80 %
  inputs.service.spread = ServiceSpread::kExponential;
  inputs.duration = Seconds(60'000);
  inputs.warm_up = Seconds(100);
  const ServingOutcome outcome = simulate_serving(inputs);
  const ExponentialQueue queue(queue_of(inputs));
  EXPECT_NEAR(outcome.wait.mean() / queue.mean_wait().si(), 1, 0.04);
  for (const double p : {0.5, 0.9, 0.99}) {
    EXPECT_NEAR(outcome.response.quantile(p) / queue.response_quantile(p).si(), 1, 0.03) << p;
  }
}

TEST(ServingFleet, SlotsOfOneReplicaAreServers) {
  ServingInputs apart = fleet(6, 50, Seconds(0.1));
  apart.duration = Seconds(2000);
  ServingInputs together = apart;
  together.endpoint.least = together.endpoint.most = 2;
  together.service.slots = 3;
  const ServingOutcome a = simulate_serving(apart);
  const ServingOutcome b = simulate_serving(together);
  EXPECT_EQ(a.served, b.served);
  EXPECT_DOUBLE_EQ(a.wait.mean(), b.wait.mean());
}

TEST(ServingFleet, BatchesWaitForOthersUntilTheTimeout) {
  ServingInputs inputs = fleet(1, 1, Seconds(0.01));
  inputs.service.batch = 8;
  inputs.service.batch_timeout = Seconds(0.5);
  inputs.latency_target = Seconds(0.6);
  const ServingOutcome outcome = simulate_serving(inputs);
  expect_conserved(outcome);
  // The first of a batch waits for all of the timeout, and 0.5 others join it on average.
  EXPECT_NEAR(static_cast<double>(outcome.served) / static_cast<double>(outcome.batches), 1.5,
              0.02);
  EXPECT_NEAR(outcome.response.quantile(0.9), 0.51, 0.01);
  EXPECT_EQ(outcome.late, 0);
}

TEST(ServingFleet, FullBatchesReachTheirRate) {
  // 8 in 0.1 s: 80 per second; 70 come. One by one it could serve 20.
  ServingInputs inputs = fleet(1, 70, Seconds(0.1));
  inputs.service.batch = 8;
  inputs.service.single = Seconds(0.05);
  inputs.duration = Seconds(1000);
  const ServingOutcome outcome = simulate_serving(inputs);
  expect_conserved(outcome);
  EXPECT_LT(outcome.waiting, 100);
  EXPECT_NEAR(static_cast<double>(outcome.served), 70'000, 1000);
}

TEST(ServingFleet, BatchTimesGrowLinearly) {
  const ReplicaService service{.slots = 2, .batch = 5, .single = Seconds(1), .full = Seconds(3)};
  EXPECT_EQ(service.time_of(1), Seconds(1));
  EXPECT_EQ(service.time_of(3), Seconds(2));
  EXPECT_EQ(service.time_of(5), Seconds(3));
  EXPECT_DOUBLE_EQ(service.requests_per_s(), 10.0 / 3);
}

TEST(ServingFleet, RefusesWhatFindsTheLineFull) {
  ServingInputs inputs = fleet(1, 20, Seconds(0.1));  // twice what it can serve
  inputs.queue_limit = 5;
  inputs.duration = Seconds(2000);
  const ServingOutcome outcome = simulate_serving(inputs);
  expect_conserved(outcome);
  EXPECT_NEAR(static_cast<double>(outcome.refused) / static_cast<double>(outcome.arrived), 0.5,
              0.02);
  EXPECT_LE(outcome.waiting, 5);
  EXPECT_LE(outcome.response.quantile(1), 0.61);
}

/// A day between 10 and 90 requests a second, on replicas of 10 that should be busy at 70 %.
ServingInputs day() {
  ServingInputs inputs = fleet(1, 0, Seconds(0.1));
  inputs.endpoint.requests = {{Seconds(0), 10}, {Seconds(43'200), 90}};
  inputs.endpoint.most = 20;
  inputs.start.cold = Seconds(300);
  return inputs;
}

TEST(ServingFleet, FollowsTheCurve) {
  const ServingOutcome outcome = simulate_serving(day());
  expect_conserved(outcome);
  EXPECT_EQ(outcome.scaling.most_replicas, 13);  // 90 / 7
  // On average 50 / 7 and a half, since they come whole.
  EXPECT_NEAR(outcome.serving_seconds / 86'400, 50.0 / 7 + 0.5, 0.2);
  EXPECT_NEAR(outcome.starting_seconds, 11 * 300.0, 1);
  EXPECT_NEAR(static_cast<double>(outcome.arrived), 50 * 86'400.0, 4 * 2079);
}

TEST(ServingFleet, AWarmPoolShortensTheStart) {
  ServingInputs step = day();
  step.endpoint.requests = {
      {Seconds(0), 10}, {Seconds(3600), 10}, {Seconds(3601), 60}, {Seconds(7200), 60}};
  step.endpoint.period = Seconds(10'800);
  step.duration = Seconds(7200);
  ServingInputs warm = step;
  warm.start = {.cold = Seconds(300), .warm = Seconds(10), .warm_pool = 8};
  const ServingOutcome slow = simulate_serving(step);
  const ServingOutcome fast = simulate_serving(warm);
  expect_conserved(slow);
  expect_conserved(fast);
  EXPECT_EQ(slow.arrived, fast.arrived);  // the same luck
  EXPECT_GT(slow.late, 4 * fast.late);
  EXPECT_EQ(slow.warm_seconds, 0);
  // 8 stand by, but for the 7 that are replaced in 300 s each.
  EXPECT_NEAR(fast.warm_seconds, 8 * 7200.0 - 7 * 300.0, 1);
}

TEST(ServingFleet, RepeatsItself) {
  ServingInputs inputs = day();
  inputs.duration = Seconds(3000);
  const ServingOutcome once = simulate_serving(inputs);
  EXPECT_EQ(once.digest, simulate_serving(inputs).digest);
  inputs.seed = 2;
  EXPECT_NE(once.digest, simulate_serving(inputs).digest);
}

TEST(ServingFleet, BinsSumToTheWhole) {
  ServingInputs inputs = fleet(2, 40, Seconds(0.1));
  inputs.endpoint.requests.push_back({Seconds(1800), 5});
  inputs.endpoint.period = Seconds(3600);
  inputs.endpoint.least = 1;
  inputs.endpoint.most = 10;
  inputs.endpoint.evaluate_every = Seconds(10);
  inputs.start = {.cold = Seconds(60), .warm = Seconds(5), .warm_pool = 1};
  inputs.queue_limit = 50;
  inputs.duration = Seconds(3600);
  const ServingOutcome plain = simulate_serving(inputs);
  inputs.bin = Seconds(250);  // the last one is shorter
  const ServingOutcome outcome = simulate_serving(inputs);
  EXPECT_EQ(outcome.digest, plain.digest);
  EXPECT_TRUE(plain.bins.empty());
  ASSERT_EQ(outcome.bins.size(), 15U);
  ServingBin sum;
  for (const ServingBin& bin : outcome.bins) {
    sum.arrived += bin.arrived;
    sum.refused += bin.refused;
    sum.late += bin.late;
    sum.response.merge(bin.response);
    sum.busy_seconds += bin.busy_seconds;
    sum.serving_seconds += bin.serving_seconds;
    sum.starting_seconds += bin.starting_seconds;
    sum.warm_seconds += bin.warm_seconds;
    EXPECT_LE(bin.serving_seconds, 10 * 250 + 1e-6);
  }
  EXPECT_EQ(sum.arrived, outcome.arrived);
  EXPECT_EQ(sum.refused, outcome.refused);
  EXPECT_EQ(sum.late, outcome.late);
  EXPECT_EQ(sum.response.count(), static_cast<std::uint64_t>(outcome.served));
  EXPECT_NEAR(sum.busy_seconds, outcome.busy_seconds, 1e-6);
  EXPECT_NEAR(sum.serving_seconds, outcome.serving_seconds, 1e-6);
  EXPECT_NEAR(sum.starting_seconds, outcome.starting_seconds, 1e-6);
  EXPECT_NEAR(sum.warm_seconds, outcome.warm_seconds, 1e-6);
}

}  // namespace
}  // namespace sextant
