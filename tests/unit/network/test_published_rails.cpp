#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "sextant/network/flow_patterns.h"
#include "tests/support/fabrics.h"
#include "tests/support/flow_bytes.h"
#include "tests/support/flow_problems.h"
#include "tests/support/reference_flows.h"

namespace sextant {
namespace {

/// UCCL's all-to-all benchmark between two p5.48xlarge, messages of 4 MB [B/s per GPU].
/// @source github.com/uccl-project/uccl at 0cdfcf52, ep/bench/alltoall: efa_alltoall_results.md,
/// test_alltoall.cpp (cross-rail), test_alltoall_rail.cpp (rail-aligned)
constexpr double kCrossRail = 20.1e9, kAligned = 43.7e9;

constexpr int kGpus = 8, kCardsOfGpu = 4;
constexpr double kMessage = 4e6;
constexpr int kMessages = 8000;  ///< of each GPU: 1000 for each remote one

/// What both programs have in common: a thread per GPU posts its messages in one order, each on a
/// card that the order gives. It waits while that card has 256 under way; the cards work on. Here
/// 64 messages move as one block.
constexpr int kBlock = 64;
constexpr int kWindow = 256 / kBlock;
constexpr int kBlocks = kMessages / kBlock;

/// The program for any peer: it turns to another peer with every message and to another card with
/// every 64th message to the same peer: eight blocks in a row on one card.
int card_of_block_across(int block) { return block / kGpus % kCardsOfGpu; }
/// The program for the peer on the own rail, which gets all messages: every block on another card.
int card_of_block_aligned(int block) { return block % kCardsOfGpu; }

/// Ways over chosen cards of two nodes.
class Ways {
 public:
  explicit Ways(const Fabric& fabric) : fabric_(fabric) {
    for (Fabric::LinkId id = 0; id < fabric.links(); ++id) {
      const Fabric::Link& link = fabric.link(id);
      links_[{link.from, link.to}] = id;
      above_[link.from].push_back(link.to);
    }
  }

  /// So many flows from a GPU to a remote one, over the same card of both.
  void add(std::map<Fabric::LinkId, double>& loads, int node, int gpu, int peer, int card,
           double flows) const {
    const Fabric::VertexId from = fabric_.accelerator(node, gpu);
    const Fabric::VertexId to = fabric_.accelerator(1 - node, peer);
    const Fabric::VertexId out = fabric_.card(node, kCardsOfGpu * gpu + card);
    const Fabric::VertexId in = fabric_.card(1 - node, kCardsOfGpu * peer + card);
    const Fabric::VertexId leaf = upper(out, FabricRole::kLeaf).front();
    const Fabric::VertexId other = upper(in, FabricRole::kLeaf).front();
    walk(loads, {from, upper(from, FabricRole::kPcieSwitch).front(), out, leaf}, flows);
    if (leaf != other) {
      const auto spines = upper(leaf, FabricRole::kSpine);
      for (const Fabric::VertexId spine : spines) {
        walk(loads, {leaf, spine, other}, flows / static_cast<double>(spines.size()));
      }
    }
    walk(loads, {other, in, upper(to, FabricRole::kPcieSwitch).front(), to}, flows);
  }

 private:
  std::vector<Fabric::VertexId> upper(Fabric::VertexId id, FabricRole role) const {
    std::vector<Fabric::VertexId> found;
    for (const Fabric::VertexId next : above_.at(id)) {
      if (fabric_.vertex(next).role == role) found.push_back(next);
    }
    return found;
  }

  void walk(std::map<Fabric::LinkId, double>& loads, const std::vector<Fabric::VertexId>& way,
            double flows) const {
    for (std::size_t i = 1; i < way.size(); ++i) loads[links_.at({way[i - 1], way[i]})] += flows;
  }

