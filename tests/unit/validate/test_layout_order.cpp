#include "src/validate/layout_order.h"

#include <gtest/gtest.h>

namespace sextant::validate {
namespace {

LayoutCase timed(const std::string& cluster, const std::string& layout, double measured,
                 double predicted) {
  return {cluster, layout, Seconds(measured), Seconds(predicted)};
}

TEST(LayoutOrder, CountsPairsThatAreMeasuredApart) {
  // a < b < c; a and d are equal within 3 %. Forecast: c before b.
  const auto order = order_of_layouts({timed("p", "a", 1.00, 1.0), timed("p", "b", 1.50, 3.0),
                                       timed("p", "c", 2.00, 2.0), timed("p", "d", 1.02, 9.0)});
  ASSERT_TRUE(order);
  EXPECT_EQ(order->clusters, 1);
  EXPECT_EQ(order->pairs, 5);    // ab ac bc db dc
  EXPECT_EQ(order->ordered, 2);  // ab ac
  EXPECT_DOUBLE_EQ(*order->share_ordered(), 0.4);
  EXPECT_DOUBLE_EQ(order->regret, 0.0);
}

TEST(LayoutOrder, RegretIsWhatTheChosenLayoutCosts) {
  const auto order = order_of_layouts({timed("p", "a", 1.0, 2.0), timed("p", "b", 1.2, 1.0),
                                       timed("q", "a", 1.0, 1.0), timed("q", "b", 1.2, 2.0)});
  EXPECT_NEAR(order->regret, 0.1, 1e-12);
  EXPECT_NEAR(order->worst_regret, 0.2, 1e-12);
}

TEST(LayoutOrder, RepeatsAreOneLayoutAtTheirGeometricMean) {
  const auto order = order_of_layouts(
      {timed("p", "a", 1.0, 1.0), timed("p", "a", 4.0, 1.0), timed("p", "b", 2.01, 3.0)});
  ASSERT_TRUE(order);
  EXPECT_EQ(order->pairs, 0);
  EXPECT_FALSE(order->share_ordered());
}

TEST(LayoutOrder, ARefusedLayoutIsSlowerThanAll) {
  LayoutCase refused{"p", "b", Seconds(0.5), std::nullopt};
  const auto order = order_of_layouts({timed("p", "a", 1.0, 1.0), refused});
  EXPECT_EQ(order->ordered, 0);
  EXPECT_DOUBLE_EQ(order->regret, 1.0);
}

TEST(LayoutOrder, OneLayoutIsNoOrder) {
  EXPECT_FALSE(order_of_layouts({timed("p", "a", 1.0, 1.0), timed("q", "a", 1.0, 1.0)}));
}

TEST(LayoutOrder, ComparesEqualModelsOnEqualClusters) {
  PublishedRun run;
  run.origin = "lab";
  run.inputs.accelerators = 64;
  PublishedRun other = run;
  other.inputs.layout.tensor = 2;
  EXPECT_EQ(cluster_of(run), cluster_of(other));
  EXPECT_NE(layout_of(run), layout_of(other));
  other.inputs.global_batch = 7;
  EXPECT_NE(cluster_of(run), cluster_of(other));
}

}  // namespace
}  // namespace sextant::validate
