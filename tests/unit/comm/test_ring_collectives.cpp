#include "calibrate/comm/ring_collectives.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <vector>

#include "calibrate/comm/shares.h"
#include "tests/support/memory_transport.h"

namespace sextant::comm {
namespace {

using Floats = std::vector<float>;
using Collective = std::function<void(Transport&, std::span<const float>, std::span<float>)>;

/// What rank r sends: small integers, whose sums are exact, no two ranks' alike.
Floats numbers_of(int rank, std::size_t elements) {
  Floats result(elements);
  for (std::size_t i = 0; i < elements; ++i) {
    result[i] = static_cast<float>((i * 7 + static_cast<std::size_t>(rank) * 31) % 101);
  }
  return result;
}

struct Outcome {
  std::vector<Floats> received;   ///< by rank
  std::vector<std::size_t> sent;  ///< bytes, by rank
};

/// Runs a collective on threads and checks that all messages were well formed and received.
Outcome run(int ranks, std::size_t send, std::size_t receive, const Collective& collective) {
  Mail mail;
  Outcome outcome{.received = std::vector<Floats>(static_cast<std::size_t>(ranks)),
                  .sent = std::vector<std::size_t>(static_cast<std::size_t>(ranks))};
  std::vector<int> faults(static_cast<std::size_t>(ranks));
  on_threads(ranks, [&](int rank) {
    const auto own = static_cast<std::size_t>(rank);
    MemoryTransport transport(mail, rank, ranks);
    const Floats from = numbers_of(rank, send);
    Floats to(receive, -1.0F);
    collective(transport, from, to);
    outcome.received[own] = to;
    outcome.sent[own] = transport.sent();
    faults[own] = transport.faults();
  });
  EXPECT_TRUE(mail.empty());
  EXPECT_EQ(faults, std::vector<int>(static_cast<std::size_t>(ranks)));
  return outcome;
}

Floats sum_over(int ranks, std::size_t elements) {
  Floats result(elements);
  for (int rank = 0; rank < ranks; ++rank) {
    const Floats numbers = numbers_of(rank, elements);
    for (std::size_t i = 0; i < elements; ++i) result[i] += numbers[i];
  }
  return result;
}

Floats slice(const Floats& all, std::size_t begin, std::size_t size) {
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(begin);
  return {first, first + static_cast<std::ptrdiff_t>(size)};
}

int any_ranks() { return *rc::gen::inRange(1, 8); }
std::size_t any_elements() { return *rc::gen::inRange<std::size_t>(1, 5000); }

RC_GTEST_PROP(RingCollectives, AllReduceSums, ()) {
  const int ranks = any_ranks();
  const std::size_t elements = any_elements();
  for (const Floats& received : run(ranks, elements, elements, all_reduce).received) {
    RC_ASSERT(received == sum_over(ranks, elements));
  }
}

RC_GTEST_PROP(RingCollectives, ReduceScatterSumsEachPart, ()) {
  const int ranks = any_ranks();
  const std::size_t part = any_elements();
  const std::size_t elements = part * static_cast<std::size_t>(ranks);
  const Outcome outcome = run(ranks, elements, elements, reduce_scatter);
  const Floats sums = sum_over(ranks, elements);
  for (std::size_t rank = 0; rank < outcome.received.size(); ++rank) {
    RC_ASSERT(slice(outcome.received[rank], 0, part) == slice(sums, rank * part, part));
  }
}

RC_GTEST_PROP(RingCollectives, AllGatherCollectsInOrder, ()) {
  const int ranks = any_ranks();
  const std::size_t part = any_elements();
  Floats all;
  for (int rank = 0; rank < ranks; ++rank) {
    const Floats own = numbers_of(rank, part);
    all.insert(all.end(), own.begin(), own.end());
  }
  for (const Floats& received : run(ranks, part, all.size(), all_gather).received) {
    RC_ASSERT(received == all);
  }
}

RC_GTEST_PROP(RingCollectives, AllToAllTransposes, ()) {
  const int ranks = any_ranks();
  const std::size_t elements = any_elements();
  const double skew = *rc::gen::inRange(0, 11) / 10.0;
  const Outcome outcome =
      run(ranks, elements, elements,
          [&](Transport& transport, std::span<const float> send, std::span<float> receive) {
            all_to_all(transport, send, receive, skew);
          });
  for (int rank = 0; rank < ranks; ++rank) {
    Floats expected;
    for (int sender = 0; sender < ranks; ++sender) {
      const auto counts = elements_sent(sender, ranks, elements, skew);
      const auto own = static_cast<std::size_t>(rank);
      const Floats share =
          slice(numbers_of(sender, elements), offsets_of(counts)[own], counts[own]);
      expected.insert(expected.end(), share.begin(), share.end());
    }
    RC_ASSERT(outcome.received[static_cast<std::size_t>(rank)] == expected);
  }
}

RC_GTEST_PROP(RingCollectives, BroadcastReachesAllByTree, ()) {
  const int ranks = any_ranks();
  const std::size_t elements = any_elements();
  const Outcome outcome = run(ranks, elements, elements, broadcast);
  for (std::size_t rank = 1; rank < outcome.received.size(); ++rank) {
    RC_ASSERT(outcome.received[rank] == numbers_of(0, elements));
  }
}

TEST(RingCollectives, BroadcastReachesAllByChain) {
  for (int ranks = 1; ranks <= 7; ++ranks) {
    for (const std::size_t elements : {std::size_t{16385}, std::size_t{100003}}) {
      const Outcome outcome = run(ranks, elements, elements, broadcast);
      for (std::size_t rank = 1; rank < outcome.received.size(); ++rank) {
        EXPECT_EQ(outcome.received[rank], numbers_of(0, elements)) << ranks << " ranks";
      }
    }
  }
}

TEST(RingCollectives, RanksSendNoMoreThanTheRingsShare) {
  const std::size_t elements = 4 * 1000;
  const std::size_t bytes = elements * sizeof(float);
  const std::vector<std::size_t> three_quarters(4, bytes / 4 * 3);
  const std::vector<std::size_t> twice(4, bytes / 4 * 6);
  EXPECT_EQ(run(4, elements, elements, all_reduce).sent, twice);
  EXPECT_EQ(run(4, elements, elements, reduce_scatter).sent, three_quarters);
  EXPECT_EQ(run(4, elements / 4, elements, all_gather).sent, three_quarters);
}

TEST(RingCollectives, FewerElementsThanRanksAreNoTrouble) {
  for (const Floats& received : run(7, 2, 2, all_reduce).received) {
    EXPECT_EQ(received, sum_over(7, 2));
  }
}

}  // namespace
}  // namespace sextant::comm