  const Fabric& fabric_;
  std::map<std::pair<Fabric::VertexId, Fabric::VertexId>, Fabric::LinkId> links_;
  std::map<Fabric::VertexId, std::vector<Fabric::VertexId>> above_;
};

TransferPattern pattern(const std::map<Fabric::LinkId, double>& loads, double bytes) {
  TransferPattern made{bytes, {}};
  for (const auto& [link, flows] : loads) made.loads.push_back({link, flows});
  return made;
}

/// 64 messages, in equal numbers to the peers.
TransferPattern block(const Ways& ways, int node, int gpu, const std::vector<int>& peers,
                      int card) {
  std::map<Fabric::LinkId, double> loads;
  for (const int peer : peers) ways.add(loads, node, gpu, peer, card, 1.0);
  return pattern(loads, kBlock * kMessage / static_cast<double>(peers.size()));
}

/// One GPU's thread: a block is posted after the one before it, and once the block that was posted
/// a window earlier on its card has arrived; it moves once the card has sent the block before it.
void post(FlowProblem& problem, const std::array<TransferPattern, kCardsOfGpu>& blocks,
          int (*card_of)(int)) {
  std::array<std::vector<std::int32_t>, kCardsOfGpu> sent;
  std::int32_t posted = -1;
  for (int i = 0; i < kBlocks; ++i) {
    const auto card = static_cast<std::size_t>(card_of(i));
    FlowProblem::Activity posting;
    if (posted >= 0) posting.waits.push_back(posted);
    if (sent[card].size() >= kWindow) posting.waits.push_back(*(sent[card].end() - kWindow));
    problem.activities.push_back(posting);
    posted = static_cast<std::int32_t>(problem.activities.size()) - 1;
    std::vector<std::int32_t> waits{posted};
    if (!sent[card].empty()) waits.push_back(sent[card].back());
    sent[card].push_back(fixtures::transfer(problem, blocks[card], waits));
  }
}

/// Bytes per second of a GPU, of all sixteen at once.
double rate(const Fabric& fabric, bool aligned) {
  const Ways ways(fabric);
  FlowProblem problem;
  problem.capacities = fixtures::capacities(fabric);
  for (int node = 0; node < 2; ++node) {
    for (int gpu = 0; gpu < kGpus; ++gpu) {
      const std::vector<int> peers =
          aligned ? std::vector{gpu} : std::vector{0, 1, 2, 3, 4, 5, 6, 7};
      std::array<TransferPattern, kCardsOfGpu> blocks;
      for (int card = 0; card < kCardsOfGpu; ++card) {
        blocks[static_cast<std::size_t>(card)] = block(ways, node, gpu, peers, card);
      }
      post(problem, blocks, aligned ? card_of_block_aligned : card_of_block_across);
    }
  }
  const FlowResult result = fixtures::reference_flows(problem);
  return kMessages * kMessage / *std::max_element(result.end.begin(), result.end.end());
}

Fabric two_p5(double oversubscription) {
  FabricPlan plan = test::fabric_plan(FabricKind::kRailOptimised);
  plan.oversubscription.value = oversubscription;
  return test::fabric_of(plan, test::p5(), 2);
}

/// From line rates and the programs' order of posting; no coefficient is fitted.
TEST(PublishedRails, AlignedAgainstCrossRailIsWithinATenthOfTheFactor) {
  const Fabric fabric = two_p5(1.0);
  const double across = rate(fabric, false), aligned = rate(fabric, true);
  RecordProperty("cross_rail_GB_s", std::to_string(across / 1e9));
  RecordProperty("aligned_GB_s", std::to_string(aligned / 1e9));
  const double published = kAligned / kCrossRail;
  EXPECT_NEAR(aligned / across / published, 1.0, 0.10) << across << ", " << aligned;
  // Two of four cards are busy at a time, and all four.
  EXPECT_NEAR(across, 25e9, 1.5e9);
  EXPECT_NEAR(aligned, 50e9, 1.5e9);
}

/// Were it the network alone: seven eighths of the messages cross rails, on links so much narrower.
TEST(PublishedRails, TheNetworkAloneGivesTheFactorOfItsOversubscription) {
  for (const auto& [oversubscription, factor] :
       {std::pair(1.0, 1.0), std::pair(2.0, 1.75), std::pair(2.5, 2.1875), std::pair(4.0, 3.5)}) {
    const Fabric fabric = two_p5(oversubscription);
    std::vector<TransferPattern> across, aligned;
    for (const auto& [node, other] : {std::pair(0, 1), std::pair(1, 0)}) {
      for (int gpu = 0; gpu < kGpus; ++gpu) {
        for (int peer = 0; peer < kGpus; ++peer) {
          across.push_back(message_pattern(fabric, fabric.accelerator(node, gpu),
                                           fabric.accelerator(other, peer), Bytes(1e9)));
        }
        aligned.push_back(message_pattern(fabric, fabric.accelerator(node, gpu),
                                          fabric.accelerator(other, gpu), Bytes(8e9)));
      }
    }
    const auto time = [&](const std::vector<TransferPattern>& patterns) {
      return patterns.front().bytes / idle_rate(together(patterns), fixtures::capacities(fabric));
    };
    EXPECT_NEAR(time(across) / time(aligned), factor, 1e-9);
  }
}

}  // namespace
}  // namespace sextant
