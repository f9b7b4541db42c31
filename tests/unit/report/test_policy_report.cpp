#include "src/report/policy_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PolicyReport, AmountsAreExact) {
  EXPECT_EQ(amount_text("cpu", 1500), "1.5");
  EXPECT_EQ(amount_text("cpu", 192'000), "192");
  EXPECT_EQ(amount_text("memory", std::int64_t{64} << 30), "64 GiB");
  EXPECT_EQ(amount_text("memory", (std::int64_t{1} << 40) + 1), "1099511627777 B");
  EXPECT_EQ(amount_text("memory", 0), "0");
  EXPECT_EQ(amount_text("nvidia.com/gpu", 8), "8");
}

/// One queue with a quota of 4, and none of anything else.
importer::ImportedPolicy one_queue() {
  importer::ImportedPolicy imported;
  AdmissionPolicy& policy = imported.policy;
  policy.resources = {"cpu", "gpu"};
  policy.flavors.emplace_back().name = "nodes";
  imported.flavor_nodes.emplace_back();
  AdmissionQueue& queue = policy.queues.emplace_back();
  queue.name = "only";
  const ResourceQuota none{ResourceIndex{0}, 0, {}, {}}, four{ResourceIndex{1}, 4, {}, {}};
  queue.groups.push_back({{{FlavorIndex{0}, {none, four}}}});
  return imported;
}

TEST(PolicyReport, WithoutACohortNothingIsBorrowed) {
  const std::string text = policy_text(one_queue(), {});
  EXPECT_THAT(text, HasSubstr("1 queue, classical preemption"));
  EXPECT_THAT(text, HasSubstr("only  nodes   gpu             4        -      -"));
  EXPECT_THAT(text, Not(HasSubstr("cpu")));
  EXPECT_THAT(text, Not(HasSubstr("Notes")));
}

TEST(PolicyReport, AbsentLimitsAreNull) {
  const auto json = policy_json(one_queue());
  const auto& quotas = json.at("queues").at(0).at("resource_groups").at(0);
  EXPECT_EQ(quotas.size(), 2u);
  EXPECT_TRUE(quotas.at(1).at("borrowing_limit").is_null());
  EXPECT_TRUE(json.at("wait_for_pods_ready").is_null());
}

}  // namespace
}  // namespace sextant::report
