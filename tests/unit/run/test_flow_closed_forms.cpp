#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <string>

#include "sextant/network/flow_patterns.h"
#include "tests/support/fabrics.h"
#include "tests/support/flow_bytes.h"
#include "tests/support/flow_problems.h"
#include "tests/support/flow_worker.h"
#include "tests/support/reference_flows.h"

namespace sextant {
namespace {

using fixtures::at_once;
using fixtures::capacities;
using test::fabric_of;
using test::fabric_plan;
using test::p5;

constexpr double kBytes = 1e9;
constexpr double kNode = 400e9;  ///< of a p5's cards [B/s]

struct Engine {
  std::string name;
  std::function<FlowResult(const FlowProblem&)> run;
};

/// The same for the flow engine and for the plain one that it is compared with.
class FlowClosedForms : public ::testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    if (GetParam().name == "SimGrid") SEXTANT_NEEDS_FLOW_WORKER();
  }

  /// When the last of these ends [s].
  double time(const Fabric& fabric, const std::vector<TransferPattern>& patterns) const {
    const FlowResult result = GetParam().run(at_once(capacities(fabric), patterns));
    return *std::max_element(result.end.begin(), result.end.end());
  }
};

/// Two leaves, or groups of them, of four nodes each.
Fabric two_leaves(FabricKind kind, double oversubscription) {
  FabricPlan plan = fabric_plan(kind);
  plan.nodes_per_leaf.value = 4;
  plan.oversubscription.value = oversubscription;
  return fabric_of(plan, p5(), 8);
}

void expect_near(double time, double closed) { EXPECT_NEAR(time / closed, 1.0, 1e-6); }

TEST_P(FlowClosedForms, TwoFlowsOnALink) {
  const Fabric fabric = two_leaves(FabricKind::kNonBlocking, 1.0);
  const auto flow =
      message_pattern(fabric, fabric.accelerator(0, 0), fabric.accelerator(1, 0), Bytes(kBytes));
  const auto longer = message_pattern(fabric, fabric.accelerator(0, 0), fabric.accelerator(2, 0),
                                      Bytes(3.0 * kBytes));
  const FlowResult result = GetParam().run(at_once(capacities(fabric), std::vector{flow, longer}));
  expect_near(result.end[0], 2.0 * kBytes / (kNode / 8.0));
  expect_near(result.end[1], 4.0 * kBytes / (kNode / 8.0));
}

TEST_P(FlowClosedForms, AnIncastSharesTheReceiversCards) {
  const Fabric fabric = two_leaves(FabricKind::kRailOptimised, 1.0);
  for (int senders = 1; senders <= 7; ++senders) {
    std::vector<TransferPattern> messages;
    for (int node = 1; node <= senders; ++node) {
      messages.push_back(message_pattern(fabric, fabric.accelerator(node, 0),
                                         fabric.accelerator(0, 0), Bytes(kBytes)));
    }
    expect_near(time(fabric, messages), senders * kBytes / (kNode / 8.0));
  }
}

/// Neighbours of the ring below different leaves: all bytes of a leaf's nodes go up.
TEST_P(FlowClosedForms, ARingOverOversubscribedLeavesTakesSoMuchLonger) {
  for (const FabricKind kind : {FabricKind::kRailOptimised, FabricKind::kFatTree}) {
    for (const double k : {1.0, 2.0, 4.0}) {
      const Fabric fabric = two_leaves(kind, k);
      const auto near = fixtures::ranks_on(fabric, {0, 1, 2, 3, 4, 5, 6, 7});
      const auto far = fixtures::ranks_on(fabric, {0, 4, 1, 5, 2, 6, 3, 7});
      const double alone = kBytes * 63.0 / 64.0 / kNode;
      const auto ring = [&](const auto& ranks) {
        return half_all_reduce_pattern(fabric, ranks, Bytes(kBytes), FlowAlgorithm::kRing);
      };
      expect_near(time(fabric, {ring(far)}), k * alone);
      // In order only one of four nodes sends up.
      expect_near(time(fabric, {ring(near)}), std::max(1.0, k / 4.0) * alone);
    }
  }
}

/// Half of the bytes of every rank go to the other leaf, seven eighths to other nodes.
TEST_P(FlowClosedForms, AllToAllTakesWhatTheBisectionDoes) {
  for (const double k : {1.0, 4.0}) {
    const Fabric fabric = two_leaves(FabricKind::kFatTree, k);
    const auto ranks = fixtures::ranks_on(fabric, {0, 1, 2, 3, 4, 5, 6, 7});
    const auto pattern = all_to_all_pattern(fabric, ranks, Bytes(kBytes), false);
    const double cards = 8.0 * kBytes * 7.0 / 8.0 / kNode;
    const double bisection = 8.0 * kBytes / 2.0 / (kNode / k);
    expect_near(time(fabric, {pattern}), std::max(cards, bisection));
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, FlowClosedForms,
                         ::testing::Values(Engine{"Reference", fixtures::reference_flows},
                                           Engine{"SimGrid",
                                                  [](const FlowProblem& problem) {
                                                    return run::run_flows(problem,
                                                                          tests::flow_worker());
                                                  }}),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace sextant
