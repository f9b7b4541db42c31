// The kernel against queueing theory: mean waits of M/M/1 and M/M/c in the closed form (Erlang's C
// formula), within the Monte Carlo error of independent replicas, at a fixed seed.

#include <gtest/gtest.h>

#include <cmath>

#include "sextant/kernel/delay.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/resource.h"
#include "sextant/kernel/running_moments.h"
#include "sextant/kernel/simulation.h"

namespace sextant {
namespace {

struct Queue {
  int servers;
  double arrivals_per_s;
  double services_per_s;  ///< of one server
};

/// Mean time in line, W = C(c, a) / (c mu - lambda) with a = lambda / mu and Erlang's C.
double erlang_wait_s(const Queue& queue) {
  const double a = queue.arrivals_per_s / queue.services_per_s;
  double blocked = 1.0;  // Erlang's B by its recurrence
  for (int c = 1; c <= queue.servers; ++c) blocked = a * blocked / (c + a * blocked);
  const double load = a / queue.servers;
  const double waits = blocked / (1.0 - load * (1.0 - blocked));
  return waits / (queue.servers * queue.services_per_s - queue.arrivals_per_s);
}

constexpr int kWarmUp = 20'000;
constexpr int kCustomers = 60'000;

struct Line {
  Simulation sim;
  Resource servers;
  RandomStream service;
  RunningMoments wait_s;

  Line(const Queue& queue, std::uint32_t replica)
      : servers(queue.servers), service(1, "service", replica) {}
};

Process customer(Line& line, int number, double services_per_s) {
  const SimTime arrival = line.sim.now();
  Resource::Request server(line.servers);
  (void)co_await server;
  if (number >= kWarmUp) line.wait_s.add((line.sim.now() - arrival).seconds().si());
  const Seconds length(draw_exponential(line.service) / services_per_s);
  (void)co_await delay(SimDuration::rounded(length));
}

Process arrivals(Line& line, Queue queue, std::uint32_t replica) {
  RandomStream stream(1, "arrivals", replica);
  for (int i = 0; i < kWarmUp + kCustomers; ++i) {
    const Seconds gap(draw_exponential(stream) / queue.arrivals_per_s);
    (void)co_await delay(SimDuration::rounded(gap));
    line.sim.start(customer(line, i, queue.services_per_s));
  }
}

double replica_wait_s(const Queue& queue, std::uint32_t replica) {
  Line line(queue, replica);
  line.sim.start(arrivals(line, queue, replica));
  line.sim.run();
  return line.wait_s.mean();
}

class QueueingTheory : public testing::TestWithParam<Queue> {};

TEST_P(QueueingTheory, PredictsTheMeanWait) {
  RunningMoments replicas;
  for (std::uint32_t replica = 0; replica < 10; ++replica) {
    replicas.add(replica_wait_s(GetParam(), replica));
  }
  const double wanted = erlang_wait_s(GetParam());
  const Interval interval = mean_confidence(replicas, 0.999);
  EXPECT_LT(interval.low, wanted);
  EXPECT_GT(interval.high, wanted);
  EXPECT_NEAR(replicas.mean(), wanted, 0.05 * wanted);
}

INSTANTIATE_TEST_SUITE_P(Queues, QueueingTheory,
                         testing::Values(Queue{1, 0.5, 1.0}, Queue{1, 0.8, 1.0}, Queue{3, 2.4, 1.0},
                                         Queue{10, 8.0, 1.0}),
                         [](const auto& test) {
                           return "c" + std::to_string(test.param.servers) + "_lambda" +
                                  std::to_string(std::lround(10 * test.param.arrivals_per_s));
                         });

}  // namespace
}  // namespace sextant
