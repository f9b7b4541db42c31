#include "src/run/flow_worker.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "src/flow/protocol.h"
#include "tests/support/flow_worker.h"

namespace sextant::run {
namespace {

using ::testing::AllOf;
using ::testing::DoubleNear;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using Activity = FlowProblem::Activity;
namespace fs = std::filesystem;

constexpr double kNever = std::numeric_limits<double>::infinity();

FlowResult run(const FlowProblem& problem) { return run_flows(problem, tests::flow_worker()); }

/// One link of 100 bytes a second, crossed once by pattern 0.
FlowProblem one_link() {
  return {.capacities = {100.0}, .patterns = {{{0, 1.0}}}, .activities = {}};
}

TEST(FlowWorker, SharesALinkBetweenTwoFlows) {
  SEXTANT_NEEDS_FLOW_WORKER();
  FlowProblem problem = one_link();
  problem.activities = {{.pattern = 0, .bytes = 100.0}, {.pattern = 0, .bytes = 300.0}};
  const FlowResult result = run(problem);
  // Both at 50 until the first ends after 2 s; the other's last 200 bytes at 100.
  EXPECT_THAT(result.end[0], DoubleNear(2.0, 1e-9));
  EXPECT_THAT(result.end[1], DoubleNear(4.0, 1e-9));
  EXPECT_EQ(result.start, (std::vector{0.0, 0.0}));
  EXPECT_EQ(result.moving, (std::vector{0.0, 0.0}));
  EXPECT_GT(result.wall_s, 0.0);
  EXPECT_GT(result.peak_bytes, 1'000'000);
}

TEST(FlowWorker, SharesFromTheMomentThatAnotherComes) {
  SEXTANT_NEEDS_FLOW_WORKER();
  FlowProblem problem{.capacities = {100.0, 100.0},
                      .patterns = {{{0, 1.0}}, {{0, 1.0}, {1, 2.0}}, {{1, 1.0}}},
                      .activities = {}};
  problem.activities = {{.pattern = 0, .bytes = 100.0},
                        {.pattern = 2, .bytes = 100.0, .rate = 10.0},
                        {.seconds = 0.5, .pattern = 1, .bytes = 100.0, .rate = 40.0},
                        {.seconds = 0.75, .pattern = 0, .bytes = 10.0, .rate = 20.0}};
  const FlowResult result = run(problem);
  // The first has 50 left when the third comes with 40; then 35 when the last comes with 20, and
  // gets 40: of three that want 100, 40 and 20. The other link is never full.
  EXPECT_THAT(result.end[3], DoubleNear(1.25, 1e-9));
  EXPECT_THAT(result.end[0], DoubleNear(1.25 + 15.0 / 60.0, 1e-9));
  EXPECT_THAT(result.end[2], DoubleNear(3.0, 1e-9));
  EXPECT_THAT(result.end[1], DoubleNear(10.0, 1e-9));
}

TEST(FlowWorker, HoldsAFlowToItsRateAndGivesTheRestToTheOther) {
  SEXTANT_NEEDS_FLOW_WORKER();
  FlowProblem problem = one_link();
  problem.activities = {{.pattern = 0, .bytes = 100.0, .rate = 20.0},
                        {.pattern = 0, .bytes = 400.0}};
  const FlowResult result = run(problem);
  EXPECT_THAT(result.end[0], DoubleNear(5.0, 1e-9));
  EXPECT_THAT(result.end[1], DoubleNear(5.0, 1e-9)) << "at 80";
}

TEST(FlowWorker, GivesEachFlowOfTheSamePatternItsRate) {
  SEXTANT_NEEDS_FLOW_WORKER();
  FlowProblem problem = one_link();
  problem.activities.assign(4, {.pattern = 0, .bytes = 100.0, .rate = 20.0});
  for (const double end : run(problem).end) EXPECT_THAT(end, DoubleNear(5.0, 1e-9));
}

TEST(FlowWorker, WeighsAPatternByItsFlows) {
  SEXTANT_NEEDS_FLOW_WORKER();
  FlowProblem problem{
      .capacities = {120.0, 1000.0},
      .patterns = {{{0, 3.0}, {1, 0.5}}, {{0, 1.5}}},
      .activities = {{.pattern = 0, .bytes = 100.0}, {.pattern = 1, .bytes = 100.0}}};
  const FlowResult result = run(problem);
  // 4.5 flows share 120.
  EXPECT_THAT(result.end[0], DoubleNear(100.0 / (120.0 / 4.5), 1e-9));
  EXPECT_THAT(result.end[1], DoubleNear(100.0 / (120.0 / 4.5), 1e-9));
}

TEST(FlowWorker, LetsFlowsOfLessThanOneBeFasterThanTheLink) {
  SEXTANT_NEEDS_FLOW_WORKER();
  FlowProblem problem{.capacities = {100.0},
                      .patterns = {{{0, 0.25}}},
                      .activities = {{.pattern = 0, .bytes = 100.0}}};
  EXPECT_THAT(run(problem).end[0], DoubleNear(0.25, 1e-9)) << "four links' width for each";
}

TEST(FlowWorker, GivesWhatABottleneckLeavesToOthers) {
  SEXTANT_NEEDS_FLOW_WORKER();
  // The long flow gets 10 on the narrow link; on the wide one the short flow gets 90.
  FlowProblem problem{
      .capacities = {10.0, 100.0},
      .patterns = {{{0, 1.0}, {1, 1.0}}, {{1, 1.0}}},
      .activities = {{.pattern = 0, .bytes = 100.0}, {.pattern = 1, .bytes = 900.0}}};
  const FlowResult result = run(problem);
  EXPECT_THAT(result.end[0], DoubleNear(10.0, 1e-9));
  EXPECT_THAT(result.end[1], DoubleNear(10.0, 1e-9));
}

TEST(FlowWorker, StartsWhatWaitsWhenAllOfItHasEnded) {
  SEXTANT_NEEDS_FLOW_WORKER();
  FlowProblem problem = one_link();
  problem.activities = {{.seconds = 1.5},
                        {.seconds = 2.0, .pattern = 0, .bytes = 100.0},
                        {.seconds = 0.5, .pattern = 0, .bytes = 50.0, .waits = {0, 1}},
                        {.waits = {2}},
                        {.seconds = 1.0, .pattern = 0, .bytes = 0.0, .waits = {3, 3}}};
  const FlowResult result = run(problem);
  const std::vector<double> start{0.0, 0.0, 3.0, 4.0, 4.0}, moving{1.5, 2.0, 3.5, 4.0, 5.0},
      end{1.5, 3.0, 4.0, 4.0, 5.0};
  for (std::size_t i = 0; i < end.size(); ++i) {
    EXPECT_THAT(result.start[i], DoubleNear(start[i], 1e-9)) << i;
    EXPECT_THAT(result.moving[i], DoubleNear(moving[i], 1e-9)) << i;
    EXPECT_THAT(result.end[i], DoubleNear(end[i], 1e-9)) << i;
  }
}

TEST(FlowWorker, StopsWhenAllThatIsAwaitedHasEnded) {
  SEXTANT_NEEDS_FLOW_WORKER();
  FlowProblem problem = one_link();
  problem.activities = {{.pattern = 0, .bytes = 100.0},
                        {.pattern = 0, .bytes = 1e9, .awaited = false},
                        {.seconds = 1e6, .awaited = false},
                        {.awaited = false, .waits = {1}}};
  const FlowResult result = run(problem);
  EXPECT_THAT(result.end[0], DoubleNear(2.0, 1e-9)) << "shared with the others' traffic";
  EXPECT_EQ(result.end[1], kNever);
  EXPECT_EQ(result.moving[2], kNever);
  EXPECT_EQ(result.start[3], kNever);
}

TEST(FlowWorker, MovesByRateAloneWhereNoLinkIsCrossed) {
  SEXTANT_NEEDS_FLOW_WORKER();
  FlowProblem problem{.capacities = {}, .patterns = {{}}, .activities = {}};
  problem.activities = {{.seconds = 1.0, .pattern = 0, .bytes = 100.0, .rate = 50.0},
                        {.pattern = 0, .bytes = 100.0}};
  const FlowResult result = run(problem);
  EXPECT_EQ(result.moving[0], 1.0);
  EXPECT_EQ(result.end[0], 3.0);
  EXPECT_EQ(result.end[1], 0.0);
}

TEST(FlowWorker, EndsAnEmptyProblemAtOnce) {
  SEXTANT_NEEDS_FLOW_WORKER();
  EXPECT_TRUE(run({}).end.empty());
  FlowProblem traffic = one_link();
  traffic.activities = {{.pattern = 0, .bytes = 1.0, .awaited = false}};
  EXPECT_EQ(run(traffic).end, std::vector{kNever});
}

TEST(FlowWorker, IsExactFromNanosecondsToDays) {
  SEXTANT_NEEDS_FLOW_WORKER();
  FlowProblem problem{.capacities = {5e10}, .patterns = {{{0, 1.0}}}, .activities = {}};
  problem.activities = {{.pattern = 0, .bytes = 4096.0},
                        {.seconds = 1e5, .waits = {0}},
                        {.pattern = 0, .bytes = 64e6, .waits = {1}},
                        {.pattern = 0, .bytes = 5e14, .rate = 1e9, .waits = {2}}};
  const FlowResult result = run(problem);
  EXPECT_THAT(result.end[0] / 8.192e-8, DoubleNear(1.0, 1e-4)) << "1e-12 s of 82 ns";
  EXPECT_THAT((result.end[2] - result.end[1]) / 1.28e-3, DoubleNear(1.0, 1e-6));
  EXPECT_THAT((result.end[3] - result.end[2]) / 5e5, DoubleNear(1.0, 1e-12));
}

TEST(FlowWorker, TakesAProblemAndGivesAResultLargerThanAnyPipe) {
  SEXTANT_NEEDS_FLOW_WORKER();
  FlowProblem problem;
  problem.activities.assign(200'000, {.seconds = 1e-6});
  for (std::size_t i = 1; i < problem.activities.size(); i += 2) {
    problem.activities[i].waits = {static_cast<std::int32_t>(i - 1)};
  }
  const FlowResult result = run(problem);
  EXPECT_EQ(result.end.front(), 1e-6);
  EXPECT_EQ(result.end.back(), 2e-6);
}

TEST(FlowWorker, FollowsALongChainOfSharedLinks) {
  SEXTANT_NEEDS_FLOW_WORKER();
  constexpr std::int32_t kLinks = 10'000;
  FlowProblem problem;
  problem.capacities.assign(kLinks, 100.0);
  for (std::int32_t link = 0; link + 1 < kLinks; ++link) {
    problem.patterns.push_back({{link, 1.0}, {link + 1, 1.0}});
    problem.activities.push_back({.pattern = link, .bytes = 50.0});
  }
  EXPECT_THAT(run(problem).end[kLinks / 2], DoubleNear(1.0, 1e-9));
}

TEST(FlowWorker, SaysWhatWouldTakeForEver) {
  SEXTANT_NEEDS_FLOW_WORKER();
  FlowProblem problem = one_link();
  problem.activities = {{}, {.pattern = 0, .bytes = 1e18, .rate = 1e-3}};
  try {
    run(problem);
    FAIL();
  } catch (const FlowFailure& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("activity 1 would take 1e+21 s"));
  }
}

TEST(FlowWorker, RefusesAProblemThatDoesNotFitTogether) {
  SEXTANT_NEEDS_FLOW_WORKER();
  FlowProblem problem = one_link();
  problem.activities = {{.pattern = 1, .bytes = 1.0}};
  try {
    run(problem);
    FAIL();
  } catch (const FlowFailure& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("activity 0: pattern 1 of 1"));
  }
}

/// A shell script instead of the worker, in a folder of its own.
class FlowWorkerFaults : public ::testing::Test {
 protected:
  FlowWorkerFaults() {
    std::string name = (fs::temp_directory_path() / "sextant-flow-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~FlowWorkerFaults() override { fs::remove_all(folder_); }

  fs::path script(const std::string& commands) const {
    const fs::path path = folder_ / "worker";
    std::ofstream(path) << "#!/bin/sh\n" << commands << "\n";
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }

  /// What run_flows says of that worker.
  static std::string failure(FlowOptions options, const FlowProblem& problem = one_link()) {
    try {
      run_flows(problem, options);
    } catch (const FlowFailure& failure) {
      return failure.what();
    }
    return "no failure";
  }
  std::string failure_of(const std::string& commands) const {
    return failure({.worker = script(commands)});
  }

  fs::path answer(const std::string& bytes) const {
    std::ofstream(folder_ / "answer") << bytes;
    return folder_ / "answer";
  }

  fs::path folder_;
};

/// Larger than what a socket holds.
FlowProblem large_problem() {
  FlowProblem problem = one_link();
  problem.activities.assign(100'000, Activity{});
  return problem;
}

std::set<int> open_files() {
  std::set<int> numbers;
  for (const auto& file : fs::directory_iterator("/proc/self/fd")) {
    numbers.insert(std::stoi(file.path().filename().string()));
  }
  // The folder itself was one of them.
  std::erase_if(numbers, [](int number) { return ::fcntl(number, F_GETFD) < 0; });
  return numbers;
}

TEST_F(FlowWorkerFaults, SaysThatTheWorkerIsMissing) {
  EXPECT_THAT(failure({.worker = folder_ / "none"}), HasSubstr("is no program that can be run"));
  EXPECT_FALSE(find_flow_worker({.worker = folder_ / "none"}));
  const fs::path text = answer("no program");
  EXPECT_THAT(failure({.worker = text}), HasSubstr("is no program that can be run"));
  fs::permissions(text, fs::perms::owner_all);
  EXPECT_THAT(failure({.worker = text}), HasSubstr("could not be started: Exec format error"));
}

TEST_F(FlowWorkerFaults, SaysHowToInstallIt) {
  const char* set = std::getenv("SEXTANT_FLOW");
  const std::string before = set == nullptr ? "" : set;
  ::unsetenv("SEXTANT_FLOW");  // then it is beside this test, where it is not
  EXPECT_THAT(failure({}), AllOf(HasSubstr("not installed beside sextant"),
                                 HasSubstr("apt-get install libsimgrid-dev")));
  ::setenv("SEXTANT_FLOW", "/none", 1);
  EXPECT_THAT(failure({}), HasSubstr("/none, which SEXTANT_FLOW names"));
  ::unsetenv("SEXTANT_FLOW");
  if (set != nullptr) ::setenv("SEXTANT_FLOW", before.c_str(), 1);
}

TEST_F(FlowWorkerFaults, SaysHowTheWorkerEnded) {
  EXPECT_THAT(failure_of("kill -9 $$"), AllOf(HasSubstr("ended by signal 9 (Killed)"),
                                              HasSubstr("GB of memory were in use")));
  EXPECT_THAT(failure_of("echo why >&2; exit 3"),
              AllOf(HasSubstr("ended with status 3"), HasSubstr("It said: why")));
  EXPECT_THAT(failure_of("kill -ABRT $$"), HasSubstr("signal 6"));
}

TEST_F(FlowWorkerFaults, KeepsTheEndOfWhatTheWorkerSays) {
  const std::string said =
      failure_of("yes a long story | head -n 200000 >&2; echo end >&2; exit 1");
  EXPECT_THAT(said, HasSubstr("\na long story\n"));
  EXPECT_THAT(said, EndsWith("\nend"));
  EXPECT_LT(said.size(), 2200u);
}

TEST_F(FlowWorkerFaults, RefusesGarbage) {
  EXPECT_THAT(failure_of("cat > /dev/null; echo a line of text, as long as a header is"),
              HasSubstr("no message of sextant-flow"));
  EXPECT_THAT(failure_of("cat > /dev/null; echo"), HasSubstr("less than a header"));
  EXPECT_THAT(failure_of("cat"), HasSubstr("a message, but no result")) << "its own question";
  EXPECT_THAT(failure_of("yes"), HasSubstr("says more than any result"));
  EXPECT_THAT(failure_of("yes >&2 & exit 1"), HasSubstr("status 1"));
}

TEST_F(FlowWorkerFaults, RefusesAnAnswerToAnotherProblemOrOfAnotherBuild) {
  const std::string two =
      flow::encode(FlowResult{.start = {0, 0}, .moving = {0, 0}, .end = {0, 0}});
  const auto said = [&](const std::string& bytes) {
    return failure_of("cat > /dev/null; cat " + answer(bytes).string());
  };
  EXPECT_THAT(said(two), HasSubstr("times of 2 activities, not 0"));
  EXPECT_THAT(said(two.substr(0, two.size() - 1)), HasSubstr("cut short"));
  std::string other = two;
  other[8] = 77;
  EXPECT_THAT(said(other), HasSubstr("version 77"));
  EXPECT_THAT(said(flow::encode_failure("no fabric")), HasSubstr("the flow engine: no fabric"));
}

TEST_F(FlowWorkerFaults, EndsAHangingWorkerAtTheTimeOut) {
  const auto begun = std::chrono::steady_clock::now();
  const FlowOptions options{.worker = script("sleep 1000; true"), .timeout_s = 0.2};
  EXPECT_THAT(failure(options), HasSubstr("took more than 0.2 s"));
  EXPECT_THAT(failure(options, large_problem()), HasSubstr("took more than 0.2 s"))
      << "which does not read";
  const FlowOptions closed{.worker = script("exec >&- 2>&- <&-; sleep 1000; true"),
                           .timeout_s = 0.2};
  EXPECT_THAT(failure(closed), HasSubstr("took more than 0.2 s"));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(60));
}

TEST_F(FlowWorkerFaults, StopsWhenAsked) {
  int asked = 0;
  const FlowOptions options{.worker = script("sleep 1000; true"),
                            .stopped = [&] { return ++asked > 2; }};
  EXPECT_THAT(failure(options), HasSubstr("stopped by an interrupt"));
}

TEST_F(FlowWorkerFaults, OutlivesAWorkerThatReadsNothing) {
  const auto before = std::signal(SIGPIPE, SIG_DFL);
  EXPECT_THAT(failure({.worker = script("exit 4")}, large_problem()), HasSubstr("status 4"));
  EXPECT_EQ(std::signal(SIGPIPE, before), SIG_DFL) << "left as it was";
}

TEST_F(FlowWorkerFaults, KillsWhatTheWorkerHasStarted) {
  const fs::path number = folder_ / "number";
  failure({.worker = script("sleep 1000 & echo $! > " + number.string() + "; sleep 1000"),
           .timeout_s = 0.5});
  pid_t child = 0;
  std::ifstream(number) >> child;
  ASSERT_GT(child, 0);
  const auto gone = [&] {
    std::string state, word;
    std::ifstream status("/proc/" + std::to_string(child) + "/stat");
    return !(status >> word >> word >> state) || state == "Z";
  };
  for (int i = 0; i < 1000 && !gone(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(gone());
}

TEST_F(FlowWorkerFaults, LeavesNothingOpen) {
  const std::set<int> before = open_files();
  failure_of("exit 1");
  failure_of("cat");
  failure({.worker = script("sleep 1000"), .timeout_s = 0.05});
  failure({.worker = folder_ / "none"});
  failure({.worker = answer("no program")});
  if (tests::has_flow_worker()) run(one_link());
  EXPECT_EQ(open_files(), before);
  EXPECT_LT(::waitpid(-1, nullptr, WNOHANG), 0) << "no child is left to be reaped";
}

TEST_F(FlowWorkerFaults, HasNoFileThatOtherProgramsWouldInherit) {
  const std::set<int> before = open_files();
  int ours = 0;
  const auto look = [&] {
    for (const int number : open_files()) {
      if (before.contains(number)) continue;
      EXPECT_NE(::fcntl(number, F_GETFD) & FD_CLOEXEC, 0) << number;
      ++ours;
    }
    return true;
  };
  failure({.worker = script("sleep 1000"), .stopped = look});
  EXPECT_EQ(ours, 3);
}

TEST(FlowWorker, RunsSeveralAtOnce) {
  SEXTANT_NEEDS_FLOW_WORKER();
  std::vector<double> ends(8);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    threads.emplace_back([&ends, i] {
      FlowProblem problem = one_link();
      problem.activities = {{.pattern = 0, .bytes = 100.0 * static_cast<double>(i)}};
      ends[i] = run(problem).end[0];
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < ends.size(); ++i) {
    EXPECT_THAT(ends[i], DoubleNear(static_cast<double>(i), 1e-9));
  }
}

}  // namespace
}  // namespace sextant::run
