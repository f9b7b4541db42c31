#include "calibrate/ingest/sample_kind.h"

#include <gtest/gtest.h>

namespace sextant::ingest {
namespace {

TEST(SampleKind, FlagsSetApart) {
  Sample sample;
  EXPECT_EQ(set_apart(sample), nullptr);
  sample.flags = {"in_place", "bimodal", "concurrent_pairs"};  // OSU's pairs are no groups
  EXPECT_EQ(set_apart(sample), nullptr);
  sample.flags.push_back("group:tensor");
  EXPECT_STREQ(set_apart(sample), "of a layout's group, which is not all ranks of its nodes");
  sample.flags.push_back("concurrent:tensor+data");  // says more
  EXPECT_STREQ(set_apart(sample), "while other groups were busy");
}

TEST(SampleKind, MemoryIsStatedOrFollowsFromTheTool) {
  Sample sample;
  Environment environment;
  EXPECT_EQ(memory_of(sample, environment), Memory::kUnknown);
  environment.conditions["backend"] = "mpi";
  EXPECT_EQ(memory_of(sample, environment), Memory::kHost);
  environment.conditions["backend"] = "nccl";
  EXPECT_EQ(memory_of(sample, environment), Memory::kDevice);
  environment.conditions["memory"] = "host";
  EXPECT_EQ(memory_of(sample, environment), Memory::kHost);
  Environment osu;
  osu.tool = "osu 7.5";
  EXPECT_EQ(memory_of(sample, osu), Memory::kHost);
  sample.flags = {"device_buffers"};
  EXPECT_EQ(memory_of(sample, osu), Memory::kDevice);
}

}  // namespace
}  // namespace sextant::ingest
