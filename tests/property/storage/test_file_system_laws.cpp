#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "sextant/storage/file_system.h"
#include "tests/support/file_systems.h"

namespace sextant {
namespace {

double between(double low, double high) {
  return low + (high - low) * *rc::gen::inRange(0, 1'000'001) / 1e6;
}

FileSystem some_system() {
  FileSystem system;
  if (*rc::gen::arbitrary<bool>()) system.capacity = some(Bytes(between(1, 1000) * kTiB));
  const double baseline = between(50e6, 2e9);
  system.read_baseline = some(BytesPerSecond(baseline));
  system.write_baseline = some(BytesPerSecond(between(0.3, 1) * baseline));
  if (*rc::gen::arbitrary<bool>()) {
    system.read_burst = some(BytesPerSecond(between(0.5, 10) * baseline));
    system.write_burst = some(BytesPerSecond(between(0.5, 10) * baseline));
    system.burst_time = some(Seconds(between(0, 7200)));
  }
  if (*rc::gen::arbitrary<bool>()) {
    system.client_bandwidth = some(BytesPerSecond(between(0.1e9, 20e9)));
    system.server_capacity = some(Bytes(between(1, 50) * kTiB));
    system.server_bandwidth = some(BytesPerSecond(0.625e9));
  }
  if (*rc::gen::arbitrary<bool>()) {
    system.efa_client_bandwidth = some(BytesPerSecond(between(20e9, 100e9)));
  }
  system.latency = some(Seconds(between(0, 0.05)));
  return system;
}

struct SomeTransfer {
  FileSystem system = some_system();
  TransferDirection direction =
      *rc::gen::element(TransferDirection::kWrite, TransferDirection::kRead);
  FileClients clients{.nodes = *rc::gen::inRange(1, 3000),
                      .node_bandwidth = BytesPerSecond(between(0.1e9, 50e9)),
                      .efa = *rc::gen::arbitrary<bool>()};
  Bytes size = Bytes(between(0, 1e14));
  std::optional<Seconds> idle;
  SomeTransfer() {
    if (*rc::gen::arbitrary<bool>()) idle = Seconds(between(0, 20000));
  }
  Seconds time() const { return file_transfer_time(system, direction, size, clients, idle); }
  double scale() const { return system.capacity ? system.capacity->value.si() / kTiB : 1.0; }
  double baseline() const {
    const bool reads = direction == TransferDirection::kRead;
    return scale() * (reads ? system.read_baseline : system.write_baseline).value.si();
  }
  double burst() const {
    const auto& burst =
        direction == TransferDirection::kRead ? system.read_burst : system.write_burst;
    return burst ? std::max(baseline(), scale() * burst->value.si()) : baseline();
  }
};

/// `less` up to rounding.
bool no_more(Seconds less, Seconds more) { return less.si() <= more.si() * (1 + 1e-9); }

RC_GTEST_PROP(FileSystemLaws, NoSlowerWithFewerBytes, ()) {
  SomeTransfer transfer;
  const Seconds more = transfer.time();
  transfer.size *= between(0, 1);
  RC_ASSERT(no_more(transfer.time(), more));
}

RC_GTEST_PROP(FileSystemLaws, NoSlowerWithMoreNodes, ()) {
  SomeTransfer transfer;
  const Seconds fewer = transfer.time();
  transfer.clients.nodes += *rc::gen::inRange(0, 3000);
  RC_ASSERT(no_more(transfer.time(), fewer));
}

RC_GTEST_PROP(FileSystemLaws, NoSlowerWithMoreCapacity, ()) {
  SomeTransfer transfer;
  RC_PRE(transfer.system.capacity.has_value());
  const Seconds less = transfer.time();
  transfer.system.capacity->value *= between(1, 10);
  RC_ASSERT(no_more(transfer.time(), less));
}

RC_GTEST_PROP(FileSystemLaws, NoSlowerAfterALongerPause, ()) {
  SomeTransfer transfer;
  RC_PRE(transfer.idle.has_value());
  const Seconds shorter = transfer.time();
  transfer.idle = *transfer.idle + Seconds(between(0, 20000));
  const Seconds longer = transfer.time();
  RC_ASSERT(no_more(longer, shorter));
  transfer.idle.reset();  // full credits
  RC_ASSERT(no_more(transfer.time(), longer));
}

RC_GTEST_PROP(FileSystemLaws, FullCreditsAfterALongPause, ()) {
  SomeTransfer transfer;
  transfer.idle = Seconds(1e9);
  const Seconds after_pause = transfer.time();
  transfer.idle.reset();
  RC_ASSERT(after_pause == transfer.time());
}

RC_GTEST_PROP(FileSystemLaws, NeverFasterThanBurstOrClients, ()) {
  const SomeTransfer transfer;
  const double clients = transfer.clients.nodes * transfer.clients.node_bandwidth->si();
  const double fastest = transfer.size.si() / std::min(transfer.burst(), clients);
  RC_ASSERT(transfer.time().si() >= fastest * (1 - 1e-9));
}

RC_GTEST_PROP(FileSystemLaws, NeverSlowerThanTheBaselineLeavesClients, ()) {
  SomeTransfer transfer;
  transfer.system.client_bandwidth.reset();
  transfer.system.efa_client_bandwidth.reset();
  transfer.system.server_bandwidth.reset();
  const double clients = transfer.clients.nodes * transfer.clients.node_bandwidth->si();
  const double slowest = transfer.size.si() / std::min(transfer.baseline(), clients);
  RC_ASSERT(transfer.time().si() <= (slowest + 0.05) * (1 + 1e-9));
}

RC_GTEST_PROP(FileSystemLaws, LongTransfersApproachTheBaseline, ()) {
  SomeTransfer transfer;
  transfer.clients = {.nodes = 3000, .node_bandwidth = BytesPerSecond(1e12), .efa = false};
  transfer.system.client_bandwidth.reset();
  transfer.system.server_bandwidth.reset();
  transfer.size = Bytes(1e6 * 7200 * transfer.burst());
  const double bandwidth = transfer.size.si() / transfer.time().si();
  RC_ASSERT(bandwidth >= transfer.baseline() * (1 - 1e-5));
  RC_ASSERT(bandwidth <= transfer.baseline() * (1 + 1e-4));
}

/// The same transfer after the same pause again and again: credits that are followed from transfer
/// to transfer settle at what the pause alone is taken to give.
RC_GTEST_PROP(FileSystemLaws, APauseGivesTheCreditsOfPeriodicUse, ()) {
  SomeTransfer transfer;
  transfer.system.latency = some(Seconds(0));
  transfer.idle = Seconds(between(1, 20000));
  const double baseline = transfer.baseline();
  const double clients = transfer.clients.nodes * transfer.clients.node_bandwidth->si();
  transfer.system.client_bandwidth.reset();
  transfer.system.efa_client_bandwidth.reset();
  transfer.system.server_bandwidth.reset();
  const double fast = std::min(transfer.burst(), clients);
  RC_PRE(fast > baseline * 1.001 && transfer.system.burst_time.has_value());
  const double full = transfer.system.burst_time->value.si() * (transfer.burst() - baseline);
  const double needed = transfer.size.si() / fast * (fast - baseline);  // all of it in a burst
  double credits = full;
  double time = 0;
  for (int use = 0; use < 20000; ++use) {
    const double bursting = std::min(needed, credits) / (fast - baseline);
    time = bursting + (transfer.size.si() - bursting * fast) / baseline;
    const double before = credits;
    credits = std::min(full, std::max(0.0, credits - needed) + transfer.idle->si() * baseline);
    if (use > 0 && credits == before) break;
    if (use == 19999) RC_DISCARD("not settled");
  }
  RC_ASSERT(no_more(transfer.time(), Seconds(time)) && no_more(Seconds(time), transfer.time()));
}

}  // namespace
}  // namespace sextant
