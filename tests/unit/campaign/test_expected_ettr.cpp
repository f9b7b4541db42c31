#include "sextant/campaign/expected_ettr.h"

#include <gtest/gtest.h>

namespace sextant {
namespace {

template <class T>
Coefficient<T> assumed(T value) {
  return {value, "", "", Method::kAssumed, {}};
}

/// All of RSC-1: 2,000 nodes, 6.5 failures per 1,000 node-days, 5 min until training goes on.
EttrTerms rsc1(Seconds interval, Seconds write) {
  return {.interval = interval,
          .write = write,
          .recovery = 5.0 * kMinute,
          .time_to_failure = kDay / (2000 * 0.0065)};
}

TEST(ExpectedEttr, IsThatOfThePaper) {
  EXPECT_NEAR(expected_ettr(rsc1(kHour, Seconds(0))), 0.684, 0.0005);
  EXPECT_NEAR(expected_ettr(rsc1(5.0 * kMinute, Seconds(0))), 0.932, 0.0005);
  EXPECT_NEAR(expected_ettr(rsc1(5.0 * kMinute, Seconds(30))), 0.932 / 1.1, 0.0005);
}

TEST(ExpectedEttr, IsNeverNegativeAndOneWithoutFailures) {
  EXPECT_EQ(expected_ettr(rsc1(kDay, Seconds(0))), 0.0);
  EXPECT_EQ(expected_ettr({.interval = kHour, .write = {}, .recovery = {}, .time_to_failure = {}}),
            1.0);
}

CampaignInputs inputs() {
  CampaignInputs inputs;
  inputs.nodes = 100;
  inputs.interval = kHour;
  inputs.phases = {steady_phase(
      Seconds(1), 1'000'000,
      {.mode = CheckpointMode::kBlocking, .write = Seconds(60), .restore = Seconds(90)})};
  inputs.failures.node_life.value = 100.0 * kDay;
  FailureCause gpu;
  gpu.weight.value = 3;
  FailureCause software;
  software.weight.value = 1;
  software.symptom = Symptom::kHang;
  software.remedy = Remedy::kRestart;
  software.hardware = false;
  inputs.failures.causes = {gpu, software};
  return inputs;
}

TEST(TimeToInterruption, KeepsHardwareAndOtherCausesApart) {
  const TimeToInterruption times = mean_time_to_interruption_by_kind(inputs());
  EXPECT_NEAR(*times.hardware / kDay, 4.0 / 3, 1e-12);
  EXPECT_NEAR(*times.unexpected / kDay, 1, 1e-12);
  EXPECT_NEAR(*times.all / kDay, 1, 1e-12);
}

TEST(TimeToInterruption, AddsTheRatesOfEverything) {
  CampaignInputs all = inputs();
  all.failures.job_life = assumed(Seconds(2.0 * kDay));
  all.failures.domains.emplace_back();
  all.failures.domains.back().nodes = 10;
  all.failures.domains.back().life = assumed(20.0 * kDay);
  all.failures.slowdowns.emplace_back();
  all.failures.slowdowns.back().node_life = assumed(kDay);
  all.failures.early_failures = EarlyFailures{assumed(0.1), assumed(kDay)};
  all.fleet.maintenance = Maintenance{assumed(0.75 * kDay), assumed(0.25 * kDay)};
  const TimeToInterruption times = mean_time_to_interruption_by_kind(all);
  EXPECT_NEAR(kDay / *times.hardware, 0.75 + 0.5, 1e-12) << "nodes and racks";
  EXPECT_NEAR(kDay / *times.unexpected, 1 + 0.5 + 0.5, 1e-12) << "and the job";
  EXPECT_NEAR(kDay / *times.all, 2 + 1, 1e-12) << "and the maintenance";
}

TEST(TimeToInterruption, IsAbsentWhereNothingFails) {
  CampaignInputs none = inputs();
  none.failures = {};
  const TimeToInterruption times = mean_time_to_interruption_by_kind(none);
  EXPECT_FALSE(times.hardware);
  EXPECT_FALSE(times.all);
  EXPECT_NEAR(expected_ettr(ettr_terms(none)), 60.0 / 61, 1e-12) << "checkpoints alone";
}

TEST(EttrTerms, AverageTheRecoveryOverTheCauses) {
  CampaignInputs job = inputs();
  job.recovery.crash_detection.value = Seconds(100);
  job.recovery.hang_detection.value = Seconds(500);
  job.recovery.swap.value = Seconds(40);
  job.recovery.restart.value = Seconds(300);
  job.recovery.initialisation_per_rank = assumed(Seconds(0.01));
  job.ranks = 800;
  const EttrTerms terms = ettr_terms(job);
  EXPECT_NEAR(terms.recovery.si(), 0.75 * (100 + 40) + 0.25 * 500 + 300 + 8 + 90, 1e-9);
  EXPECT_EQ(terms.write, Seconds(60));
  EXPECT_NEAR(*terms.time_to_failure / kDay, 1, 1e-12);
}

}  // namespace
}  // namespace sextant
