#include "src/run/packing.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace sextant::run {
namespace {

struct Inner {
  std::vector<double> numbers;
  std::int64_t count = 0;
};

template <class Archive>
void pack(Archive& archive, Inner& inner) {
  archive(inner.numbers, inner.count);
}

TEST(Packing, ReadsWhatWasWritten) {
  const std::vector<Inner> written{{{1.5, 2.5}, 7}, {{}, 8}};
  Packer packer;
  packer(written, true);
  std::vector<Inner> read;
  bool flag = false;
  Unpacker unpacker(packer.bytes());
  unpacker(read, flag);
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].numbers, (std::vector<double>{1.5, 2.5}));
  EXPECT_EQ(read[0].count, 7);
  EXPECT_TRUE(read[1].numbers.empty());
  EXPECT_EQ(read[1].count, 8);
  EXPECT_TRUE(flag);
  EXPECT_TRUE(unpacker.at_end());
}

TEST(Packing, ReadsTexts) {
  Packer packer;
  packer(std::string("two words"), std::string(), std::vector<std::string>{"a", "b"});
  std::string text, empty("x");
  std::vector<std::string> list;
  Unpacker unpacker(packer.bytes());
  unpacker(text, empty, list);
  EXPECT_EQ(text, "two words");
  EXPECT_EQ(empty, "");
  EXPECT_EQ(list, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(unpacker.at_end());
}

TEST(PackingDeathTest, DoesNotReadPastTheEnd) {
  std::int64_t number = 0;
  Unpacker unpacker("1234567");
  EXPECT_DEATH(unpacker(number), "7 bytes left of 8");
}

}  // namespace
}  // namespace sextant::run
