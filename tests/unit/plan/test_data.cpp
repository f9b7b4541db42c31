#include "src/plan/data.h"

#include <gtest/gtest.h>

#include "src/plan/preparation.h"
#include "tests/support/shipped_scenario.h"

namespace sextant::plan {
namespace {

using fixtures::shipped_scenario;

TEST(PlannedData, AreReadOncePerPass) {
  const scenario::Scenario scenario = shipped_scenario("fastfile-small-files.json");
  const auto phases = plan_phases(scenario);
  const PlannedData data = *plan_data(scenario, phases);
  EXPECT_NEAR((data.samples * *data.plan.sample).si(), data.passes * scenario.data->size.si(), 1);
  EXPECT_NEAR(data.passes, 1.0, 1e-4);      // 60 G tokens of 4 bytes
  EXPECT_NEAR(data.gets, data.samples, 1);  // each a file, each a request
}

TEST(PlannedData, MakeStepsLongerByWhatTheyWait) {
  const scenario::Scenario scenario = shipped_scenario("fastfile-small-files.json");
  const auto phases = plan_phases(scenario);
  const PlannedData data = *plan_data(scenario, phases);
  const StepRun& run = phases.front().campaign.runs.front();
  EXPECT_GT(run.data_stall, Seconds(0));
  EXPECT_EQ(run.data_stall, data.main.later_stall());
  EXPECT_EQ(run.step, phases.front().batches.front().step.time + run.data_stall);
}

// The first pass over linked data may be slower: it is a run of steps of its own.
TEST(PlannedData, ReadForTheFirstTimeInARunOfItsOwn) {
  scenario::Scenario scenario = shipped_scenario("fastfile-small-files.json");
  StorageSystem files;
  files.name = "files";
  FileSystem& system = files.file_system.emplace();
  system.read_baseline.value = BytesPerSecond(10e9);
  system.write_baseline.value = BytesPerSecond(10e9);
  scenario.stores.push_back({files, ""});
  scenario.data->store = "files";
  scenario.data->bucket = "s3-standard";
  scenario.data->mode = DataMode::kFileSystem;
  scenario.data->size = Bytes(24e9);
  const auto phases = plan_phases(scenario);
  const auto& runs = phases.front().campaign.runs;
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_GT(runs[0].data_stall, Seconds(0));
  EXPECT_EQ(runs[1].data_stall, Seconds(0));
  EXPECT_EQ(runs[0].steps + runs[1].steps, phases.front().batches.front().steps);
  EXPECT_EQ(runs[0].steps, 2862);  // of 8 MiB each: 24 GB, rounded up
}

TEST(PlannedData, AreAbsentWithoutAPlan) {
  const scenario::Scenario scenario = shipped_scenario("llama3-8b-2xp5.json");
  EXPECT_FALSE(plan_data(scenario, plan_phases(scenario)));
}

// 20 TB over 16 machines of 64 threads at 2.5 MB/s: 7,812.5 s, after 5 min.
TEST(Preparation, SharesTheWork) {
  scenario::Scenario scenario = shipped_scenario("data-prep-graviton.json");
  const PreparedData one = prepare_data(scenario).front();
  EXPECT_NEAR(one.time.si(), 300 + 7812.5, 1e-6);
  EXPECT_EQ(one.limit, PreparationLimit::kProcessors);
  EXPECT_NEAR(total(one.bill).si(), one.cost->si(), 1e-9);
  scenario.preparation->fleets.front().count *= 2;
  const PreparedData two = prepare_data(scenario).front();
  EXPECT_NEAR(two.work / one.work, 0.5, 1e-12);
}

// Files of 128 MiB in parts of 8 MiB: 16 GETs each; 16 parts and two requests more to write one.
TEST(Preparation, CountsRequests) {
  const PreparedData prepared = prepare_data(shipped_scenario("data-prep-graviton.json")).front();
  const double files = 149'012;  // 20 TB / 128 MiB, rounded up
  EXPECT_EQ(prepared.gets, 16 * files);
  EXPECT_EQ(prepared.puts, 18 * files);
}

// Idle for 5 min, full power while they work; times PUE.
TEST(Preparation, TakesTheEnergyOfItsMachines) {
  const scenario::Scenario scenario = shipped_scenario("data-prep-graviton.json");
  const PreparedData prepared = prepare_data(scenario).front();
  const PowerCurve& power = *scenario.preparation->fleets.front().instance->power;
  const double computers =
      16 * (300 * power.idle.value.si() + prepared.work.si() * power.full.value.si());
  EXPECT_NEAR(prepared.energy->si(), computers * (*scenario.cluster.region)->pue.value, 1);
}

}  // namespace
}  // namespace sextant::plan
