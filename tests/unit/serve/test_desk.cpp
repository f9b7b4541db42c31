#include "src/serve/desk.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace sextant::serve {
namespace {

using Turn = Desk::Turn;

TEST(Desk, OneAloneHasAllProcessors) {
  Desk desk({.running = 4, .waiting = 1});
  const auto first = desk.take("a");
  EXPECT_EQ(first->turn(), Turn::kGranted);
  EXPECT_EQ(first->parallel().threads, 4);
  const auto second = desk.take("b");
  EXPECT_EQ(second->parallel().threads, 2);
}

TEST(Desk, MoreThanMayWaitAreSentAway) {
  Desk desk({.running = 1, .waiting = 0});
  auto running = desk.take("");
  EXPECT_EQ(desk.take("")->turn(), Turn::kFull);
  running.reset();
  EXPECT_EQ(desk.take("")->turn(), Turn::kGranted);
}

TEST(Desk, ANewerRequestOfThePageAbandonsTheOlder) {
  Desk desk({.running = 2, .waiting = 1});
  const auto older = desk.take("page");
  const auto other = desk.take("another");
  EXPECT_FALSE(older->parallel().stopped(0));
  auto newer = std::async(std::launch::async, [&] { return desk.take("page")->turn(); });
  while (!older->abandoned()) std::this_thread::yield();
  EXPECT_TRUE(older->parallel().stopped(0));
  EXPECT_FALSE(other->abandoned());
  auto newest = std::async(std::launch::async, [&] {
    auto place = desk.take("page");
    while (place->turn() == Turn::kFull) place = desk.take("page");
    return place->turn();
  });
  EXPECT_EQ(newer.get(), Turn::kReplaced);
  desk.close();
  EXPECT_EQ(newest.get(), Turn::kClosed);
}

TEST(Desk, ClosedNobodyWaits) {
  Desk desk({.running = 1, .waiting = 8});
  const auto running = desk.take("a");
  auto waiting = std::async(std::launch::async, [&] { return desk.take("b")->turn(); });
  desk.close();
  EXPECT_EQ(waiting.get(), Turn::kClosed);
  EXPECT_TRUE(running->abandoned());
  EXPECT_EQ(desk.take("c")->turn(), Turn::kClosed);
}

}  // namespace
}  // namespace sextant::serve
