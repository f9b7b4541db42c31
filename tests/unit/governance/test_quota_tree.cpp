#include "sextant/governance/quota_tree.h"

#include <gtest/gtest.h>

#include <limits>

namespace sextant {
namespace {

constexpr ResourceIndex kGpu{0};
constexpr FlavorIndex kFlavor{0};

ResourceGroup quota(Amount nominal, std::optional<Amount> borrow = {},
                    std::optional<Amount> lend = {}) {
  return {{{kFlavor, {{kGpu, nominal, borrow, lend}}}}};
}

AdmissionQueue queue(const std::string& name, const std::string& cohort, ResourceGroup group,
                     double weight = 1) {
  AdmissionQueue queue;
  queue.name = name;
  queue.cohort = cohort;
  queue.groups = {std::move(group)};
  queue.fair_weight = weight;
  return queue;
}

/// Two queues of 10 in a cohort with 4 of its own; the second lends 6 at most.
AdmissionPolicy two_queues() {
  AdmissionPolicy policy;
  policy.resources = {"nvidia.com/gpu"};
  policy.flavors.emplace_back().name = "h100";
  AdmissionCohort& cohort = policy.cohorts.emplace_back();
  cohort.name = "all";
  cohort.groups = {quota(4)};
  policy.queues = {queue("a", "all", quota(10, 8)), queue("b", "all", quota(10, {}, 6))};
  return policy;
}

TEST(QuotaTree, LendsWithinLimits) {
  QuotaTree tree(two_queues());
  const QuotaNode a = *tree.find("a");
  const QuotaNode b = *tree.find("b");
  const QuotaNode all = *tree.find("all");
  const FlavorResource of = tree.key(kFlavor, kGpu);
  EXPECT_EQ(tree.subtree_quota(all, of), 4 + 10 + 6);
  EXPECT_EQ(tree.available(a, of), 18) << "own 10 and a borrowing limit of 8";
  EXPECT_EQ(tree.available(b, of), 4 + 20) << "4 that it keeps and all of the cohort's";
  EXPECT_EQ(tree.potential(a, of), 18);
  tree.add(b, of, 7);
  EXPECT_EQ(tree.usage(all, of), 3) << "4 are covered by what b never lends";
  EXPECT_EQ(tree.available(a, of), 17);
  tree.add(a, of, 17);
  EXPECT_EQ(tree.available(b, of), 0);
  EXPECT_TRUE(tree.borrowing_with(a, of, 0));
  tree.remove(b, of, 7);
  tree.remove(a, of, 17);
  EXPECT_EQ(tree.usage(all, of), 0);
}

TEST(QuotaTree, SaysWhereQuotaComesFrom) {
  AdmissionPolicy policy = two_queues();
  policy.cohorts[0].parent = "root";
  policy.queues.push_back(queue("c", "root", quota(30)));
  const QuotaTree tree(policy);
  const FlavorResource of = tree.key(kFlavor, kGpu);
  const QuotaNode a = *tree.find("a");
  EXPECT_EQ(tree.lowest_fit(a, of, 10).height, 0);
  EXPECT_EQ(tree.lowest_fit(a, of, 20).height, 1);
  EXPECT_TRUE(tree.lowest_fit(a, of, 20).below_root);
  EXPECT_EQ(tree.lowest_fit(a, of, 40).height, 2);
  EXPECT_FALSE(tree.lowest_fit(a, of, 40).below_root);
  EXPECT_FALSE(tree.lowest_fit(a, of, 400).below_root);
}

TEST(QuotaTree, NegativeAfterACutOfQuota) {
  QuotaTree tree(two_queues());
  const FlavorResource of = tree.key(kFlavor, kGpu);
  const QuotaNode a = *tree.find("a");
  tree.add(a, of, 18);
  tree.set_nominal(a, of, 0);
  EXPECT_EQ(tree.available(a, of), -10);
  EXPECT_EQ(tree.usage(*tree.find("all"), of), 18);
}

TEST(QuotaTree, SharesByWeight) {
  AdmissionPolicy policy = two_queues();
  policy.queues[0].fair_weight = 2;
  policy.queues[1].fair_weight = 0;
  QuotaTree tree(policy);
  const FlavorResource of = tree.key(kFlavor, kGpu);
  const QuotaNode a = *tree.find("a");
  const QuotaNode b = *tree.find("b");
  tree.add(a, of, 10);
  EXPECT_EQ(tree.share(a).ratio, 0);
  EXPECT_FALSE(tree.share(a).borrowing);
  tree.add(a, of, 5);
  EXPECT_EQ(tree.share(a).ratio, 250) << "5 of the 20 that the cohort can lend";
  EXPECT_EQ(tree.share(a).weighted(), 125);
  EXPECT_EQ(tree.share(b, {{of, 12}}).rounded(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(compare_shares(tree.share(b, {{of, 12}}), tree.share(a)), 1) << "infinite";
  EXPECT_EQ(compare_shares(tree.share(b, {{of, 12}}), tree.share(b, {{of, 14}})), -1)
      << "two infinite ones by their ratios";
  EXPECT_EQ(tree.share(*tree.find("all")).ratio, 0) << "the root borrows from nobody";
}

TEST(QuotaTree, UnlimitedStaysUnlimited) {
  EXPECT_EQ(amount_sum(kUnlimitedAmount, 5), kUnlimitedAmount);
  EXPECT_EQ(amount_difference(kUnlimitedAmount, 5), kUnlimitedAmount);
  EXPECT_EQ(amount_difference(kUnlimitedAmount, kUnlimitedAmount), 0);
  EXPECT_EQ(amount_difference(5, kUnlimitedAmount), std::numeric_limits<Amount>::min());
  EXPECT_EQ(amount_product(kUnlimitedAmount / 2, 3), kUnlimitedAmount);
}

}  // namespace
}  // namespace sextant
