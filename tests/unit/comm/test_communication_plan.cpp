#include "calibrate/comm/communication_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {
namespace {

using ingest::Operation;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

const std::vector<int> kTwoByFour{0, 0, 0, 0, 1, 1, 1, 1};

CommunicationOptions one_size(std::size_t bytes) {
  CommunicationOptions options;
  options.smallest = options.largest = bytes;
  return options;
}

std::vector<PlannedPoint> points_with(const CommunicationPlan& plan, const std::string& flag) {
  std::vector<PlannedPoint> found;
  std::copy_if(plan.points.begin(), plan.points.end(), std::back_inserter(found),
               [&](const PlannedPoint& point) { return point.sample.flagged(flag); });
  return found;
}

TEST(MessageSizes, GoUpByTheStepInWholeGranules) {
  CommunicationOptions options;
  options.smallest = 8;
  options.largest = 100;
  EXPECT_THAT(message_sizes(options, 4), ElementsAre(8, 16, 32, 64));
  EXPECT_THAT(message_sizes(options, 24), ElementsAre(24, 48, 72));
  options.step = 10;
  EXPECT_THAT(message_sizes(options, 1), ElementsAre(8, 80));
}

TEST(CommunicationPlan, MeasuresEveryNumberOfNodes) {
  const CommunicationPlan plan = plan_communication({0, 1, 2, 3, 4}, one_size(1024));
  std::set<int> ranks;
  for (const PlannedPoint& point : plan.points) {
    if (point.sample.operation != Operation::kAllReduce) continue;
    ranks.insert(point.sample.ranks);
    EXPECT_EQ(point.sample.nodes, point.sample.ranks);
    EXPECT_EQ(point.sample.ranks_per_node, 1);
  }
  EXPECT_THAT(ranks, ElementsAre(2, 4, 5));
}

TEST(CommunicationPlan, HasEveryOperationOfAllRanks) {
  const CommunicationPlan plan = plan_communication(kTwoByFour, one_size(1024));
  std::vector<std::string> names;
  for (const PlannedPoint& point : plan.points) names.push_back(point.name);
  EXPECT_THAT(
      names,
      ElementsAre("point_to_point, in a node, 1 KiB", "point_to_point_stream, in a node, 1 KiB",
                  "point_to_point, between nodes, 1 KiB",
                  "point_to_point_stream, between nodes, 1 KiB", "all_reduce, 2 nodes, 1 KiB",
                  "all_gather, 2 nodes, 1 KiB", "reduce_scatter, 2 nodes, 1 KiB",
                  "all_to_all, 2 nodes, 1 KiB", "broadcast, 2 nodes, 1 KiB",
                  "send_recv, 2 nodes, 1 KiB", "point_to_point_bidirectional, 2 nodes, 1 KiB",
                  "all_reduce, 1 node, 1 KiB", "all_gather, 1 node, 1 KiB",
                  "reduce_scatter, 1 node, 1 KiB", "all_to_all, 1 node, 1 KiB",
                  "broadcast, 1 node, 1 KiB", "send_recv, 1 node, 1 KiB",
                  "point_to_point_bidirectional, 1 node, 1 KiB"));
  EXPECT_THAT(plan.groups[1].ranks.front(), ElementsAre(0, 4)) << "between nodes";
}

TEST(CommunicationPlan, MeasuresWhatMattersMostFirst) {
  CommunicationOptions options = one_size(64);
  options.layout = Layout{};
  options.layout->tensor = 4;
  std::vector<std::string> names;
  for (const PlannedGroups& groups : plan_communication({0, 1, 2, 3, 4, 5, 6, 7}, options).groups) {
    names.push_back(groups.name);
  }
  EXPECT_THAT(names, ElementsAre("between nodes", "8 nodes", "tensor groups", "shard groups",
                                 "2 nodes", "4 nodes"));
}

TEST(CommunicationPlan, SaysWhereRanksAre) {
  const CommunicationPlan plan = plan_communication({0, 0, 0, 1}, one_size(64));
  const auto whole =
      std::find_if(plan.points.begin(), plan.points.end(),
                   [](const PlannedPoint& point) { return point.sample.ranks == 4; });
  EXPECT_EQ(whole->sample.nodes, 2);
  EXPECT_EQ(whole->sample.ranks_per_node, 0) << "three on one, one on the other";
  EXPECT_EQ(whole->sample.precision, "float");
}

TEST(CommunicationPlan, AddsWhatIsAskedFor) {
  CommunicationOptions options = one_size(1024);
  options.operations = {Operation::kAllToAll};
  options.nodes = {2};
  options.skews = {0.5};
  options.check = false;
  options.flags = {"rail:a"};
  const CommunicationPlan plan = plan_communication(kTwoByFour, options);
  ASSERT_EQ(plan.points.size(), 2u);
  EXPECT_THAT(plan.points[0].sample.flags, ElementsAre("rail:a", "unchecked"));
  EXPECT_THAT(plan.points[1].sample.flags,
              ElementsAre("uneven", "skew:0.5", "rail:a", "unchecked"));
  EXPECT_EQ(plan.points[1].skew, 0.5);
}

TEST(CommunicationPlan, MeasuresTheGroupsOfALayout) {
  CommunicationOptions options = one_size(1000);
  options.layout = Layout{};
  options.layout->tensor = 2;
  options.layout->pipeline = 2;
  const CommunicationPlan plan = plan_communication(kTwoByFour, options);
  const auto tensor = points_with(plan, "group:tensor");
  ASSERT_EQ(tensor.size(), 4u);
  EXPECT_EQ(tensor[0].name, "all_reduce, tensor groups, 1 kB");
  EXPECT_EQ(tensor[0].sample.ranks, 2);
  EXPECT_EQ(tensor[0].sample.nodes, 1);
  EXPECT_THAT(
      plan.groups[tensor[0].groups].ranks,
      ElementsAre(ElementsAre(0, 1), ElementsAre(2, 3), ElementsAre(4, 5), ElementsAre(6, 7)));
  EXPECT_EQ(points_with(plan, "group:pipeline").front().sample.nodes, 2);
  EXPECT_EQ(points_with(plan, "group:shard").size(), 3u);
  EXPECT_TRUE(points_with(plan, "group:context").empty());
}

TEST(CommunicationPlan, MeasuresGroupsBesideEachOther) {
  CommunicationOptions options = one_size(1000);
  options.layout = Layout{};
  options.layout->tensor = 4;
  const auto beside = points_with(plan_communication(kTwoByFour, options), "concurrent:shard");
  ASSERT_EQ(beside.size(), 1u);
  EXPECT_THAT(beside[0].sample.flags, ElementsAre("group:tensor", "concurrent:shard"));
  EXPECT_TRUE(beside[0].beside.has_value());
}

TEST(CommunicationPlan, RefusesWhatCannotBe) {
  EXPECT_THAT([] { plan_communication({0}, one_size(8)); },
              ThrowsMessage<CommError>(HasSubstr("start at least two")));
  CommunicationOptions options = one_size(8);
  options.nodes = {4};
  EXPECT_THAT([&] { plan_communication(kTwoByFour, options); },
              ThrowsMessage<CommError>(HasSubstr("--nodes 4: the processes are on 2 nodes")));
  options = one_size(8);
  options.layout = Layout{};
  options.layout->tensor = 3;
  EXPECT_THAT([&] { plan_communication(kTwoByFour, options); },
              ThrowsMessage<CommError>(HasSubstr("(3) does not divide the number of processes")));
  options.layout->tensor = 2;
  options.layout->expert = 3;
  EXPECT_THAT([&] { plan_communication(kTwoByFour, options); },
              ThrowsMessage<CommError>(HasSubstr("expert x expert_tensor (6)")));
  options.layout->expert = 1;
  options.layout->data = 2;
  EXPECT_THAT([&] { plan_communication(kTwoByFour, options); },
              ThrowsMessage<CommError>(HasSubstr("data is 2, but 8 processes make 4")));
}

}  // namespace
}  // namespace sextant::comm
