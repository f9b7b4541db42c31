#include "sextant/fleet/fleet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sextant/cluster/usage_log.h"
#include "sextant/kernel/delay.h"

namespace sextant {
namespace {

/// A tenant that holds every node that it can get and writes down when they fail.
struct Tenant {
  struct Loss {
    SimTime time;
    NodeIndex node;
    Remedy remedy;
  };
  Simulation& simulation;
  Fleet& fleet;
  int wanted;
  std::vector<Loss> losses{};

  Process hold() {
    const TenancyIndex tenancy = fleet.open(simulation.current());
    int held = 0;
    for (;;) {
      while (held < wanted && fleet.take(tenancy)) ++held;
      const Wake wake = co_await fleet.spare_arrived();
      if (!wake.interrupted()) continue;
      const NodeIndex node{static_cast<std::uint32_t>(wake.interrupt().subject())};
      losses.push_back({simulation.now(), node, fleet.remedy_of(node)});
      if (fleet.remedy_of(node) == Remedy::kRestart) continue;
      fleet.send_to_repair(node);
      --held;
    }
  }
};

struct World {
  FailureProfile profile;
  RepairTime repair;
  int nodes = 10;
  int spares = 2;
  StartAges ages = StartAges::kStationary;

  World() {
    profile.node_life.value = kDay;
    repair.law = RepairLaw::kConstant;
    repair.mean.value = kHour;
  }

  std::vector<Tenant::Loss> run(Seconds length, UsageSink& usage) const {
    Simulation simulation;
    Fleet fleet(simulation,
                {.profile = profile,
                 .repair = repair,
                 .nodes = nodes,
                 .spares = spares,
                 .ages = ages,
                 .seed = 7},
                usage);
    Tenant tenant{simulation, fleet, nodes};
    simulation.start(tenant.hold());
    simulation.run_until(SimTime() + SimDuration::rounded(length));
    fleet.report();
    return tenant.losses;
  }
};

TEST(Fleet, SparesAndRepairsAreReportedWithoutGaps) {
  const World world;
  UsageLog log;
  const auto losses = world.run(10.0 * kDay, log);
  ASSERT_GT(losses.size(), 20u);
  std::int64_t spare_ns = 0;
  std::int64_t repair_ns = 0;
  std::int64_t until = 0;
  for (const UsageInterval& usage : log.intervals()) {
    EXPECT_EQ(usage.entity, kFleetEntity);
    EXPECT_GE(usage.from_ns, 0);
    EXPECT_GT(usage.to_ns, usage.from_ns);
    until = std::max(until, usage.to_ns);
    (usage.state == NodeState::kSpare ? spare_ns : repair_ns) +=
        usage.nodes * (usage.to_ns - usage.from_ns);
  }
  EXPECT_EQ(until, (10.0 * kDay).si() * 1e9);
  // Two nodes are not with the tenant, unless more than two are under repair at once.
  EXPECT_GE(spare_ns + repair_ns, 2 * until);
  EXPECT_GT(repair_ns, 0);
}

TEST(Fleet, ANodeUnderRepairComesBack) {
  World world;
  world.nodes = 1;
  world.spares = 0;
  UsageLog log;
  const auto losses = world.run(30.0 * kDay, log);
  ASSERT_GT(losses.size(), 10u);
  for (std::size_t i = 1; i < losses.size(); ++i) {
    EXPECT_GE((losses[i].time - losses[i - 1].time).seconds().si(), kHour.si());
  }
}

TEST(Fleet, ARestartedNodeStaysAndBeginsANewLife) {
  World world;
  world.spares = 0;
  FailureCause software;
  software.name = "software";
  software.weight.value = 1;
  software.remedy = Remedy::kRestart;
  world.profile.causes = {software};
  UsageLog log;
  const auto losses = world.run(30.0 * kDay, log);
  EXPECT_GT(losses.size(), 200u);  // ten a day
  EXPECT_LT(losses.size(), 400u);
  EXPECT_TRUE(log.intervals().empty());  // nobody is a spare or under repair
}

TEST(Fleet, WithInfiniteLivesNothingFails) {
  World world;
  world.profile.node_life.value = FailureProfile().node_life.value;
  UsageLog log;
  EXPECT_TRUE(world.run(1000.0 * kDay, log).empty());
}

TEST(Fleet, ChangingTheRepairLeavesFirstFailuresAsTheyWere) {
  World world;
  UsageLog log;
  world.spares = 100;
  const auto before = world.run(5.0 * kDay, log);
  world.repair.law = RepairLaw::kLognormal;
  const auto after = world.run(5.0 * kDay, log);
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i].time, after[i].time);
    EXPECT_EQ(before[i].node, after[i].node);
  }
}

TEST(Fleet, SharesOfCausesFollowTheirWeights) {
  World world;
  FailureCause hardware;
  hardware.name = "hardware";
  hardware.weight.value = 3;
  FailureCause software = hardware;
  software.name = "software";
  software.weight.value = 1;
  software.remedy = Remedy::kRestart;
  world.profile.causes = {hardware, software};
  UsageLog log;
  const auto losses = world.run(400.0 * kDay, log);
  const auto restarts = std::count_if(losses.begin(), losses.end(), [](const Tenant::Loss& loss) {
    return loss.remedy == Remedy::kRestart;
  });
  const double n = static_cast<double>(losses.size());
  EXPECT_NEAR(static_cast<double>(restarts), n / 4, 4 * std::sqrt(n * 3 / 16));
}

}  // namespace
}  // namespace sextant
