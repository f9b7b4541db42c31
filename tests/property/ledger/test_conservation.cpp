#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "sextant/ledger/accounts.h"
#include "sextant/ledger/goodput_buckets.h"
#include "sextant/ledger/power.h"
#include "sextant/ledger/tariff.h"

namespace sextant {
namespace {

double number(double low, double high) {
  return low + (high - low) * *rc::gen::inRange(0, 1'000'001) / 1e6;
}

/// A run of `nodes` that goes through some states, beside `spares` of which some are broken.
UsageTotals random_usage(std::int64_t nodes, std::int64_t spares) {
  UsageTotals usage;
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    if (state == NodeState::kSpare || state == NodeState::kRepair) continue;
    if (state == NodeState::kReleased) continue;  // nobody is charged
    const std::int64_t ns = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000'000);
    usage.add({.entity = UsageEntity{1}, .state = state, .to_ns = ns, .nodes = nodes});
    const std::int64_t broken = *rc::gen::inRange<std::int64_t>(0, spares + 1);
    usage.add({.state = NodeState::kRepair, .to_ns = ns, .nodes = broken});
    usage.add({.state = NodeState::kSpare, .to_ns = ns, .nodes = spares - broken});
  }
  return usage;
}

StoreTariff random_store() {
  StoreTariff store;
  store.store = "store";
  store.capacity = UsdPerByteSecond(number(0, 1e-16));
  store.put = Usd(number(0, 1e-5));
  store.get = Usd(number(0, 1e-6));
  store.between_zones = UsdPerByte(number(0, 2e-11));
  store.provisioned = Bytes(*rc::gen::arbitrary<bool>() ? number(1, 1e15) : 0);
  store.size = Bytes(number(1, 1e13));
  store.part = Bytes(number(1e6, 1e9));
  return store;
}

Tariff random_tariff() {
  Tariff tariff{.node = UsdPerSecond(number(0, 0.04))};
  if (*rc::gen::arbitrary<bool>()) {
    tariff.booking = Booking{.booked = Seconds(number(0, 1e7)), .extension = kDay};
    if (*rc::gen::arbitrary<bool>()) tariff.booking->beyond = tariff.node * number(1, 3);
    tariff.booking->unused_charged = *rc::gen::arbitrary<bool>();
  }
  if (*rc::gen::arbitrary<bool>()) tariff.premium = number(0, 0.5);
  if (*rc::gen::arbitrary<bool>()) tariff.profiler = UsdPerSecond(1e-4);
  if (*rc::gen::arbitrary<bool>()) tariff.control_plane = UsdPerSecond(1e-5);
  if (*rc::gen::arbitrary<bool>()) {
    tariff.checkpoints = CheckpointTariff{random_store(), *rc::gen::inRange(1, 9), kDay};
  }
  if (*rc::gen::arbitrary<bool>()) tariff.dataset = DatasetTariff{random_store(), number(0, 3)};
  return tariff;
}

BilledRun random_run(const UsageTotals& usage) {
  return {.usage = usage,
          .checkpoints = *rc::gen::inRange(0, 100'000),
          .restores = *rc::gen::inRange(0, 1000)};
}

RC_GTEST_PROP(Bill, EveryLineIsQuantityTimesPriceAndNoneIsNegative, ()) {
  const UsageTotals usage = random_usage(*rc::gen::inRange(1, 4000), *rc::gen::inRange(0, 50));
  double sum = 0;
  const std::vector<LedgerItem> lines = bill(random_run(usage), random_tariff());
  for (const LedgerItem& line : lines) {
    RC_ASSERT(line.usd == line.quantity * line.unit_price_usd);
    RC_ASSERT(line.usd >= 0);
    sum += line.usd;
  }
  RC_ASSERT(total(lines).si() == sum);
}

RC_GTEST_PROP(Bill, EveryNodeHourIsOnOneLine, ()) {
  const std::int64_t nodes = *rc::gen::inRange(1, 4000), spares = *rc::gen::inRange(0, 50);
  const UsageTotals usage = random_usage(nodes, spares);
  const Tariff tariff{.node = UsdPerSecond(0.01)};
  double hours = 0;
  for (const LedgerItem& line : bill({.usage = usage}, tariff)) hours += line.quantity;
  const double rented = static_cast<double>(nodes + spares) * (usage.job_time() / kHour);
  RC_ASSERT(std::abs(hours - rented) <= 1e-9 * rented);
}

RC_GTEST_PROP(Bill, HasTheSameLinesForEveryRun, ()) {
  const Tariff tariff = random_tariff();
  const UsageTotals one = random_usage(8, 2), other = random_usage(8, 2);
  const auto a = bill(random_run(one), tariff), b = bill(random_run(other), tariff);
  RC_ASSERT(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    RC_ASSERT(a[i].item == b[i].item);
    RC_ASSERT(a[i].unit == b[i].unit);
  }
}

RC_GTEST_PROP(Bill, ABookingNeverCostsLessThanItsNodesUsed, ()) {
  const UsageTotals usage = random_usage(*rc::gen::inRange(1, 4000), *rc::gen::inRange(0, 50));
  Tariff tariff{.node = UsdPerSecond(number(0.001, 0.04))};
  const double used = total(bill({.usage = usage}, tariff)).si();
  tariff.booking = Booking{.booked = Seconds(number(0, 1e7)), .extension = kDay};
  RC_ASSERT(total(bill({.usage = usage}, tariff)).si() >= used * (1 - 1e-12));
}

RC_GTEST_PROP(GoodputBuckets, SumToTheWallTime, ()) {
  const UsageTotals usage = random_usage(*rc::gen::inRange(1, 4000), *rc::gen::inRange(0, 50));
  Seconds sum;
  for (const Seconds time : goodput_times(usage)) sum += time;
  RC_ASSERT(std::abs((sum - usage.job_time()).si()) <= 1e-12 * usage.job_time().si());
}

RC_GTEST_PROP(Energy, IsConservedOverStates, ()) {
  const UsageTotals usage = random_usage(*rc::gen::inRange(1, 4000), *rc::gen::inRange(0, 50));
  PowerCurve curve;
  curve.idle.value = Watts(number(0, 2000));
  curve.half.value = Watts(number(0, 5000));
  curve.full.value = Watts(number(0, 9000));
  Joules sum;
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    sum += 1.2 * (usage.node_time(state) * node_power(curve, state));
  }
  const Joules total = energy(usage, curve, 1.2);
  RC_ASSERT(std::abs((sum - total).si()) <= 1e-12 * total.si());
}

}  // namespace
}  // namespace sextant
