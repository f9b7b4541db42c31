// Laws of saves and restores: what is moved is what is there, requests are those counted by hand,
// and nobody gets more than the network gives.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "sextant/storage/store_move.h"
#include "tests/support/stores.h"

namespace sextant {
namespace {

constexpr std::int64_t kPlenty = 1'000'000;  ///< partitions: nothing is refused

struct Case {
  RequestPlan plan;
  StoreClients nodes;
  Bytes size;

  std::int64_t writers() const {
    const bool ranks = plan.objects_per == ObjectsPer::kRank;
    return std::int64_t{nodes.nodes} * (ranks ? nodes.ranks_per_node : 1);
  }
};

Case random_case() {
  Case c;
  c.plan.objects_per = *rc::gen::element(ObjectsPer::kRank, ObjectsPer::kNode);
  c.plan.sync = *rc::gen::element(StoreSync::kJob, StoreSync::kCopier);
  c.plan.part = Bytes(1'048'576.0 * *rc::gen::element(8, 16, 64, 512));
  c.nodes.nodes = *rc::gen::inRange(1, 65);
  c.nodes.ranks_per_node = *rc::gen::inRange(1, 17);
  c.nodes.ip_bandwidth = BytesPerSecond(*rc::gen::element(1.25e9, 6.25e9, 12.5e9, 50e9));
  // At most some thousand parts of each writer.
  const double of_writer = *rc::gen::element(1e3, 1e7, 3e8, 5e9);
  c.size = Bytes(of_writer * static_cast<double>(c.writers()));
  return c;
}

StoreMove saved(const Case& c, std::int64_t partitions = kPlenty) {
  return save_to(fixtures::object_store(), c.plan, c.size, c.nodes, partitions);
}

StoreMove restored(const Case& c, bool everything) {
  return restore_from(fixtures::object_store(), c.plan, c.size, c.nodes, everything, kPlenty);
}

/// Of a writer's object.
double parts_by_hand(const Case& c) {
  const double share = c.size.si() / static_cast<double>(c.writers());
  return std::ceil(share / c.plan.part.si() * (1 - 1e-9));
}

bool about(double a, double b) { return std::abs(a - b) <= 1e-6 * b; }

RC_GTEST_PROP(StoreMoves, AreCountedAsByHand, ()) {
  const Case c = random_case();
  const StoreMove save = saved(c);
  RC_ASSERT(save.size == c.size);
  RC_ASSERT(save.gets == 0);
  const double parts = parts_by_hand(c);
  const auto writers = static_cast<double>(c.writers());
  RC_ASSERT(about(save.puts, writers * (parts > 1 ? parts + 2 : 1)));
  RC_ASSERT(save.failure == 0);
  const bool everything = *rc::gen::arbitrary<bool>() || c.plan.sync == StoreSync::kCopier;
  const StoreMove restore = restored(c, everything);
  const double times = everything ? c.nodes.nodes : 1;
  RC_ASSERT(restore.size == times * c.size);
  RC_ASSERT(restore.puts == 0);
  RC_ASSERT(about(restore.gets, times * writers * parts));
}

RC_GTEST_PROP(StoreMoves, AreNotFasterThanTheNetworkOfTheNodes, ()) {
  Case c = random_case();
  const double all = c.nodes.nodes * c.nodes.ip_bandwidth->si();
  const StoreMove restore = restored(c, *rc::gen::arbitrary<bool>());
  RC_ASSERT(saved(c).time.si() >= c.size.si() / all * (1 - 1e-9));
  RC_ASSERT(restore.time.si() >= restore.size.si() / all * (1 - 1e-9));
  c.nodes.serialization = BytesPerSecond(*rc::gen::element(1e8, 1e9));
  RC_ASSERT(saved(c).time.si() >= c.size.si() / (c.nodes.nodes * c.nodes.serialization->si()));
}

/// Twice the nodes save the same in no more time, but for one request: shares are cut at parts.
RC_GTEST_PROP(StoreMoves, AreNotSlowerFromMoreNodes, ()) {
  Case c = random_case();
  const Seconds few = saved(c).time;
  c.nodes.nodes *= 2;
  const Seconds request = Seconds(0.2) + c.plan.part / BytesPerSecond(85e6);
  RC_ASSERT(saved(c).time <= few + request + 0.1 * few);
}

/// Of clients that wait and try again until they succeed.
RC_GTEST_PROP(StoreMoves, AreNotSlowerWithMorePartitions, ()) {
  Case c = random_case();
  c.nodes.nodes *= 32;
  c.plan.part = Bytes(1e9);
  c.plan.max_attempts = 100;
  c.size = Bytes(1e6 * static_cast<double>(c.writers()));
  const std::int64_t partitions = *rc::gen::inRange<std::int64_t>(1, 8);
  const StoreMove one = saved(c, partitions);
  const StoreMove two = saved(c, 2 * partitions);
  RC_ASSERT(two.refused <= one.refused * 1.05 + 1);
  RC_ASSERT(two.time.si() <= one.time.si() * 1.1 + 0.1);
}

}  // namespace
}  // namespace sextant
