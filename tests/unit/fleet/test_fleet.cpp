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
    std::size_t cause;
    int broken;
  };
  Simulation& simulation;
  Fleet& fleet;
  int wanted;
  std::vector<Loss> losses{};

  Process hold() {
    const TenancyIndex tenancy =
        fleet.open(simulation.current(), {.nodes = static_cast<double>(wanted)});
    int held = 0;
    for (;;) {
      while (held < wanted && fleet.take(tenancy)) ++held;
      const Wake wake = co_await fleet.spare_arrived();
      if (!wake.interrupted()) continue;
      const Incident& incident = fleet.incident(tenancy, wake.interrupt());
      losses.push_back({simulation.now(), incident.cause, incident.broken});
      held -= fleet.remove_broken(tenancy);
    }
  }
};

struct World {
  FailureProfile profile;
  Recovery recovery;
  FleetPlan plan{.spares = 2};
  int nodes = 10;

  World() {
    profile.node_life.value = kDay;
    recovery.repair.law = RepairLaw::kConstant;
    recovery.repair.mean.value = kHour;
  }

  /// Four nodes each, once in ten days, that must be replaced; single nodes hardly ever.
  void fail_only_in_racks() {
    profile.node_life.value = FailureProfile().node_life.value;
    FailureDomain rack{.name = "rack", .nodes = 4, .life = {}, .remedy = Remedy::kReplace};
    rack.life.value = 10.0 * kDay;
    profile.domains = {rack};
  }

  std::vector<Tenant::Loss> run(Seconds length, UsageSink& usage) const {
    Simulation simulation;
    Fleet fleet(simulation,
                {.profile = profile, .recovery = recovery, .plan = plan, .nodes = nodes, .seed = 7},
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
  world.plan.spares = 0;
  UsageLog log;
  const auto losses = world.run(30.0 * kDay, log);
  ASSERT_GT(losses.size(), 10u);
  for (std::size_t i = 1; i < losses.size(); ++i) {
    EXPECT_GE((losses[i].time - losses[i - 1].time).seconds().si(), kHour.si());
  }
}

TEST(Fleet, ARestartedNodeStaysAndBeginsANewLife) {
  World world;
  world.plan.spares = 0;
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
  world.plan.spares = 100;
  const auto before = world.run(5.0 * kDay, log);
  world.recovery.repair.law = RepairLaw::kLognormal;
  const auto after = world.run(5.0 * kDay, log);
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i].time, after[i].time);
    EXPECT_EQ(before[i].cause, after[i].cause);
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
  const auto restarts = std::count_if(losses.begin(), losses.end(),
                                      [](const Tenant::Loss& loss) { return loss.cause == 1; });
  const double n = static_cast<double>(losses.size());
  EXPECT_NEAR(static_cast<double>(restarts), n / 4, 4 * std::sqrt(n * 3 / 16));
}

double mean_per_day(const World& world, Seconds length) {
  UsageLog log;
  return static_cast<double>(world.run(length, log).size()) / (length / kDay);
}

TEST(Fleet, LemonsFailMoreOftenAndTheFleetAsBefore) {
  World world;
  world.nodes = 400;
  world.plan.spares = 10;  // few: a lemon that waits among the spares does not fail
  world.profile.node_life.value = 20.0 * kDay;
  const double alike = mean_per_day(world, 200.0 * kDay);
  world.profile.lemons = LemonNodes{};
  world.profile.lemons->share.value = 0.05;
  world.profile.lemons->factor.value = 10;
  const double with_lemons = mean_per_day(world, 200.0 * kDay);
  EXPECT_NEAR(alike, 20, 1);
  EXPECT_NEAR(with_lemons, 20, 3);  // how many nodes are lemons is luck
  world.profile.lemons->retire_after = 3;
  EXPECT_LT(mean_per_day(world, 200.0 * kDay), 0.85 * with_lemons);
}

