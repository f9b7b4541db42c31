// What goes into a container comes out or is in it; a resource is never oversold and serves first
// come first served within a priority.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>
#include <tuple>
#include <vector>

#include "sextant/kernel/container.h"
#include "sextant/kernel/delay.h"
#include "sextant/kernel/resource.h"
#include "sextant/kernel/simulation.h"

namespace sextant {
namespace {

using Tank = Container<std::int64_t>;

struct Flows {
  std::int64_t in = 0;
  std::int64_t out = 0;
};

Process filler(Tank& tank, Flows& flows, std::int64_t start, std::int64_t amount,
               std::int64_t patience) {
  (void)co_await delay(SimDuration(start));
  Tank::Put put(tank, amount);
  (void)co_await any_of(put, delay(SimDuration(patience)));
  if (put.done()) flows.in += amount;
}

Process drainer(Tank& tank, Flows& flows, std::int64_t start, std::int64_t amount,
                std::int64_t patience) {
  (void)co_await delay(SimDuration(start));
  Tank::Get get(tank, amount);
  (void)co_await any_of(get, delay(SimDuration(patience)));
  if (get.done()) flows.out += amount;
}

RC_GTEST_PROP(Container, Conserves, ()) {
  const std::int64_t capacity = *rc::gen::inRange(1, 30);
  const std::int64_t level = *rc::gen::inRange<std::int64_t>(0, capacity + 1);
  Tank tank(capacity, level);
  Flows flows;
  Simulation sim;
  const int count = *rc::gen::inRange(0, 60);
  for (int i = 0; i < count; ++i) {
    const bool fills = *rc::gen::arbitrary<bool>();
    const std::int64_t start = *rc::gen::inRange(0, 50);
    const std::int64_t amount = *rc::gen::inRange(0, 12);
    const std::int64_t patience = *rc::gen::inRange(0, 30);
    sim.start(fills ? filler(tank, flows, start, amount, patience)
                    : drainer(tank, flows, start, amount, patience));
  }
  for (std::int64_t time = 0; time < 100; ++time) {
    sim.run_until(SimTime(time));
    RC_ASSERT(0 <= tank.level() && tank.level() <= capacity);
  }
  RC_ASSERT(tank.level() == level + flows.in - flows.out);
  RC_ASSERT(sim.live_processes() == 0u);
}

struct Visit {
  std::int64_t arrival;
  int number;
  std::int32_t priority;
  std::int64_t amount;
  std::int64_t service;
  std::int64_t patience;
};

struct Served {
  std::int64_t granted;
  std::int32_t priority;
  std::int64_t arrival;
  int number;
};

Process visitor(Simulation& sim, Resource& desk, Visit visit, std::vector<Served>& served) {
  (void)co_await delay(SimDuration(visit.arrival));
  Resource::Request request(desk, visit.amount, visit.priority);
  (void)co_await any_of(request, delay(SimDuration(visit.patience)));
  if (!request.granted()) co_return;
  served.push_back({sim.now().ns(), visit.priority, visit.arrival, visit.number});
  (void)co_await delay(SimDuration(visit.service));
}

Visit any_visit(int number, std::int64_t capacity) {
  return {.arrival = *rc::gen::inRange(0, 50),
          .number = number,
          .priority = *rc::gen::inRange(0, 3),
          .amount = *rc::gen::inRange<std::int64_t>(1, capacity + 1),
          .service = *rc::gen::inRange(0, 20),
          .patience = *rc::gen::weightedElement<std::int64_t>({{1, 5}, {3, 1'000'000}})};
}

RC_GTEST_PROP(Resource, IsNeverOversoldAndAllIsReturned, ()) {
  const std::int64_t capacity = *rc::gen::inRange(1, 6);
  Resource desk(capacity);
  std::vector<Served> served;
  Simulation sim;
  const int count = *rc::gen::inRange(0, 50);
  for (int i = 0; i < count; ++i) sim.start(visitor(sim, desk, any_visit(i, capacity), served));
  for (std::int64_t time = 0; time < 100; ++time) {
    sim.run_until(SimTime(time));
    RC_ASSERT(0 <= desk.in_use() && desk.in_use() <= capacity);
    RC_ASSERT(desk.waiting() >= 0);
  }
  sim.run();
  RC_ASSERT(desk.in_use() == 0);
  RC_ASSERT(desk.waiting() == 0);
  RC_ASSERT(sim.live_processes() == 0u);
}

/// Of two visitors of one priority, who came first is served first; of two that waited at the same
/// time, the more urgent one.
RC_GTEST_PROP(Resource, ServesByPriorityThenByArrival, ()) {
  Resource desk(1);
  std::vector<Served> served;
  Simulation sim;
  const int count = *rc::gen::inRange(0, 30);
  for (int i = 0; i < count; ++i) {
    Visit visit = any_visit(i, 1);
    visit.patience = 1'000'000;
    visit.service = std::max<std::int64_t>(visit.service, 1);
    sim.start(visitor(sim, desk, visit, served));
  }
  sim.run();
  RC_ASSERT(served.size() == static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < served.size(); ++i) {
    for (std::size_t j = i + 1; j < served.size(); ++j) {
      const Served& first = served[i];
      const Served& second = served[j];
      if (second.arrival >= first.granted) continue;  // was not there yet
      RC_ASSERT(std::tie(first.priority, first.arrival, first.number) <
                std::tie(second.priority, second.arrival, second.number));
    }
  }
}

}  // namespace
}  // namespace sextant
