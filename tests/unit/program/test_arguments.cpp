#include "calibrate/program/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calibrate/program/command.h"
#include "calibrate/program/communication_options.h"
#include "calibrate/program/session_options.h"
#include "calibrate/program/usage_error.h"

namespace sextant::program {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

Arguments collectives(const std::vector<std::string>& words) {
  return parse_arguments(kCollectivesCommand, words);
}

void expect_refused(const std::vector<std::string>& words, const std::string& message) {
  EXPECT_THAT([&] { kCollectivesCommand.check(collectives(words)); },
              ThrowsMessage<UsageError>(HasSubstr(message)));
}

TEST(Arguments, AreQuantitiesWithUnits) {
  const Arguments arguments = collectives(
      {"--largest", "64 MiB", "--total-time", "90 s", "--nodes", "1,2,4", "-o", "a.json"});
  EXPECT_EQ(arguments.bytes("largest"), std::size_t{64} << 20);
  EXPECT_EQ(arguments.bytes("smallest"), std::nullopt);
  EXPECT_THAT(arguments.counts("nodes", 1, 8), ElementsAre(1, 2, 4));
  EXPECT_EQ(session_options(arguments).total_s, 90.0);
  EXPECT_EQ(session_options(arguments).output, "a.json");
}

TEST(Arguments, AreRefusedWithTheReason) {
  expect_refused({"--lagest", "1 MiB"}, "did you mean '--largest'?");
  expect_refused({"--largest", "64"}, "--largest: expected an amount of data");
  expect_refused({"--total-time", "-3 s"}, "--total-time: expected a time");
  expect_refused({"--repetitions", "0"}, "--repetitions: expected a whole number from 1");
  expect_refused({"--nodes", "1,x"}, "--nodes: expected a whole number");
  expect_refused({"--step", "1"}, "--step: expected a number from 1.1");
  expect_refused({"--smallest", "2 GiB"}, "--smallest is larger than --largest");
  expect_refused({"--backend", "gloo"}, "--backend: expected mpi, ofi or nccl, found 'gloo'");
  expect_refused({"--all-rails"}, "add --backend ofi");
  expect_refused({"--operations", "gather"}, "--operations: expected some of all_reduce");
  expect_refused({"--skew", "2"}, "--skew: expected a number from 0 to 1");
  expect_refused({"more"}, "too many arguments for 'collectives'");
}

TEST(Layouts, AreReadFromTheCommandLine) {
  const Layout layout = read_layout("tensor=8,pipeline=2,schedule=gpipe,sequence_parallel=false");
  EXPECT_EQ(layout.tensor, 8);
  EXPECT_EQ(layout.pipeline, 2);
  EXPECT_EQ(layout.schedule, Schedule::kGpipe);
  EXPECT_FALSE(layout.sequence_parallel);
}

TEST(Layouts, AreRefusedWithTheReason) {
  expect_refused({"--layout", "tensor"}, "expected entries such as tensor=2");
  expect_refused({"--layout", "tensr=2"}, "tensr");
  expect_refused({"--layout", "tensor=0"}, "/tensor");
  expect_refused({"--layout", "tensor=two"}, "/tensor");
}

TEST(Commands, HaveHelpWithExamples) {
  for (const Command* command : commands()) {
    EXPECT_THAT(command_help(*command), HasSubstr("sextant-comm " + std::string(command->name)));
    EXPECT_THAT(general_help(), HasSubstr(command->name));
    EXPECT_EQ(&find_command(command->name), command);
  }
  EXPECT_THAT([] { find_command("colectives"); },
              ThrowsMessage<UsageError>(HasSubstr("did you mean 'collectives'?")));
}

}  // namespace
}  // namespace sextant::program
