#include "sextant/serving/queueing.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sextant {
namespace {

QueueLoad load(double utilisation, int servers, double service_s = 1) {
  return {.arrivals_per_s = utilisation * servers / service_s,
          .servers = servers,
          .service = Seconds(service_s)};
}

TEST(ExponentialQueue, OneServerIsTheTextbook) {
  // M/M/1: waits with probability ρ, for ρ S / (1-ρ); responses are exponential at rate (1-ρ)/S.
  const ExponentialQueue queue(load(0.8, 1, 0.5));
  EXPECT_NEAR(queue.wait_probability(), 0.8, 1e-12);
  EXPECT_NEAR(queue.mean_wait().si(), 0.8 * 0.5 / 0.2, 1e-12);
  EXPECT_NEAR(queue.response_quantile(0.99).si(), -std::log(0.01) * 0.5 / 0.2, 1e-5);
  EXPECT_NEAR(queue.wait_quantile(0.99).si(), std::log(0.8 / 0.01) * 0.5 / 0.2, 1e-9);
  EXPECT_EQ(queue.wait_quantile(0.1), Seconds(0));
}

TEST(ExponentialQueue, KnowsErlangsTables) {
  // Erlang C of 10 servers: 0.036 at 5 erlang, 0.4092 at 8; of 2 at 1: 1/3.
  EXPECT_NEAR(ExponentialQueue(load(0.5, 10)).wait_probability(), 0.0361, 5e-5);
  EXPECT_NEAR(ExponentialQueue(load(0.8, 10)).wait_probability(), 0.4092, 5e-5);
  EXPECT_NEAR(ExponentialQueue(load(0.5, 2)).wait_probability(), 1.0 / 3, 1e-12);
}

TEST(ExponentialQueue, ResponsesAreContinuousWhereTheRatesAreEqual) {
  // With one server's work to spare, the rate of the wait's end is that of a service.
  const double at = ExponentialQueue(load(0.75, 4)).response_tail(Seconds(2));
  const double beside = ExponentialQueue(load(0.75 + 1e-7, 4)).response_tail(Seconds(2));
  EXPECT_NEAR(at, beside, 1e-6);
}

TEST(ConstantQueue, OneServerIsPollaczeksAndErlangs) {
  // M/D/1: mean ρ S / (2 (1-ρ)); P(W = 0) = 1-ρ; P(W <= t) = (1-ρ) e^(λt) for t < S.
  for (const double rho : {0.1, 0.5, 0.9, 0.98}) {
    const ConstantQueue queue(load(rho, 1, 2));
    EXPECT_NEAR(queue.mean_wait().si(), rho * 2 / (2 * (1 - rho)), 1e-8 / (1 - rho)) << rho;
    EXPECT_NEAR(queue.wait_probability(), rho, 1e-9) << rho;
    EXPECT_NEAR(queue.wait_distribution(Seconds(1)), (1 - rho) * std::exp(rho / 2), 1e-9) << rho;
  }
}

TEST(ConstantQueue, MeanIsThatOfItsDistribution) {
  const ConstantQueue queue(load(0.9, 5));
  double mean = 0;
  for (double t = 0; t < 40; t += 0.005) mean += (1 - queue.wait_distribution(Seconds(t))) * 0.005;
  EXPECT_NEAR(queue.mean_wait().si(), mean, 0.005);
}

TEST(ConstantQueue, QuantilesInvertTheDistribution) {
  const ConstantQueue queue(load(0.95, 33, 0.115));
  for (const double p : {0.5, 0.9, 0.99, 0.999}) {
    const Seconds t = queue.wait_quantile(p);
    EXPECT_NEAR(queue.wait_distribution(t), std::max(p, 1 - queue.wait_probability()), 1e-5) << p;
  }
  EXPECT_EQ(queue.response_quantile(0.99), queue.wait_quantile(0.99) + Seconds(0.115));
}

TEST(ConstantQueue, AgreesWithCosmetatos) {
  for (const int servers : {2, 5, 20}) {
    for (const double rho : {0.5, 0.8, 0.95}) {
      const double exact = ConstantQueue(load(rho, servers)).mean_wait().si();
      const double approximate = cosmetatos_mean_wait(load(rho, servers)).si();
      EXPECT_NEAR(approximate / exact, 1, 0.03) << servers << " servers at " << rho;
    }
  }
}

TEST(ConstantQueue, HandlesNoLoadAndManyServers) {
  const ConstantQueue idle(load(0, 3));
  EXPECT_EQ(idle.mean_wait(), Seconds(0));
  EXPECT_EQ(idle.wait_quantile(0.99), Seconds(0));
  EXPECT_LT(ConstantQueue(load(0.9, 2000)).wait_probability(), 1e-5);
}

}  // namespace
}  // namespace sextant
