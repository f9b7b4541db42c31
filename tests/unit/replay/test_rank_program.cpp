#include "calibrate/replay/rank_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/unit/replay/replay_fixtures.h"

namespace sextant::replay {
namespace {

using OperationId = OperationGraph::OperationId;

/// Schedules of every kind on several numbers of stages.
std::vector<StepInputs> schedules() {
  std::vector<StepInputs> all;
  for (int stages : {2, 3, 4}) {
    for (Schedule schedule : {Schedule::k1f1b, Schedule::kGpipe, Schedule::kZeroBubble}) {
      all.push_back(pipeline(stages));
      all.back().layout.schedule = schedule;
    }
    all.push_back(pipeline(stages));
    all.back().layout.virtual_stages = 2;
    all.push_back(pipeline(stages, 2));
    all.back().layout.zero = 3;
    all.push_back(pipeline(stages));
    all.back().model.tied_embeddings = true;
  }
  return all;
}

std::vector<RankProgram> programs_of(const StepRecipe& recipe, const StepInputs& inputs) {
  std::vector<RankProgram> programs;
  for (int stage = 0; stage < inputs.layout.pipeline; ++stage) {
    programs.push_back(program_of(recipe, inputs, stage));
  }
  return programs;
}

std::vector<OperationId> operations(const std::vector<Task>& tasks) {
  std::vector<OperationId> ids;
  for (const Task& task : tasks) ids.push_back(task.operation);
  return ids;
}

std::vector<std::size_t> bytes(const std::vector<Task>& tasks) {
  std::vector<std::size_t> all;
  for (const Task& task : tasks) all.push_back(task.runs.at(0).bytes);
  return all;
}

TEST(RankProgram, MessagesArriveInTheOrderInWhichTheyAreSent) {
  for (const StepInputs& inputs : schedules()) {
    const int stages = inputs.layout.pipeline;
    const StepRecipe recipe = recipe_of(inputs);
    const std::vector<RankProgram> programs = programs_of(recipe, inputs);
    std::multiset<OperationId> sent, received;
    for (int stage = 0; stage < stages; ++stage) {
      const RankProgram& here = programs[static_cast<std::size_t>(stage)];
      const RankProgram& next = programs[static_cast<std::size_t>(forward_receiver(stage, stages))];
      const RankProgram& before =
          programs[static_cast<std::size_t>(backward_receiver(stage, stages))];
      const auto& forward = here.lane(Lane::kSendForward);
      const auto& backward = here.lane(Lane::kSendBackward);
      EXPECT_EQ(operations(forward), operations(next.lane(Lane::kReceiveForward)));
      EXPECT_EQ(operations(backward), operations(before.lane(Lane::kReceiveBackward)));
      EXPECT_EQ(bytes(forward), bytes(next.lane(Lane::kReceiveForward)));
      EXPECT_EQ(bytes(backward), bytes(before.lane(Lane::kReceiveBackward)));
      for (Lane lane : {Lane::kSendForward, Lane::kSendBackward}) {
        for (OperationId id : operations(here.lane(lane))) sent.insert(id);
      }
      for (Lane lane : {Lane::kReceiveForward, Lane::kReceiveBackward}) {
        for (OperationId id : operations(here.lane(lane))) received.insert(id);
      }
    }
    EXPECT_EQ(sent, received);
    EXPECT_EQ(std::set<OperationId>(sent.begin(), sent.end()).size(), sent.size());
    EXPECT_FALSE(sent.empty());
  }
}

/// Runs all programs as their threads would, in some order; a collective of several stages ends
/// when all have come to it. False if they wait for one another.
bool comes_to_an_end(const std::vector<RankProgram>& programs, std::size_t operations) {
  std::vector<std::vector<bool>> ended(programs.size(), std::vector<bool>(operations, false));
  std::vector<std::array<std::size_t, kLanes>> next(programs.size());
  std::size_t left = 0;
  for (const RankProgram& program : programs) {
    for (const auto& lane : program.lanes) left += lane.size();
  }
  for (bool moved = true; moved;) {
    moved = false;
    for (std::size_t stage = 0; stage < programs.size(); ++stage) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const auto& tasks = programs[stage].lanes[lane];
        std::size_t& at = next[stage][lane];
        while (at < tasks.size()) {
          const Task& task = tasks[at];
          const bool arrives = lane >= static_cast<std::size_t>(Lane::kReceiveForward);
          const auto id = static_cast<std::size_t>(task.operation);
          const bool is_sent = !arrives || std::any_of(ended.begin(), ended.end(),
                                                       [&](const auto& e) { return e[id]; });
          const bool ready = std::all_of(
              task.waits.begin(), task.waits.end(),
              [&](OperationId other) { return ended[stage][static_cast<std::size_t>(other)]; });
          if (!is_sent || !ready) break;
          ended[stage][id] = true;
          ++at;
          --left;
          moved = true;
        }
      }
    }
  }
  return left == 0;
}

TEST(RankProgram, NoStageWaitsForEver) {
  for (const StepInputs& inputs : schedules()) {
    const StepRecipe recipe = recipe_of(inputs);
    EXPECT_TRUE(comes_to_an_end(programs_of(recipe, inputs), recipe.graph.size()));
  }
}

TEST(RankProgram, EveryOperationIsDoneBySomeStage) {
  for (const StepInputs& inputs : schedules()) {
    const StepRecipe recipe = recipe_of(inputs);
    std::set<OperationId> done;
    for (const RankProgram& program : programs_of(recipe, inputs)) {
      for (const auto& lane : program.lanes) {
        for (OperationId id : operations(lane)) done.insert(id);
      }
    }
    EXPECT_EQ(done.size(), recipe.graph.size());
  }
}

// The folded graph has it on the first stage alone.
TEST(RankProgram, EveryStageTakesPartInTheGradientNormBeforeItsOptimizer) {
  const StepInputs inputs = pipeline(4);
  const StepRecipe recipe = recipe_of(inputs);
  for (const RankProgram& program : programs_of(recipe, inputs)) {
    const Task& norm = program.lane(Lane::kCollective).back();
    EXPECT_EQ(recipe.labels[static_cast<std::size_t>(norm.operation)].kind,
              OperationKind::kGradientNorm);
    ASSERT_EQ(norm.runs.size(), 1U);
    EXPECT_EQ(norm.runs[0].item.group, RankGroup::kWorld);
    const Task& optimizer = program.lane(Lane::kCompute).back();
    EXPECT_EQ(recipe.labels[static_cast<std::size_t>(optimizer.operation)].kind,
              OperationKind::kOptimizer);
    EXPECT_THAT(optimizer.waits, testing::Contains(norm.operation));
    EXPECT_FALSE(norm.waits.empty());
  }
}

TEST(RankProgram, OnlyTheEndsReduceTiedEmbeddings) {
  StepInputs inputs = pipeline(3);
  inputs.model.tied_embeddings = true;
  const StepRecipe recipe = recipe_of(inputs);
  for (const RankProgram& program : programs_of(recipe, inputs)) {
    int reduced = 0;
    for (const Task& task : program.lane(Lane::kCompute)) {
      const auto id = static_cast<std::size_t>(task.operation);
      reduced += recipe.labels[id].kind == OperationKind::kReduceTiedEmbeddings ? 1 : 0;
    }
    EXPECT_EQ(reduced, program.stage == 1 ? 0 : 1);
  }
}

}  // namespace
}  // namespace sextant::replay
