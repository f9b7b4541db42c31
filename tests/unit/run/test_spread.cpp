#include "src/run/spread.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "src/run/ranks.h"

namespace sextant::run {
namespace {

TEST(Spread, GivesResultsInOrder) {
  const Ranks alone;
  for (const Ranks* ranks : {static_cast<const Ranks*>(nullptr), &alone}) {
    const std::vector<double> halves =
        spread<double>(5, {.threads = 2, .ranks = ranks},
                       [](std::int64_t i) { return 0.5 * static_cast<double>(i); });
    EXPECT_EQ(halves, (std::vector<double>{0, 0.5, 1, 1.5, 2}));
  }
}

TEST(Spread, PassesExceptionsOn) {
  const auto fails = [](std::int64_t) -> int { throw std::out_of_range("far"); };
  EXPECT_THROW(spread<int>(3, {}, fails), std::out_of_range);
}

TEST(Spread, GivesTheFirstResultsWhereItIsStopped) {
  const std::vector<std::int64_t> some =
      spread<std::int64_t>(100, {.threads = 1, .stopped = [](auto done) { return done == 3; }},
                           [](std::int64_t i) { return i * i; });
  EXPECT_EQ(some, (std::vector<std::int64_t>{0, 1, 4}));
}

TEST(Ranks, AreOneWhereNoLauncherStartedMore) {
  const Ranks ranks;
  EXPECT_EQ(launched_processes(), 0);
  EXPECT_EQ(ranks.count(), 1);
  EXPECT_EQ(ranks.rank(), 0);
  EXPECT_EQ(ranks.gather("own"), std::vector<std::string>{"own"});
  EXPECT_EQ(ranks.leave(3), 3);
}

}  // namespace
}  // namespace sextant::run
