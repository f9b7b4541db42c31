#include "calibrate/comm/companion.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace sextant::comm {
namespace {

TEST(Companion, WorksAsOftenAsItIsTold) {
  Companion companion;
  int done = 0;
  for (int i = 0; i < 100; ++i) {
    companion.start([&] { ++done; });
    companion.wait();
  }
  EXPECT_EQ(done, 100);
}

TEST(Companion, HandsOverWhatWasThrown) {
  Companion companion;
  companion.start([] { throw std::runtime_error("broken"); });
  EXPECT_THROW(companion.wait(), std::runtime_error);
  companion.start([] {});
  EXPECT_NO_THROW(companion.wait());
}

}  // namespace
}  // namespace sextant::comm
