#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "sextant/cluster/fabric.h"
#include "tests/support/fabrics.h"

namespace sextant {
namespace {

using test::fabric_instance;
using test::fabric_plan;
using test::kCard;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> faults_of(const FabricPlan& plan, int nodes, int cards = 1) {
  return fabric_faults(plan, fabric_instance(cards, cards), test::fabric_accelerator(), nodes);
}

/// Two nodes of a card each, on a leaf each, below a spine.
FabricPlan small_graph() {
  FabricPlan plan = fabric_plan(FabricKind::kGraph);
  plan.vertices = {{"leaf-0", FabricRole::kLeaf},
                   {"leaf-1", FabricRole::kLeaf},
                   {"spine-1", FabricRole::kSpine}};
  plan.links = {{"node-0/card-0", "leaf-0", kCard},
                {"node-1/card-0", "leaf-1", kCard},
                {"leaf-0", "spine-1", kCard},
                {"leaf-1", "spine-1", kCard}};
  return plan;
}

TEST(FabricFaults, GeneratedKindsOfAnySizeHaveNone) {
  for (const FabricKind kind :
       {FabricKind::kNonBlocking, FabricKind::kRailOptimised, FabricKind::kFatTree}) {
    for (const int nodes : {1, 2, 33, 2048}) {
      EXPECT_THAT(faults_of(fabric_plan(kind), nodes, 8), ElementsAre());
    }
  }
  EXPECT_THAT(faults_of(small_graph(), 2), ElementsAre());
}

TEST(FabricFaults, NumbersThatDoNotFit) {
  FabricPlan plan = fabric_plan(FabricKind::kFatTree);
  EXPECT_THAT(faults_of(plan, 0), ElementsAre("a fabric of 0 nodes: give it at least one"));
  EXPECT_THAT(faults_of(plan, 1'000'000, 32), ElementsAre(HasSubstr("at most 40 million")));
  plan.spines.value = 0;
  plan.oversubscription.value = 0.5;
  EXPECT_THAT(faults_of(plan, 2), ElementsAre(HasSubstr("spines"), HasSubstr("oversubscription")));
}

TEST(FabricFaults, AnInstanceThatHasNothingToJoin) {
  const FabricPlan plan = fabric_plan(FabricKind::kFatTree);
  Instance instance = fabric_instance(0, 0);
  Accelerator accelerator = test::fabric_accelerator();
  accelerator.link_bandwidth.value = BytesPerSecond(0);
  EXPECT_THAT(fabric_faults(plan, instance, accelerator, 2),
              ElementsAre("instance node has no accelerators that a fabric could join",
                          "instance node has no network cards",
                          "instance node has a network bandwidth of 0 B/s",
                          "accelerator h100-80gb has a link bandwidth of 0 B/s"));
}

TEST(FabricFaults, AnUnknownNameGetsTheNearest) {
  FabricPlan plan = small_graph();
  plan.links[2].upper = "spine-l";
  plan.links[3].lower = "somewhere";
  EXPECT_THAT(
      faults_of(plan, 2),
      ElementsAre("link leaf-0 to spine-l: nothing is called spine-l; did you mean spine-1?",
                  "link somewhere to spine-1: nothing is called somewhere: vertices lists what "
                  "links may name, and cards are called node-0/card-0"));
}

TEST(FabricFaults, ACardThatTheNodesDoNotHave) {
  FabricPlan plan = small_graph();
  plan.links[0].lower = "node-0/card-7";
  EXPECT_THAT(faults_of(plan, 2),
              ElementsAre("link node-0/card-7 to leaf-0: there is no node-0/card-7: 2 nodes have "
                          "1 cards each, from node-0/card-0 to node-1/card-0"));
}

TEST(FabricFaults, ALinkWithoutBandwidth) {
  FabricPlan plan = small_graph();
  plan.links[2].bandwidth = BytesPerSecond(0);
  plan.links[3].bandwidth = BytesPerSecond(std::numeric_limits<double>::quiet_NaN());
  plan.links[0].cables = 0;
  EXPECT_THAT(
      faults_of(plan, 2),
      ElementsAre("link node-0/card-0 to leaf-0 has 0 cables: give it one or take it out",
                  "link leaf-0 to spine-1 has bandwidth 0 B/s: give it one or take it out",
                  "link leaf-1 to spine-1 has bandwidth nan B/s: give it one or take it out"));
}

TEST(FabricFaults, ACircleOfSwitches) {
  FabricPlan plan = small_graph();
  plan.links.push_back({"spine-1", "leaf-0", kCard});
  EXPECT_THAT(faults_of(plan, 2),
              ElementsAre("leaf-0, spine-1 form a circle: every link goes from a lower end to an "
                          "upper one"));
  plan.vertices.push_back({"leaf-2", FabricRole::kLeaf});
  plan.links.back() = {"leaf-0", "leaf-1", kCard};
  plan.links.push_back({"leaf-1", "leaf-2", kCard});
  plan.links.push_back({"leaf-2", "leaf-0", kCard});
  EXPECT_THAT(faults_of(plan, 2),
              ElementsAre("leaf-0, leaf-1, leaf-2 form a circle: every link goes from a lower end "
                          "to an upper one"));
}

TEST(FabricFaults, LinksTheWrongWayRound) {
  FabricPlan plan = small_graph();
  plan.vertices.push_back({"s3", FabricRole::kStorage});
  plan.links[0] = {"leaf-0", "node-0/card-0", kCard};
  plan.links.push_back({"spine-1", "s3", kCard});
  plan.links.push_back({"leaf-0", "leaf-0", kCard});
  EXPECT_THAT(
      faults_of(plan, 2),
      ElementsAre("link leaf-0 to node-0/card-0: a card is a lower end; turn the link round",
                  "link spine-1 to s3: a store is a lower end; turn the link round",
                  "link leaf-0 to leaf-0 joins a switch with itself: take it out"));
}

TEST(FabricFaults, WhatNothingReaches) {
  FabricPlan plan = small_graph();
  plan.links.erase(plan.links.begin() + 1);
  EXPECT_THAT(faults_of(plan, 2), ElementsAre("node-1/card-0 is joined to nothing"));
  EXPECT_THAT(faults_of(plan, 9),
              ElementsAre("node-1/card-0, node-2/card-0, node-3/card-0, node-4/card-0 and 4 more "
                          "are joined to nothing"));
}

TEST(FabricFaults, NodesWithoutACommonSwitch) {
  FabricPlan plan = small_graph();
  plan.vertices.push_back({"spine-2", FabricRole::kSpine});
  plan.links[3].upper = "spine-2";
  EXPECT_THAT(faults_of(plan, 2),
              ElementsAre("node 0 and node 1 have no path: no switch is above both"));
}

TEST(FabricFaults, RailsWithoutACommonSwitch) {
  FabricPlan plan = fabric_plan(FabricKind::kGraph);
  plan.vertices = {{"rail-0", FabricRole::kLeaf}, {"rail-1", FabricRole::kLeaf}};
  for (const char* node : {"node-0", "node-1"}) {
    plan.links.push_back({std::string(node) + "/card-0", "rail-0", kCard});
    plan.links.push_back({std::string(node) + "/card-1", "rail-1", kCard});
  }
  EXPECT_THAT(faults_of(plan, 2, 2),
              ElementsAre("accelerator 0 of node 1 and accelerator 1 of node 0 have no path: no "
                          "switch is above both"));
}

TEST(FabricFaults, AStoreThatNodesDoNotReach) {
  FabricPlan plan = small_graph();
  plan.vertices.push_back({"s3", FabricRole::kStorage});
  plan.vertices.push_back({"edge", FabricRole::kSpine});
  plan.links.push_back({"s3", "edge", kCard});
  EXPECT_THAT(faults_of(plan, 2),
              ElementsAre("node 0 and s3 have no path: no switch is above both"));
}

TEST(FabricFaults, NamesThatCannotBe) {
  FabricPlan plan = small_graph();
  plan.vertices.push_back({"leaf-0", FabricRole::kLeaf});
  plan.vertices.push_back({"node-0/card-0", FabricRole::kLeaf});
  plan.vertices.push_back({"nic", FabricRole::kCard});
  plan.vertices.push_back({"", FabricRole::kLeaf});
  EXPECT_THAT(
      faults_of(plan, 2),
      ElementsAre("two vertices are called leaf-0",
                  "vertex node-0/card-0 is called as a card is: cards are made from the instance",
                  "vertex nic is a part of a node: only leaf, spine, core and storage stand alone",
                  "a vertex has no name"));
}

}  // namespace
}  // namespace sextant
