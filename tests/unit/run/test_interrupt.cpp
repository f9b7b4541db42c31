#include "src/run/interrupt.h"

#include <gtest/gtest.h>

#include <csignal>

namespace sextant::run {
namespace {

TEST(Interrupt, KeepsASignal) {
  const Interrupt interrupt;
  EXPECT_FALSE(interrupt.requested());
  std::raise(SIGINT);
  EXPECT_TRUE(interrupt.requested());
}

TEST(Interrupt, ForgetsTheSignalOfAnEarlierOne) {
  {
    const Interrupt interrupt;
    std::raise(SIGTERM);
  }
  EXPECT_FALSE(Interrupt().requested());
}

TEST(Interrupt, EndsTheProgramAtTheSecondSignal) {
  const auto twice = [] {
    const Interrupt interrupt;
    std::raise(SIGINT);
    std::raise(SIGINT);
  };
  EXPECT_EXIT(twice(), testing::KilledBySignal(SIGINT), "");
}

TEST(Interrupt, SaysThatNothingIsKnownYet) {
  const auto too_soon = [] {
    const Interrupt interrupt(Interrupt::Keeps::kOnceKnown);
    std::raise(SIGINT);
  };
  EXPECT_EXIT(too_soon(), testing::KilledBySignal(SIGINT),
              "sextant: interrupted before anything was known");
}

TEST(Interrupt, KeepsASignalOnceSomethingIsKnown) {
  Interrupt interrupt(Interrupt::Keeps::kOnceKnown);
  interrupt.something_known();
  std::raise(SIGINT);
  EXPECT_TRUE(interrupt.requested());
}

}  // namespace
}  // namespace sextant::run
