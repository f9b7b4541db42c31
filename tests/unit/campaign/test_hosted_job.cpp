#include "sextant/campaign/hosted_job.h"

#include <gtest/gtest.h>

#include "sextant/kernel/delay.h"
#include "sextant/ledger/usage_totals.h"

namespace sextant {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// 1,000 steps of a second on two nodes that never fail; a checkpoint of 10 s after every 100 s of
/// training.
struct World {
  CampaignInputs inputs;
  Recovery fleet_recovery;
  Simulation simulation;
  UsageTotals usage;
  int left = 0;
  int full = 0;
  bool ended = false;

  World() {
    inputs.nodes = 2;
    inputs.phases = {
        steady_phase(Seconds(1), 1000, {.mode = CheckpointMode::kBlocking, .write = Seconds(10)})};
    inputs.interval = Seconds(100);
    inputs.failures.node_life.value = Seconds(1e30);
    inputs.recovery.restart.value = Seconds(20);
  }

  Fleet::Setup fleet(int nodes) const {
    return {.profile = inputs.failures,
            .recovery = fleet_recovery,
            .plan = inputs.fleet,
            .nodes = nodes};
  }

  HostedJob::Setup setup() {
    return {.inputs = inputs,
            .key = {.seed = 1, .replica = 0},
            .on_full = [this] { ++full; },
            .on_left = [this] { ++left; },
            .on_end =
                [this] {
                  ended = true;
                  simulation.stop();
                }};
  }
};

Process evict_and_resume(HostedJob& job, Seconds evict_at, Seconds notice, Seconds resume_at) {
  const Wake first = co_await delay(SimDuration::rounded(evict_at));
  static_cast<void>(first);
  job.evict(notice);
  const Wake second = co_await delay(SimDuration::rounded(resume_at - evict_at));
  static_cast<void>(second);
  job.resume({});
}

TEST(HostedJob, EvictionCostsTheWorkSinceTheLastCheckpointAndARestart) {
  World world;
  Fleet fleet(world.simulation, world.fleet(2), world.usage);
  HostedJob job(world.simulation, fleet, world.setup(), world.usage);
  job.start();
  // 350 s after the start of 20 s, three checkpoints are durable, and 20 s more are trained.
  world.simulation.start(evict_and_resume(job, Seconds(370), Seconds(0), Seconds(1000)));
  world.simulation.run();
  EXPECT_TRUE(world.ended);
  EXPECT_EQ(world.left, 1);
  EXPECT_EQ(world.full, 2);
  EXPECT_EQ(world.simulation.now().ns(), (1000 + 20 + 700 + 7 * 10) * kSecond);
  EXPECT_DOUBLE_EQ(world.usage.job_time(NodeState::kTrainingLost).si(), 20);
  EXPECT_DOUBLE_EQ(world.usage.job_time(NodeState::kTraining).si(), 1000);
  EXPECT_DOUBLE_EQ(world.usage.node_time().si(), 2 * 1790.0);
}

TEST(HostedJob, NoticeLongEnoughForACheckpointLosesNothing) {
  World world;
  Fleet fleet(world.simulation, world.fleet(2), world.usage);
  HostedJob job(world.simulation, fleet, world.setup(), world.usage);
  job.start();
  world.simulation.start(evict_and_resume(job, Seconds(370), Seconds(30), Seconds(1000)));
  world.simulation.run();
  EXPECT_EQ(world.simulation.now().ns(), (1000 + 20 + 680 + 7 * 10) * kSecond);
  EXPECT_DOUBLE_EQ(world.usage.job_time(NodeState::kTrainingLost).si(), 0);
}

TEST(HostedJob, WaitsForNodesThatOthersHave) {
  World world;
  Fleet fleet(world.simulation, world.fleet(3), world.usage);
  HostedJob::Setup first = world.setup();
  first.on_end = {};
  HostedJob::Setup second = world.setup();
  second.number = 1;
  second.entity = UsageEntity{2};
  HostedJob a(world.simulation, fleet, first, world.usage);
  HostedJob b(world.simulation, fleet, second, world.usage);
  a.start();
  b.start();
  world.simulation.run();
  EXPECT_TRUE(a.ended());
  EXPECT_TRUE(b.ended());
  EXPECT_EQ(world.simulation.now().ns(), 2 * 1120 * kSecond);
  EXPECT_DOUBLE_EQ(world.usage.job_time(NodeState::kWaiting).si(), 1120);
}

}  // namespace
}  // namespace sextant
