#include "src/run/parallel_for.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace sextant::run {
namespace {

TEST(ParallelFor, DoesEveryIndexOnce) {
  for (const int threads : {0, 1, 2, 7}) {
    std::vector<int> calls(1000);
    parallel_for(1000, {.threads = threads},
                 [&](std::int64_t i) { ++calls[static_cast<std::size_t>(i)]; });
    EXPECT_EQ(calls, std::vector<int>(1000, 1)) << threads << " threads";
  }
}

TEST(ParallelFor, OfNothingReturns) {
  parallel_for(0, {.threads = 4}, [](std::int64_t) { FAIL(); });
}

TEST(ParallelFor, ThrowsTheExceptionOfTheSmallestIndex) {
  const auto work = [](std::int64_t i) {
    if (i >= 10) throw std::runtime_error(std::to_string(i));
  };
  for (const int threads : {1, 3}) {
    try {
      parallel_for(1000, {.threads = threads}, work);
      FAIL() << "no exception";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "10");
    }
  }
}

TEST(ParallelFor, ReportsProgressFromTheCallingThread) {
  std::int64_t last = 0;
  parallel_for(100,
               {.threads = 1,
                .progress =
                    [&](std::int64_t done) {
                      EXPECT_EQ(done, last + 1);
                      last = done;
                    }},
               [](std::int64_t) {});
  EXPECT_EQ(last, 100);
}

TEST(ParallelFor, DoesTheFirstIndicesUntilItIsStopped) {
  for (const int threads : {1, 2, 7}) {
    std::vector<int> calls(1000);
    const std::int64_t done =
        parallel_for(1000, {.threads = threads, .stopped = [](auto done) { return done >= 100; }},
                     [&](std::int64_t i) { ++calls[static_cast<std::size_t>(i)]; });
    EXPECT_GE(done, 100) << threads << " threads";
    EXPECT_LT(done, 100 + threads) << threads << " threads";
    std::vector<int> first(1000);
    std::fill_n(first.begin(), done, 1);
    EXPECT_EQ(calls, first) << threads << " threads";
  }
}

TEST(ParallelFor, DoesNothingIfItIsStoppedFromTheBeginning) {
  const auto stopped = [](std::int64_t) { return true; };
  EXPECT_EQ(parallel_for(10, {.stopped = stopped}, [](std::int64_t) { FAIL(); }), 0);
  const ParallelOptions whole = unstoppable({.stopped = stopped});
  EXPECT_EQ(parallel_for(10, whole, [](std::int64_t) {}), 10);
}

TEST(ThreadCount, IsWhatIsAskedForOrWhatThereIs) {
  EXPECT_EQ(thread_count({.threads = 3}), 3);
  EXPECT_GE(thread_count({}), 1);
}

}  // namespace
}  // namespace sextant::run
