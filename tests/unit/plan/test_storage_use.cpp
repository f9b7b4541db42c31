#include "src/plan/storage_use.h"

#include <gtest/gtest.h>

#include <string>

#include "src/plan/plan.h"
#include "tests/support/shipped_scenario.h"

namespace sextant::plan {
namespace {

using fixtures::shipped_scenario;

/// Planned once for all tests.
const PlanResult& storm() {
  static const PlanResult result = [] {
    scenario::Scenario scenario = shipped_scenario("checkpoint-storm.json");
    scenario.simulation.replicas = 20;
    return make_plan(scenario);
  }();
  return result;
}

const LedgerItem& line(const PlanResult& result, const std::string& item) {
  for (const LedgerItem& line : result.forecast.ledger) {
    if (line.item == item) return line;
  }
  ADD_FAILURE() << "no line " << item;
  return result.forecast.ledger.front();
}

TEST(StorageUse, EveryRequestThatSucceedsIsBilled) {
  const PlanResult& result = storm();
  const Forecast::Traffic& store = *result.forecast.store;
  EXPECT_NEAR(1000 * line(result, "PUT requests of checkpoints").quantity, store.puts.mean,
              1e-9 * store.puts.mean);
  EXPECT_NEAR(1000 * line(result, "GET requests of checkpoints").quantity, store.gets.mean,
              1e-9 * store.gets.mean);
  EXPECT_GT(store.refused.mean, 0);
}

TEST(StorageUse, WhatWasWrittenAndReadIsWholeCheckpoints) {
  const PlanResult& result = storm();
  const Forecast::Traffic& store = *result.forecast.store;
  const double size = result.longest().campaign.checkpoint.size.si();
  const double written = result.forecast.checkpoints.mean + store.failed_writes.mean;
  EXPECT_NEAR(store.written_bytes.mean, written * size, 1e-9 * store.written_bytes.mean);
  EXPECT_NEAR(store.retained_bytes.mean, 2 * size, 1e-9 * size);
}

TEST(StorageUse, SaysWhatTheStoreTakesBeforeAndAfterItHasGrown) {
  const PlanResult& result = storm();
  const StorageUse& use = *result.storage;
  EXPECT_EQ(use.store, "Amazon S3 Standard");
  EXPECT_EQ(use.save.puts, 131'072);
  EXPECT_EQ(use.save.refused, 0);
  EXPECT_GT(use.first_save->refused, 100'000);
  EXPECT_GT(use.first_save->time, 10.0 * use.save.time);
  // Two checkpoints of 5.68 TB, and 131,072 PUTs every half hour.
  const double month = 2 * 5681.9 * 0.023 + 2 * 730 * 131.072 * 0.005;
  EXPECT_NEAR(use.month->si(), month, 0.001 * month);
}

TEST(StorageUse, IsNotKnownWithoutATarget) {
  const scenario::Scenario scenario = shipped_scenario("llama3-8b-2xp5.json");
  EXPECT_EQ(scenario.checkpoint_store(), nullptr);
  EXPECT_EQ(stored_checkpoints(scenario)->store, "fsx-lustre-1000");
}

}  // namespace
}  // namespace sextant::plan
