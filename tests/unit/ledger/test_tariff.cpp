#include "sextant/ledger/tariff.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sextant {
namespace {

UsageInterval hours(NodeState state, double length_h, std::int64_t nodes) {
  const bool fleet = state == NodeState::kSpare || state == NodeState::kRepair;
  return {.entity = fleet ? kFleetEntity : UsageEntity{1},
          .state = state,
          .to_ns = std::llround(length_h * 3600e9),
          .nodes = nodes};
}

UsdPerSecond per_hour(double usd) { return Usd(usd) / kHour; }

/// Ten nodes for a hundred hours, ten of which are lost, with a spare.
UsageTotals a_run() {
  UsageTotals usage;
  usage.add(hours(NodeState::kTraining, 90, 10));
  usage.add(hours(NodeState::kTrainingLost, 10, 10));
  usage.add(hours(NodeState::kSpare, 100, 1));
  return usage;
}

const LedgerItem& line(const std::vector<LedgerItem>& lines, const std::string& item) {
  for (const LedgerItem& line : lines) {
    if (line.item == item) return line;
  }
  ADD_FAILURE() << "no line " << item;
  return lines.front();
}

// BERT-Large on 16 trn1.32xlarge: 2.3 h at 21.50 USD/h is some USD 787 (AWS, 2023).
TEST(Bill, OfBertLargeOnTrainium) {
  UsageTotals usage;
  usage.add(hours(NodeState::kTraining, 2.288, 16));
  const Tariff tariff{.node = per_hour(21.50)};
  EXPECT_NEAR(total(bill({.usage = usage}, tariff)).si(), 787.0, 0.5);
}

TEST(Bill, HasALinePerStateThatIsPaidFor) {
  const UsageTotals usage = a_run();
  const auto lines = bill({.usage = usage}, {.node = per_hour(50)});
  EXPECT_EQ(lines.size(), kNodeStates - 1);  // all but what is not rented
  EXPECT_NEAR(line(lines, "nodes, training").usd, 900 * 50, 1e-6);
  EXPECT_NEAR(line(lines, "nodes, training lost").quantity, 100, 1e-9);
  EXPECT_NEAR(line(lines, "nodes, spare").usd, 100 * 50, 1e-6);
  EXPECT_NEAR(total(lines).si(), 1100 * 50, 1e-6);
}

TEST(Bill, WhatIsNotRentedIsFree) {
  UsageTotals usage;
  usage.add(hours(NodeState::kTraining, 40, 10));
  usage.add(hours(NodeState::kReleased, 100, 10));
  Tariff tariff{.node = per_hour(50)};
  EXPECT_NEAR(total(bill({.usage = usage}, tariff)).si(), 40 * 10 * 50, 1e-6);
  // Two bookings of a day, with a gap between them: 48 h are paid for.
  tariff.booking = Booking{.booked = kDay, .extension = kDay};
  EXPECT_NEAR(total(bill({.usage = usage}, tariff)).si(), 48 * 10 * 50, 1e-6);
}

TEST(Bill, AWarmPoolIsPaidForAfterTheEnd) {
  UsageTotals usage;
  usage.add(hours(NodeState::kTraining, 40, 10));
  const Tariff tariff{.node = per_hour(50), .kept_after = kHour};
  EXPECT_NEAR(total(bill({.usage = usage}, tariff)).si(), 41 * 10 * 50, 1e-6);
}

TEST(Bill, ABookingIsPaidToItsEnd) {
  const UsageTotals usage = a_run();
  Tariff tariff{.node = per_hour(40)};
  tariff.booking = Booking{.booked = 7.0 * kDay, .extension = kDay};
  const auto lines = bill({.usage = usage}, tariff);
  EXPECT_NEAR(line(lines, "booked, not used").quantity, 11 * (168 - 100), 1e-6);
  EXPECT_NEAR(total(lines).si(), 11 * 168 * 40, 1e-6);
}

TEST(Bill, WhatOutlastsABlockIsBookedInWholeDays) {
  const UsageTotals usage = a_run();
  Tariff tariff{.node = per_hour(40)};
  tariff.booking = Booking{.booked = 4.0 * kDay, .extension = kDay};
  EXPECT_NEAR(total(bill({.usage = usage}, tariff)).si(), 11 * 5 * 24 * 40, 1e-6);
}

TEST(Bill, WhatOutlastsACommitmentIsOnDemand) {
  const UsageTotals usage = a_run();
  Tariff tariff{.node = per_hour(40)};
  tariff.booking = Booking{.booked = 60.0 * kHour, .extension = Seconds(0), .beyond = per_hour(50)};
  const auto lines = bill({.usage = usage}, tariff);
  EXPECT_NEAR(line(lines, "beyond the commitment, surcharge").quantity, 11 * 40, 1e-6);
  EXPECT_NEAR(total(lines).si(), 11 * (60 * 40 + 40 * 50), 1e-6);
  tariff.booking->booked = 200.0 * kHour;
  tariff.booking->unused_charged = false;
  EXPECT_NEAR(total(bill({.usage = usage}, tariff)).si(), 11 * 100 * 40, 1e-6);
}

TEST(Bill, ThePremiumIsOnAllNodes) {
  const UsageTotals usage = a_run();
  Tariff tariff{.node = per_hour(40)};
  tariff.booking = Booking{.booked = 7.0 * kDay, .extension = kDay};
  tariff.premium = 0.15;
  const auto lines = bill({.usage = usage}, tariff);
  EXPECT_NEAR(line(lines, "SageMaker premium").usd, 0.15 * 11 * 168 * 40, 1e-6);
  EXPECT_NEAR(total(lines).si(), 1.15 * 11 * 168 * 40, 1e-6);
}

TEST(Bill, ServicesAreByTheHourOfTheRun) {
  const UsageTotals usage = a_run();
  Tariff tariff{.node = per_hour(0)};
  tariff.profiler = per_hour(0.461);
  tariff.control_plane = per_hour(0.10);
  const auto lines = bill({.usage = usage}, tariff);
  EXPECT_NEAR(line(lines, "profiler, ml.m5.2xlarge").usd, 46.1, 1e-9);
  EXPECT_NEAR(line(lines, "control plane").usd, 10, 1e-9);
}

StoreTariff s3() {
  StoreTariff store;
  store.store = "s3-standard";
  store.capacity = Usd(0.023) / (Bytes(1e9) * (730.0 * kHour));
  store.put = Usd(5e-6);
  store.get = Usd(4e-7);
  store.size = Bytes(1e12);
  store.part = Bytes(64e6);
  return store;
}

TEST(Bill, CheckpointsInAnObjectStore) {
  const UsageTotals usage = a_run();
  Tariff tariff{.node = per_hour(0)};
  tariff.checkpoints = CheckpointTariff{s3(), 2, 730.0 * kHour};
  const auto lines = bill({.usage = usage, .checkpoints = 100, .restores = 3}, tariff);
  // 0 + 1 + 98 times 2 checkpoints for an hour each, then two for a month.
  EXPECT_NEAR(line(lines, "checkpoints in s3-standard").quantity, 1000 * (197.0 / 730 + 2), 1e-6);
  EXPECT_NEAR(line(lines, "PUT requests of checkpoints").usd, 100 * 15625 * 5e-6, 1e-9);
  EXPECT_NEAR(line(lines, "GET requests of checkpoints").usd, 3 * 15625 * 4e-7, 1e-9);
  EXPECT_EQ(line(lines, "checkpoints between zones").usd, 0);
}

TEST(Bill, AFileSystemIsPaidForAsProvisioned) {
  const UsageTotals usage = a_run();
  Tariff tariff{.node = per_hour(0)};
  StoreTariff lustre = s3();
  lustre.store = "fsx";
  lustre.provisioned = Bytes(100e12);
  lustre.between_zones = Usd(0.02) / Bytes(1e9);
  tariff.checkpoints = CheckpointTariff{lustre, 2, Seconds(0)};
  const auto lines = bill({.usage = usage, .checkpoints = 10, .restores = 5}, tariff);
  EXPECT_NEAR(line(lines, "checkpoints in fsx").quantity, 1e5 * 100.0 / 730, 1e-6);
  EXPECT_NEAR(line(lines, "checkpoints between zones").usd, 15 * 1000 * 0.02, 1e-9);
}

TEST(Bill, EveryRequestAndEveryByteThatIsChargedFor) {
  const UsageTotals usage = a_run();
  Tariff tariff{.node = per_hour(0)};
  StoreTariff express = s3();
  express.store = "s3-express";
  express.upload = Usd(0.0032) / Bytes(1e9);
  express.retrieval = Usd(0.0006) / Bytes(1e9);
  tariff.checkpoints = CheckpointTariff{express, 2, Seconds(0)};
  const BilledTraffic traffic{
      .written = Bytes(7e12), .read = Bytes(3e12), .puts = 90'000, .gets = 4'000};
  const auto lines =
      bill({.usage = usage, .checkpoints = 6, .restores = 5, .traffic = traffic}, tariff);
  EXPECT_NEAR(line(lines, "PUT requests of checkpoints").usd, 90'000 * 5e-6, 1e-9);
  EXPECT_NEAR(line(lines, "GET requests of checkpoints").usd, 4'000 * 4e-7, 1e-9);
  EXPECT_NEAR(line(lines, "checkpoints written").usd, 7000 * 0.0032, 1e-9);
  EXPECT_NEAR(line(lines, "checkpoints read").usd, 3000 * 0.0006, 1e-9);
  EXPECT_NEAR(line(lines, "checkpoints between zones").quantity, 10'000, 1e-9);
}

TEST(Bill, FileSystemsBeforeTheStoreAreProvisionedBesides) {
  const UsageTotals usage = a_run();
  Tariff tariff{.node = per_hour(0)};
  StoreTariff lustre = s3();
  lustre.store = "fsx";
  lustre.provisioned = Bytes(100e12);
  tariff.tiers = {lustre};
  EXPECT_NEAR(line(bill({.usage = usage}, tariff), "checkpoints in fsx").quantity,
              1e5 * 100.0 / 730, 1e-6);
}

TEST(Bill, OfTrainingData) {
  const UsageTotals usage = a_run();
  Tariff tariff{.node = per_hour(0)};
  tariff.dataset = DatasetTariff{s3(), 1.5};
  const auto lines = bill({.usage = usage}, tariff);
  EXPECT_NEAR(line(lines, "training data in s3-standard").quantity, 1000 * 100.0 / 730, 1e-6);
  EXPECT_NEAR(line(lines, "GET requests of training data").quantity, 1.5 * 15.625, 1e-9);
}

TEST(KeptCheckpoints, IsTheIntegralOfTheirNumber) {
  EXPECT_EQ(kept_checkpoint_time(0, 3, kHour), Seconds(0));
  EXPECT_EQ(kept_checkpoint_time(1, 3, kHour), Seconds(0));  // written at the end
  EXPECT_NEAR(kept_checkpoint_time(4, 9, kHour) / kHour, (0 + 1 + 2 + 3) / 4.0, 1e-12);
  EXPECT_NEAR(kept_checkpoint_time(6, 2, kHour) / kHour, (0 + 1 + 2 + 2 + 2 + 2) / 6.0, 1e-12);
  EXPECT_NEAR(kept_checkpoint_time(1'000'000, 3, kHour) / kHour, 3, 1e-4);
}

}  // namespace
}  // namespace sextant
