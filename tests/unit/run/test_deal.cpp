#include "src/run/deal.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <numeric>
#include <stdexcept>
#include <thread>

namespace sextant::run {
namespace {

std::vector<std::int64_t> pieces(std::int64_t count) {
  std::vector<std::int64_t> todo(static_cast<std::size_t>(count));
  std::iota(todo.begin(), todo.end(), 0);
  return todo;
}

std::string twice(std::int64_t i) { return std::to_string(2 * i); }

TEST(Deal, TakesTheResultOfEveryPieceOnce) {
  for (const int threads : {0, 1, 2, 7}) {
    std::map<std::int64_t, std::string> taken;
    const auto caller = std::this_thread::get_id();
    const bool all = deal(pieces(5000), {.threads = threads},
                          {.work = twice,
                           .take =
                               [&](std::int64_t i, std::string result) {
                                 EXPECT_EQ(std::this_thread::get_id(), caller);
                                 EXPECT_TRUE(taken.emplace(i, std::move(result)).second);
                               },
                           .stopped = {}});
    EXPECT_TRUE(all);
    ASSERT_EQ(taken.size(), 5000u);
    for (const auto& [i, result] : taken) EXPECT_EQ(result, twice(i));
  }
}

TEST(Deal, DoesThePiecesThatAreNamed) {
  std::vector<std::int64_t> taken;
  EXPECT_TRUE(deal({7, 3, 1'000'000'000'000}, {.threads = 1},
                   {.work = twice,
                    .take = [&](std::int64_t i, std::string) { taken.push_back(i); },
                    .stopped = {}}));
  EXPECT_EQ(taken, (std::vector<std::int64_t>{7, 3, 1'000'000'000'000}));
}

TEST(Deal, OfNothingReturns) {
  const DealtWork work{
      .work = twice, .take = [](std::int64_t, std::string) { FAIL(); }, .stopped = {}};
  EXPECT_TRUE(deal({}, {.threads = 3}, work));
}

TEST(Deal, KeepsThreadsBusyBesideALongPiece) {
  std::atomic<int> short_ones{0};
  EXPECT_TRUE(deal(pieces(50), {.threads = 2},
                   {.work = [&](std::int64_t i) -> std::string {
                      if (i == 0) {
                        while (short_ones < 49) std::this_thread::yield();
                      } else {
                        ++short_ones;
                      }
                      return {};
                    },
                    .take = [](std::int64_t, std::string) {},
                    .stopped = {}}));
}

TEST(Deal, LeavesWhatNobodyHasBegunOnceStopped) {
  std::atomic<int> begun{0};
  int taken = 0;
  const bool all = deal(pieces(100'000), {.threads = 2},
                        {.work =
                             [&](std::int64_t i) {
                               ++begun;
                               return twice(i);
                             },
                         .take = [&](std::int64_t, std::string) { ++taken; },
                         .stopped = [&] { return taken >= 10; }});
  EXPECT_FALSE(all);
  EXPECT_GE(taken, 10);
  EXPECT_LT(taken, 100'000);
  EXPECT_EQ(taken, begun) << "what was begun is taken";
}

TEST(Deal, ThatIsStoppedAtTheLastPieceHasLeftNone) {
  int taken = 0;
  EXPECT_TRUE(deal(pieces(20), {.threads = 2},
                   {.work = twice,
                    .take = [&](std::int64_t, std::string) { ++taken; },
                    .stopped = [&] { return taken == 20; }}));
}

TEST(Deal, ThrowsWhatWorkThrows) {
  const DealtWork work{.work = [](std::int64_t i) -> std::string {
                         if (i >= 5) throw std::out_of_range(std::to_string(i));
                         return {};
                       },
                       .take = [](std::int64_t i, std::string) { EXPECT_LT(i, 5); },
                       .stopped = {}};
  for (const int threads : {1, 3}) {
    EXPECT_THROW(deal(pieces(10'000), {.threads = threads}, work), std::out_of_range);
  }
}

TEST(Deal, ThrowsWhatTakeThrows) {
  int taken = 0;
  const DealtWork work{.work = twice,
                       .take =
                           [&](std::int64_t, std::string) {
                             ++taken;
                             throw std::length_error("full");
                           },
                       .stopped = {}};
  EXPECT_THROW(deal(pieces(10'000), {.threads = 2}, work), std::length_error);
  EXPECT_EQ(taken, 1);
}

TEST(Deal, ReportsProgress) {
  std::int64_t last = 0;
  deal(pieces(100),
       {.threads = 2,
        .progress =
            [&](std::int64_t done) {
              EXPECT_EQ(done, last + 1);
              last = done;
            }},
       {.work = twice, .take = [](std::int64_t, std::string) {}, .stopped = {}});
  EXPECT_EQ(last, 100);
}

}  // namespace
}  // namespace sextant::run
