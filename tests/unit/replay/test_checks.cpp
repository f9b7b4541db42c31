#include "calibrate/replay/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calibrate/comm/comm_error.h"
#include "calibrate/replay/links.h"
#include "tests/unit/replay/replay_fixtures.h"

namespace sextant::replay {
namespace {

using testing::HasSubstr;

/// Computes in one format, and does nothing.
class OneFormat : public comm::Device {
 public:
  explicit OneFormat(GemmFormat format) : format_(format) {}
  std::string name() const override { return "a device"; }
  void describe(ingest::Environment&) const override {}
  bool supports(GemmFormat format) const override { return format == format_; }
  std::string precision_name(GemmFormat) const override { return ""; }
  void gemm(const Gemm&, GemmFormat) override {}
  void stream(std::size_t) override {}
  void attention(double, double, double, double, GemmFormat) override {}
  void launch() override {}
  void wait() override {}

 private:
  GemmFormat format_;
};

std::string refusal(const comm::Device& device, const RankProgram& program) {
  try {
    require_formats(device, program);
  } catch (const comm::CommError& error) {
    return error.what();
  }
  return "";
}

TEST(Checks, FormatsThatADeviceLacksAreNamed) {
  const StepInputs inputs = pipeline(2);
  const RankProgram program = program_of(recipe_of(inputs), inputs, 0);
  EXPECT_EQ(refusal(OneFormat(GemmFormat::k16bit), program), "");
  const std::string message = refusal(OneFormat(GemmFormat::kFp32), program);
  EXPECT_THAT(message, HasSubstr("training.precision"));
  EXPECT_THAT(message, HasSubstr("\"fp32\" runs"));
}

TEST(Checks, NotesSayWhatRunsOtherwise) {
  StepInputs inputs = pipeline(2);
  inputs.sequence_length = 64;  // kernels so short that the device waits for the host
  const StepRecipe fused = recipe_of(inputs);
  const std::vector<std::string> notes = notes_on(fused, program_of(fused, inputs, 0));
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_THAT(notes[0], HasSubstr("attention"));
  EXPECT_THAT(notes[1], HasSubstr("host"));
  inputs.software.attention = AttentionKernel::kUnfused;
  inputs.software.cuda_graphs = true;
  const StepRecipe plain = recipe_of(inputs);
  EXPECT_TRUE(notes_on(plain, program_of(plain, inputs, 0)).empty());
}

// A lane of collectives reads and writes; one of messages does one of both.
TEST(Checks, BuffersHoldTheLargestTransferOfEachLane) {
  const StepInputs inputs = pipeline(2);
  const RankProgram program = program_of(recipe_of(inputs), inputs, 0);
  const std::size_t message = program.lane(Lane::kSendForward).front().runs.at(0).bytes;
  const std::size_t norm = program.lane(Lane::kCollective).back().runs.at(0).bytes;
  EXPECT_EQ(buffer_bytes(program), 2 * message + 2 * norm);
}

}  // namespace
}  // namespace sextant::replay