TEST(Fleet, NewNodesFailEarlyOnce) {
  World world;
  world.profile.node_life.value = FailureProfile().node_life.value;
  world.nodes = 1000;
  world.plan = {.spares = 200, .ages = StartAges::kNew};
  world.profile.early_failures = EarlyFailures{};
  world.profile.early_failures->share.value = 0.1;
  world.profile.early_failures->life.value = 5.0 * kDay;
  UsageLog log;
  const auto losses = world.run(200.0 * kDay, log);
  EXPECT_NEAR(static_cast<double>(losses.size()), 110, 40);
  EXPECT_EQ(losses.front().cause, 1u);
  world.plan.ages = StartAges::kStationary;
  EXPECT_TRUE(world.run(200.0 * kDay, log).empty());
}

TEST(Fleet, NodesOfADomainFailTogether) {
  World world;
  world.nodes = 12;
  world.plan.spares = 4;
  world.fail_only_in_racks();
  UsageLog log;
  const auto losses = world.run(1000.0 * kDay, log);
  // Four racks, each once in ten days; the one of the spares is nobody's at first.
  EXPECT_NEAR(static_cast<double>(losses.size()), 400, 100);
  EXPECT_EQ(losses.front().cause, 1u);
  EXPECT_EQ(losses.front().broken, 4);
}

TEST(Fleet, SparesOfADomainAreLostWithIt) {
  World world;
  world.nodes = 1;
  world.plan.spares = 3;
  world.fail_only_in_racks();
  UsageLog log;
  const auto losses = world.run(1000.0 * kDay, log);
  double repair_hours = 0;
  for (const UsageInterval& usage : log.intervals()) {
    if (usage.state != NodeState::kRepair) continue;
    repair_hours += 1e-9 / 3600 * static_cast<double>(usage.nodes * (usage.to_ns - usage.from_ns));
  }
  // All four are repaired for an hour each time, and nobody takes the place of the one meanwhile.
  EXPECT_NEAR(repair_hours, 4.0 * static_cast<double>(losses.size()), 4.5);
}

TEST(Fleet, AComponentWithAShapeOfItsOwnKeepsItsShareOfFailures) {
  World world;
  FailureCause gpu;
  gpu.name = "gpu";
  gpu.weight.value = 3;
  FailureCause fan = gpu;
  fan.name = "fan";
  fan.weight.value = 1;
  fan.shape = Coefficient<double>{3.0, "", "", Method::kAssumed, {}};
  world.profile.causes = {gpu, fan};
  UsageLog log;
  const auto losses = world.run(1000.0 * kDay, log);
  const auto fans = std::count_if(losses.begin(), losses.end(),
                                  [](const Tenant::Loss& loss) { return loss.cause == 1; });
  const double n = static_cast<double>(losses.size());
  EXPECT_NEAR(n, 10'000, 400);  // ten nodes, one a day
  EXPECT_NEAR(static_cast<double>(fans), n / 4, 0.02 * n);
}

TEST(Fleet, CrewsRepairOneNodeAfterTheOther) {
  World world;
  world.plan.spares = 20;
  world.nodes = 20;
  world.recovery.repair.crews = 1;
  world.recovery.repair.mean.value = 20.0 * kHour;
  UsageLog log;
  // Twenty nodes fail twenty times a day where one repair takes 20 hours: soon nearly all wait.
  const auto losses = world.run(100.0 * kDay, log);
  EXPECT_LT(losses.size(), 100.0 * 24 / 20 + 60);
  EXPECT_GT(losses.size(), 100.0 * 24 / 20);
}

TEST(Fleet, ProvidersDeliverInTheirOwnTime) {
  World world;
  world.nodes = 1;
  world.plan.spares = 0;
  RepairTime delivery;
  delivery.law = RepairLaw::kConstant;
  delivery.mean.value = 3.0 * kHour;
  world.recovery.replacement = delivery;
  UsageLog log;
  const auto losses = world.run(30.0 * kDay, log);
  for (std::size_t i = 1; i < losses.size(); ++i) {
    EXPECT_GE((losses[i].time - losses[i - 1].time).seconds(), 3.0 * kHour);
  }
}

}  // namespace
}  // namespace sextant
