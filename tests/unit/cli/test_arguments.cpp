#include "src/cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "src/cli/command.h"
#include "src/cli/usage_error.h"

namespace sextant::cli {
namespace {

using testing::HasSubstr;

std::string usage_error(const std::vector<std::string>& words) {
  try {
    parse_arguments(kPlanCommand, words);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Arguments, ReadsOptionsAndPositionals) {
  const Arguments arguments = parse_arguments(kPlanCommand, {"a.json", "--json", "--seed=7"});
  EXPECT_EQ(arguments.text("scenario"), "a.json");
  EXPECT_TRUE(arguments.has("json"));
  EXPECT_EQ(arguments.count("seed", 0, 100), 7);
  EXPECT_EQ(arguments.count("replicas", 1, 100), std::nullopt);
}

TEST(Arguments, TakesWhatFollowsTwoDashesAsItIs) {
  EXPECT_EQ(parse_arguments(kPlanCommand, {"--", "--json"}).text("scenario"), "--json");
}

TEST(Arguments, UnknownOptionNamesTheNearest) {
  EXPECT_THAT(usage_error({"--replcas", "3"}), HasSubstr("did you mean '--replicas'?"));
  EXPECT_THAT(usage_error({"--xyzzyx"}), testing::Not(HasSubstr("did you mean")));
}

TEST(Arguments, AnOptionIsNotCompleted) {
  EXPECT_THAT(usage_error({"--js"}), HasSubstr("unknown option '--js'"));
}

TEST(Arguments, TooManyPositionalsAndMissingValuesSayTheUsage) {
  EXPECT_THAT(usage_error({"a", "b"}), HasSubstr("too many arguments for 'plan'"));
  EXPECT_THAT(usage_error({"--seed"}), HasSubstr("usage: sextant plan"));
}

TEST(Arguments, CountsAreWholeNumbersInTheirRange) {
  const auto count = [](const char* text) {
    return parse_arguments(kPlanCommand, {"--replicas", text}).count("replicas", 1, 10'000);
  };
  EXPECT_EQ(count("1k"), 1000);
  EXPECT_EQ(count("2e3"), 2000);
  for (const char* wrong : {"0", "1.5", "many", "", "100000", "99999999999999999999"}) {
    EXPECT_THROW(count(wrong), UsageError) << wrong;
  }
}

TEST(Commands, EachHasAnExampleThatItWouldParse) {
  std::set<std::string> names;
  for (const Command* command : commands()) {
    EXPECT_TRUE(names.insert(command->name).second) << command->name;
    EXPECT_STRNE(command->example, "");
    EXPECT_THAT(command_help(*command), HasSubstr(command->example));
    EXPECT_THAT(general_help(), HasSubstr(command->summary));
  }
}

TEST(Commands, UnknownNamesTheNearest) {
  try {
    find_command("paln");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean 'plan'?"));
  }
}

}  // namespace
}  // namespace sextant::cli
