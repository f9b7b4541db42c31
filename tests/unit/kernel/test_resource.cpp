#include "sextant/kernel/resource.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "sextant/kernel/container.h"
#include "sextant/kernel/delay.h"
#include "sextant/kernel/simulation.h"

namespace sextant {
namespace {

using Log = std::vector<std::string>;

enum class Cause { kStop };

SimDuration ns(std::int64_t n) { return SimDuration(n); }

struct Shop {
  Simulation sim;
  Log log;

  void note(const std::string& text) { log.push_back(text + " " + std::to_string(sim.now().ns())); }
};

Process customer(Shop& shop, Resource& servers, std::string name, std::int64_t service,
                 std::int64_t amount = 1, std::int32_t priority = 0) {
  Resource::Request server(servers, amount, priority);
  const Wake wake = co_await server;
  if (wake.interrupted()) co_return;
  shop.note(name);
  (void)co_await delay(ns(service));
}

TEST(Resource, ServesFirstComeFirst) {
  Shop shop;
  Resource servers(1);
  for (const char* name : {"a", "b", "c"}) shop.sim.start(customer(shop, servers, name, 10));
  shop.sim.run();
  EXPECT_EQ(shop.log, (Log{"a 0", "b 10", "c 20"}));
  EXPECT_EQ(servers.in_use(), 0);
  EXPECT_EQ(servers.waiting(), 0);
}

TEST(Resource, ServesSmallerPriorityFirst) {
  Shop shop;
  Resource servers(1);
  shop.sim.start(customer(shop, servers, "a", 10));
  shop.sim.start(customer(shop, servers, "later", 10, 1, 5));
  shop.sim.start(customer(shop, servers, "sooner", 10, 1, -5));
  shop.sim.start(customer(shop, servers, "later too", 10, 1, 5));
  shop.sim.run();
  EXPECT_EQ(shop.log, (Log{"a 0", "sooner 10", "later 20", "later too 30"}));
}

TEST(Resource, HeadOfTheLineIsNotOvertaken) {
  Shop shop;
  Resource servers(2);
  shop.sim.start(customer(shop, servers, "small", 10));
  shop.sim.start(customer(shop, servers, "large", 10, 2));
  shop.sim.start(customer(shop, servers, "small too", 10));
  shop.sim.run();
  EXPECT_EQ(shop.log, (Log{"small 0", "large 10", "small too 20"}));
}

TEST(Resource, InterruptedWaiterLeavesTheLine) {
  Shop shop;
  Resource servers(1);
  shop.sim.start(customer(shop, servers, "a", 10));
  const ProcessHandle large = shop.sim.start(customer(shop, servers, "b", 10));
  shop.sim.start(customer(shop, servers, "c", 10));
  shop.sim.run_until(SimTime(5));
  EXPECT_EQ(servers.waiting(), 2);
  large.interrupt(Cause::kStop);
  shop.sim.run();
  EXPECT_EQ(shop.log, (Log{"a 0", "c 10"}));
}

Process impatient(Shop& shop, Resource& servers) {
  Resource::Request server(servers);
  const Wake wake = co_await any_of(server, delay(ns(3)));
  EXPECT_EQ(wake.index(), 1);
  EXPECT_FALSE(server.granted());
  shop.note("gone");
}

TEST(Resource, ImpatientWaiterLeavesTheLine) {
  Shop shop;
  Resource servers(1);
  shop.sim.start(customer(shop, servers, "a", 10));
  shop.sim.start(impatient(shop, servers));
  shop.sim.run();
  EXPECT_EQ(shop.log, (Log{"a 0", "gone 3"}));
  EXPECT_EQ(servers.waiting(), 0);
}

TEST(Resource, CapacityCanBeLoweredAndRaised) {
  Shop shop;
  Resource servers(2);
  shop.sim.start(customer(shop, servers, "a", 10));
  shop.sim.start(customer(shop, servers, "b", 20));
  shop.sim.start(customer(shop, servers, "c", 10));
  shop.sim.run_until(SimTime(5));
  servers.set_capacity(1);
  EXPECT_EQ(servers.available(), -1);
  shop.sim.run_until(SimTime(12));
  EXPECT_EQ(shop.log, (Log{"a 0", "b 0"}));
  servers.set_capacity(2);
  shop.sim.run();
  EXPECT_EQ(shop.log, (Log{"a 0", "b 0", "c 12"}));
}

TEST(Resource, MayDieBeforeItsRequests) {
  auto shop = std::make_unique<Shop>();
  auto servers = std::make_unique<Resource>(1);
  shop->sim.start(customer(*shop, *servers, "holds", 10));
  shop->sim.start(customer(*shop, *servers, "waits", 10));
  shop->sim.run_until(SimTime(1));
  servers.reset();
  shop.reset();
}

TEST(Resource, MayDieAfterItsRequests) {
  Resource servers(1);
  {
    Shop shop;
    shop.sim.start(customer(shop, servers, "holds", 10));
    shop.sim.start(customer(shop, servers, "waits", 10));
    shop.sim.run_until(SimTime(1));
  }
  EXPECT_EQ(servers.in_use(), 0);
  EXPECT_EQ(servers.waiting(), 0);
}

TEST(Resource, RequestCanBeReleasedEarly) {
  Resource servers(1);
  Resource::Request first(servers);
  Resource::Request second(servers);
  EXPECT_TRUE(first.granted());
  EXPECT_FALSE(second.granted());
  first.release();
  EXPECT_FALSE(first.granted());
  EXPECT_TRUE(second.granted());
}

using Tank = Container<Bytes>;

Process fill(Shop& shop, Tank& tank, double amount) {
  Tank::Put put(tank, Bytes(amount));
  const Wake wake = co_await put;
  if (!wake.interrupted()) shop.note("put");
}

Process drain(Shop& shop, Tank& tank, std::int64_t start, double amount) {
  (void)co_await delay(ns(start));
  Tank::Get get(tank, Bytes(amount));
  const Wake wake = co_await get;
  if (!wake.interrupted()) shop.note("got");
}

TEST(Container, WaitsUntilItFitsOrIsThere) {
  Shop shop;
  Tank tank(Bytes(10), Bytes(4));
  shop.sim.start(fill(shop, tank, 8));
  shop.sim.start(drain(shop, tank, 5, 3));   // 1 is left, and 8 fit in
  shop.sim.start(drain(shop, tank, 6, 20));  // never
  shop.sim.run();
  EXPECT_EQ(shop.log, (Log{"got 5", "put 5"}));
  EXPECT_EQ(tank.level(), Bytes(9));
}

TEST(Container, WithdrawnRequestLetsTheNextPass) {
  Container<std::int64_t> tank(10, 5);
  Container<std::int64_t>::Get large(tank, 7);
  Container<std::int64_t>::Get small(tank, 2);
  EXPECT_FALSE(small.done());
  large.withdraw();
  EXPECT_TRUE(small.done());
  EXPECT_FALSE(large.done());
  EXPECT_EQ(tank.level(), 3);
}

TEST(Container, MayDieBeforeItsRequests) {
  Shop shop;
  auto tank = std::make_unique<Tank>(Bytes(1));
  shop.sim.start(drain(shop, *tank, 0, 1));
  shop.sim.run_until(SimTime(1));
  tank.reset();
  EXPECT_EQ(shop.sim.live_processes(), 1u);
}

}  // namespace
}  // namespace sextant
