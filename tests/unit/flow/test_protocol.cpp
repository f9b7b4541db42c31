#include "src/flow/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <string>

namespace sextant::flow {
namespace {

using ::testing::HasSubstr;

constexpr double kNever = std::numeric_limits<double>::infinity();

FlowProblem problem() {
  return {.capacities = {1e9, 5e10},
          .patterns = {{{0, 1.0}, {1, 0.5}}, {}, {{1, 3.0}}},
          .activities = {{.seconds = 1e-3},
                         {.pattern = 0, .bytes = 1e18, .rate = 2e9, .waits = {0}},
                         {.pattern = 2, .bytes = 7.0, .awaited = false, .waits = {0, 1}}}};
}

FlowResult result() {
  return {.start = {0.0, 1.0, kNever},
          .moving = {0.5, 1.0, kNever},
          .end = {0.5, kNever, kNever},
          .wall_s = 0.25,
          .peak_bytes = 1 << 30};
}

/// What decoding it refuses it with.
std::string refusal(const std::function<void()>& decode) {
  try {
    decode();
  } catch (const ProtocolError& error) {
    return error.what();
  }
  return "not refused";
}

std::string refusal_of(const FlowProblem& problem) {
  return refusal([&] { decode_problem(encode(problem)); });
}

std::string refusal_of(const FlowResult& result) {
  return refusal([&] { decode_result(encode(result)); });
}

TEST(Protocol, BringsAProblemOverWhole) {
  const FlowProblem sent = problem(), got = decode_problem(encode(sent));
  EXPECT_EQ(got.capacities, sent.capacities);
  ASSERT_EQ(got.patterns.size(), 3u);
  EXPECT_EQ(got.patterns[0][1].link, 1);
  EXPECT_EQ(got.patterns[0][1].flows, 0.5);
  EXPECT_TRUE(got.patterns[1].empty());
  EXPECT_EQ(got.patterns[2][0].flows, 3.0);
  ASSERT_EQ(got.activities.size(), 3u);
  EXPECT_EQ(got.activities[0].seconds, 1e-3);
  EXPECT_EQ(got.activities[0].pattern, -1);
  EXPECT_EQ(got.activities[0].rate, kNever);
  EXPECT_EQ(got.activities[1].bytes, 1e18);
  EXPECT_EQ(got.activities[1].rate, 2e9);
  EXPECT_TRUE(got.activities[1].awaited);
  EXPECT_FALSE(got.activities[2].awaited);
  EXPECT_EQ(got.activities[2].waits, (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(encode(got), encode(sent));
}

TEST(Protocol, BringsAResultOverWhole) {
  const FlowResult sent = result(), got = decode_result(encode(sent));
  EXPECT_EQ(got.start, sent.start);
  EXPECT_EQ(got.moving, sent.moving);
  EXPECT_EQ(got.end, sent.end);
  EXPECT_EQ(got.wall_s, 0.25);
  EXPECT_EQ(got.peak_bytes, 1 << 30);
}

TEST(Protocol, BringsNothingOver) {
  EXPECT_TRUE(decode_problem(encode(FlowProblem{})).activities.empty());
  EXPECT_TRUE(decode_result(encode(FlowResult{})).end.empty());
}

TEST(Protocol, GivesAFailureAsItIs) {
  EXPECT_EQ(refusal([] { decode_result(encode_failure("out of memory")); }), "out of memory");
  EXPECT_THAT(refusal([] { decode_problem(encode_failure("out of memory")); }),
              HasSubstr("no problem"));
}

TEST(Protocol, RefusesTheOtherKind) {
  EXPECT_THAT(refusal([] { decode_result(encode(problem())); }), HasSubstr("no result"));
  EXPECT_THAT(refusal([] { decode_problem(encode(result())); }), HasSubstr("no problem"));
}

TEST(Protocol, RefusesEveryShorterMessage) {
  const std::string question = encode(problem()), answer = encode(result());
  for (std::size_t size = 0; size < question.size(); ++size) {
    EXPECT_THROW(decode_problem(std::string_view(question).substr(0, size)), ProtocolError);
  }
  for (std::size_t size = 0; size < answer.size(); ++size) {
    EXPECT_THROW(decode_result(std::string_view(answer).substr(0, size)), ProtocolError);
  }
  EXPECT_THAT(refusal([&] { decode_result(answer.substr(0, 60)); }),
              HasSubstr("cut short or too long: 36 bytes follow the header"));
  EXPECT_THAT(refusal([&] { decode_result(answer + "x"); }), HasSubstr("cut short or too long"));
}

TEST(Protocol, RefusesOtherHeaders) {
  std::string message = encode(problem());
  message[0] ^= 1;
  EXPECT_EQ(refusal([&] { decode_problem(message); }), "no message of sextant-flow");
  message = encode(problem());
  message[8] = 9;
  EXPECT_THAT(refusal([&] { decode_problem(message); }), HasSubstr("version 9 of the messages"));
}

/// A message with another number at a byte, or of another length.
std::string body_refusal(std::size_t at, std::uint64_t number) {
  std::string message = encode(problem());
  std::memcpy(message.data() + at, &number, sizeof number);
  return refusal([&] { decode_problem(message); });
}

TEST(Protocol, RefusesLengthsBeyondTheMessage) {
  EXPECT_THAT(body_refusal(24, 1000), HasSubstr("capacities: 1000 of them, but"));
  EXPECT_THAT(body_refusal(24, ~std::uint64_t{0} / 8 + 2), HasSubstr("capacities"));
  EXPECT_THAT(body_refusal(48, ~std::uint64_t{0}), HasSubstr("ends of patterns"));
  // The ends of three patterns: 2, 2, 3.
  EXPECT_EQ(body_refusal(56, 3), "pattern 1: ends outside its list");
  EXPECT_EQ(body_refusal(56, 4), "pattern 0: ends outside its list");
  EXPECT_EQ(body_refusal(72, 2), "the last pattern ends before its list");
}

TEST(Protocol, RefusesSizesThatDoNotMatch) {
  FlowResult answer = result();
  answer.start.pop_back();
  EXPECT_EQ(refusal_of(answer), "2 starts, not 3");
}

TEST(Protocol, RefusesBytesThatNothingReads) {
  std::string message = encode(result());
  message += std::string(8, '\0');
  const std::uint64_t body = message.size() - 24;
  std::memcpy(message.data() + 16, &body, sizeof body);
  EXPECT_THAT(refusal([&] { decode_result(message); }), HasSubstr("8 bytes too many at byte"));
}

TEST(Protocol, RefusesCapacitiesThatAreNone) {
  for (const double capacity : {0.0, -1.0, kNever, std::nan("")}) {
    FlowProblem wrong = problem();
    wrong.capacities[1] = capacity;
    EXPECT_THAT(refusal_of(wrong), HasSubstr("link 1: its capacity is")) << capacity;
  }
}

TEST(Protocol, RefusesLoadsThatDoNotFit) {
  const auto with = [](std::vector<FlowLoad> loads) {
    FlowProblem wrong = problem();
    wrong.patterns[2] = std::move(loads);
    return refusal_of(wrong);
  };
  EXPECT_EQ(with({{2, 1.0}}), "pattern 2: link 2 of 2");
  EXPECT_EQ(with({{-1, 1.0}}), "pattern 2: its links do not ascend");
  EXPECT_EQ(with({{1, 1.0}, {1, 1.0}}), "pattern 2: its links do not ascend");
  EXPECT_EQ(with({{0, 0.0}}), "pattern 2: 0 flows on link 0");
  EXPECT_EQ(with({{0, kNever}}), "pattern 2: inf flows on link 0");
  EXPECT_EQ(with({{0, std::nan("")}}), "pattern 2: nan flows on link 0");
}

TEST(Protocol, RefusesActivitiesThatDoNotFit) {
  const auto with = [](const FlowProblem::Activity& activity) {
    FlowProblem wrong = problem();
    wrong.activities[2] = activity;
    return refusal_of(wrong);
  };
  EXPECT_EQ(with({.seconds = -1.0}), "activity 2: lasts -1 s");
  EXPECT_EQ(with({.seconds = kNever}), "activity 2: lasts inf s");
  EXPECT_EQ(with({.pattern = 3}), "activity 2: pattern 3 of 3");
  EXPECT_EQ(with({.pattern = -2}), "activity 2: pattern -2 of 3");
  EXPECT_EQ(with({.bytes = -1.0}), "activity 2: moves -1 bytes");
  EXPECT_EQ(with({.rate = 0.0}), "activity 2: moves 0 bytes a second");
  EXPECT_EQ(with({.rate = std::nan("")}), "activity 2: moves nan bytes a second");
  EXPECT_EQ(with({.waits = {2}}), "activity 2: waits for 2, which is not before it");
  EXPECT_EQ(with({.waits = {-1}}), "activity 2: waits for -1, which is not before it");
}

TEST(Protocol, RefusesTimesOutOfOrder) {
  FlowResult answer = result();
  answer.moving[1] = 0.5;
  EXPECT_EQ(refusal_of(answer), "activity 1: starts at 1 s, moves at 0.5 s and ends at inf s");
  answer = result();
  answer.end[0] = std::nan("");
  EXPECT_THAT(refusal_of(answer), HasSubstr("activity 0"));
  answer = result();
  answer.start[0] = -1.0;
  EXPECT_THAT(refusal_of(answer), HasSubstr("activity 0"));
  answer = result();
  answer.wall_s = -1.0;
  EXPECT_THAT(refusal_of(answer), HasSubstr("the engine took -1 s"));
}

}  // namespace
}  // namespace sextant::flow
