// Laws of requests to a store of objects, and the agreement of the model of a load as a whole with
// the one that follows every request.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sextant/kernel/distributions.h"
#include "sextant/kernel/portable_math.h"
#include "sextant/storage/request_load.h"
#include "tests/support/stores.h"

namespace sextant {
namespace {

struct Case {
  ObjectStore store = *fixtures::object_store().object_store;
  RequestLoad load;

  double requests() const {
    return static_cast<double>(load.clients) * static_cast<double>(load.requests);
  }
};

/// Cases whose every figure is spread over its orders of magnitude.
class RandomCases {
 public:
  explicit RandomCases(std::uint64_t seed) : stream_(seed, "test.request_cases") {}

  /// With this many requests.
  Case next(double least, double most) {
    for (;;) {
      Case c = any();
      if (c.requests() >= least && c.requests() <= most) return c;
    }
  }

 private:
  double between(double least, double most) {
    return least * portable_pow(most / least, draw_uniform(stream_));
  }
  std::int64_t number(double most) { return static_cast<std::int64_t>(between(1, most + 1)); }

  Case any() {
    Case c;
    c.store.burst.value = Seconds(between(0.1, 5));
    const double fastest = between(0.005, 0.2);
    c.store.first_byte.range =
        std::array{Seconds(fastest), Seconds(fastest * (1 + 2 * draw_uniform(stream_)))};
    c.store.refusal.value = Seconds(between(0.005, 0.1));
    c.load.kind = draw_bernoulli(stream_, 0.5) ? RequestKind::kPut : RequestKind::kGet;
    c.load.clients = number(20'000);
    c.load.requests = number(100);
    c.load.connections = number(64);
    c.load.size = Bytes(between(1e4, 64e6));
    c.load.connection_bandwidth = BytesPerSecond(between(5e6, 2e8));
    c.load.partitions = draw_bernoulli(stream_, 0.4) ? 1 : number(64);
    const auto mode = static_cast<RetryMode>(draw_index(stream_, 5));
    std::optional<int> attempts;
    if (draw_bernoulli(stream_, 0.5)) attempts = static_cast<int>(number(12));
    c.load.retry = retry_policy(mode, attempts);
    return c;
  }

  RandomStream stream_;
};

/// Mean and standard error of simulated cases.
struct Mean {
  double mean = 0;
  double error = 0;

  explicit Mean(const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    for (const double value : values) mean += value / n;
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    error = std::sqrt(squares / (n - 1) / n);
  }
};

/// How far an estimate is off beyond two standard errors, relative to the mean or to `floor`.
double excess(double estimate, const Mean& simulated, double floor) {
  const double off = std::fabs(estimate - simulated.mean) - 2 * simulated.error;
  return std::max(0.0, off) / std::max(simulated.mean, floor);
}

/// Of the time and of the 503s. Few 503s cannot be told to 3 %: their number is then judged against
/// 0.3 % of the requests, which is 0.01 % of the requests for 3 %: nothing that costs time.
std::array<double, 2> disagreement(const Case& c) {
  const int seeds = static_cast<int>(std::clamp(1e5 / c.requests(), 4.0, 24.0));
  std::vector<double> times;
  std::vector<double> refused;
  for (int seed = 1; seed <= seeds; ++seed) {
    const RequestOutcome one = simulate_requests(c.store, c.load, static_cast<std::uint64_t>(seed));
    times.push_back(one.time.si());
    refused.push_back(one.refused);
  }
  const RequestOutcome all = aggregate_requests(c.store, c.load);
  return {excess(all.time.si(), Mean(times), 0),
          excess(all.refused, Mean(refused), 0.003 * c.requests())};
}

void expect_agreement(std::uint64_t seed, int cases, double most_requests, int exceptions) {
  RandomCases random(seed);
  int off = 0;
  for (int i = 0; i < cases; ++i) {
    const Case c = random.next(1e3, most_requests);
    const auto [time, refused] = disagreement(c);
    if (std::max(time, refused) <= 0.03) continue;
    ++off;
    EXPECT_LE(std::max(time, refused), 0.15)
        << "case " << i << ": " << c.load.clients << " clients, " << c.load.requests
        << " requests, " << c.load.connections << " connections, " << c.load.partitions
        << " partitions, " << c.load.retry.max_attempts << " attempts";
  }
  EXPECT_LE(off, exceptions);
}

TEST(AggregateRequests, AgreeWithSimulatedOnes) { expect_agreement(1, 50, 2e4, 1); }

TEST(AggregateRequests, AgreeWithManySimulatedOnes) { expect_agreement(2, 6, 1e5, 0); }

RC_GTEST_PROP(AggregateRequests, LoseNone, ()) {
  const Case c = RandomCases(*rc::gen::inRange<std::uint64_t>(0, 1'000'000)).next(1, 1e6);
  const RequestOutcome outcome = aggregate_requests(c.store, c.load);
  RC_ASSERT(std::fabs(outcome.accepted + outcome.failed - c.requests()) < 1e-6 * c.requests());
  RC_ASSERT(outcome.refused >= outcome.failed - 1e-6);
  RC_ASSERT(outcome.failure >= 0 && outcome.failure <= 1);
  RC_ASSERT((outcome.failed > 0) == (outcome.failure > 0));
  RC_ASSERT(outcome.overloaded <= outcome.time);
}

RC_GTEST_PROP(SimulateRequests, LoseNone, ()) {
  const Case c = RandomCases(*rc::gen::inRange<std::uint64_t>(0, 1'000'000)).next(1, 2e3);
  const RequestOutcome outcome = simulate_requests(c.store, c.load, 1);
  RC_ASSERT(outcome.accepted + outcome.failed == c.requests());
  RC_ASSERT(outcome.refused >= outcome.failed);
  RC_ASSERT(outcome.overloaded <= outcome.time);
}

RC_GTEST_PROP(AggregateRequests, AreNotSlowerWithMorePartitions, ()) {
  Case c = RandomCases(*rc::gen::inRange<std::uint64_t>(0, 1'000'000)).next(1, 1e6);
  c.load.retry = retry_policy(RetryMode::kLegacy, 1000);  // who gives up ends sooner
  c.load.retry.longest = Seconds(20);
  const RequestOutcome few = aggregate_requests(c.store, c.load);
  c.load.partitions *= 4;
  const RequestOutcome many = aggregate_requests(c.store, c.load);
  RC_ASSERT(many.time <= 1.1 * few.time);
  RC_ASSERT(many.refused <= 1.05 * few.refused + 1e-3 * c.requests());
}

RC_GTEST_PROP(AggregateRequests, AreNotRefusedBelowTheRate, ()) {
  Case c = RandomCases(*rc::gen::inRange<std::uint64_t>(0, 1'000'000)).next(1, 1e6);
  c.store.put_rate.value = c.store.get_rate.value = 1e7;
  RC_ASSERT(aggregate_requests(c.store, c.load).refused == 0);
}

}  // namespace
}  // namespace sextant
