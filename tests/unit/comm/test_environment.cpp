#include "calibrate/comm/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace sextant::comm {
namespace {

using testing::ElementsAre;
using testing::MatchesRegex;
using testing::Pair;

TEST(ToolVariables, LeaveSecretsOut) {
  const std::array<const char*, 7> environment{"HOME=/root",
                                               "NCCL_DEBUG=INFO",
                                               "AWS_SECRET_ACCESS_KEY=x",
                                               "FI_PROVIDER=efa",
                                               "OFI_NCCL_OPTION=a=b",
                                               "MY_NCCL_THING=no",
                                               nullptr};
  EXPECT_THAT(tool_variables(environment.data()),
              ElementsAre(Pair("FI_PROVIDER", "efa"), Pair("NCCL_DEBUG", "INFO"),
                          Pair("OFI_NCCL_OPTION", "a=b")));
}

TEST(Today, IsADate) { EXPECT_THAT(today(), MatchesRegex("20[0-9]{2}-[0-9]{2}-[0-9]{2}")); }

}  // namespace
}  // namespace sextant::comm
