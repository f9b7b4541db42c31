// The same digest on one thread and on two: simulations share nothing, and random numbers depend on
// no order.

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>
#include <vector>

#include "sextant/kernel/delay.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/event.h"
#include "sextant/kernel/simulation.h"
#include "sextant/kernel/task.h"

namespace sextant {
namespace {

enum class Cause { kFailure };

Task<int> work(RandomStream& stream) {
  int interrupts = 0;
  for (int i = 0; i < 3; ++i) {
    const Wake wake = co_await delay(SimDuration::rounded(Seconds(draw_gamma(stream, 0.7))));
    interrupts += wake.interrupted();
  }
  co_return interrupts;
}

Process worker(std::uint64_t seed, std::uint32_t replica, std::uint32_t self, Event& done) {
  RandomStream stream(seed, "work", replica, self);
  for (int i = 0; i < 20; ++i) {
    const int interrupts = co_await work(stream);
    if (interrupts == 0) done.pulse();
  }
}

Process failures(std::uint64_t seed, std::uint32_t replica,
                 const std::vector<ProcessHandle>& workers) {
  RandomStream stream(seed, "failures", replica);
  for (int i = 0; i < 100; ++i) {
    (void)co_await delay(SimDuration::rounded(Seconds(0.1 * draw_weibull(stream, 0.7))));
    workers[draw_index(stream, workers.size())].interrupt(Cause::kFailure);
  }
}

std::uint64_t replica_digest(std::uint64_t seed, std::uint32_t replica) {
  Event done;
  std::vector<ProcessHandle> workers;
  Simulation sim;
  for (std::uint32_t i = 0; i < 20; ++i)
    workers.push_back(sim.start(worker(seed, replica, i, done)));
  sim.start(failures(seed, replica, workers));
  sim.run();
  return sim.digest().value();
}

constexpr std::uint32_t kReplicas = 40;

std::uint64_t digest_with(unsigned threads) {
  std::vector<std::uint64_t> digests(kReplicas);
  std::vector<std::thread> crew;
  for (unsigned thread = 0; thread < threads; ++thread) {
    crew.emplace_back([&, thread] {
      for (std::uint32_t r = thread; r < kReplicas; r += threads) {
        digests[r] = replica_digest(5, r);
      }
    });
  }
  for (std::thread& thread : crew) thread.join();
  Digest total;
  for (const std::uint64_t digest : digests) total.add(digest);
  return total.value();
}

TEST(Replicas, GiveOneAnswerOnAnyNumberOfThreads) {
  const std::uint64_t one = digest_with(1);
  EXPECT_EQ(one, digest_with(2));
  EXPECT_EQ(one, digest_with(3));
}

TEST(Replicas, DifferFromOneAnother) {
  EXPECT_NE(replica_digest(5, 0), replica_digest(5, 1));
  EXPECT_NE(replica_digest(5, 0), replica_digest(6, 0));
  EXPECT_EQ(replica_digest(5, 0), replica_digest(5, 0));
}

}  // namespace
}  // namespace sextant
