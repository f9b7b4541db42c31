#include "src/scenario/read_governance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/scenario/governance_names.h"
#include "src/scenario/resolve_policy.h"

namespace sextant::scenario {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string kSource = SEXTANT_SOURCE_DIR;
const std::string kFile = kSource + "/tests/data/governance/small.json";

class GovernanceTest : public testing::Test {
 protected:
  /// The small scenario with one piece of its text replaced.
  GovernanceScenario read_with(const std::string& old_text = "", const std::string& new_text = "") {
    std::ifstream file(kFile);
    std::ostringstream stream;
    stream << file.rdbuf();
    std::string text = stream.str();
    if (!old_text.empty()) {
      const std::size_t at = text.find(old_text);
      EXPECT_NE(at, std::string::npos) << old_text;
      if (at != std::string::npos) text.replace(at, old_text.size(), new_text);
    }
    return read_governance_text(kFile, text, catalogue_);
  }
  std::string error_with(const std::string& old_text, const std::string& new_text) {
    try {
      read_with(old_text, new_text);
    } catch (const io::InputError& error) {
      return error.what();
    }
    return "no error";
  }

  catalog::Catalogue catalogue_{kSource + "/tests/data/models"};
};

std::vector<PodSet> pods(const GovernanceNames& names, const JobSize& size) {
  const auto result = names.pods(size, std::nullopt);
  const auto* fault = std::get_if<SizeFault>(&result);
  EXPECT_FALSE(fault) << (fault ? fault->message : "");
  return fault ? std::vector<PodSet>() : std::get<std::vector<PodSet>>(result);
}

TEST_F(GovernanceTest, EverythingIsResolved) {
  const GovernanceScenario scenario = read_with();
  ASSERT_EQ(scenario.admission.flavors.size(), 1u);
  EXPECT_EQ(scenario.admission.flavors[0].nodes, 4);
  EXPECT_EQ(scenario.admission.flavors[0].node_capacity.back().amount, 4);
  EXPECT_EQ(scenario.admission.flavors[0].levels[0].nodes, 2);
  EXPECT_EQ(scenario.admission.queues.size(), 2u);
  // Spaces of team b name no class, nor does the team.
  EXPECT_EQ(scenario.admission.priority_classes.back().name, kNoClass);
  const GovernanceNames names(scenario);
  EXPECT_EQ(names.quota("b"), "b");
  EXPECT_EQ(names.quota("all"), "all");
  EXPECT_EQ(names.queue("b")->queue, QueueIndex{1});
  EXPECT_FALSE(names.queue("c"));
}

TEST_F(GovernanceTest, SizesBecomePods) {
  const GovernanceScenario scenario = read_with();
  const GovernanceNames names(scenario);
  JobSize size;
  size.nodes = 3;
  EXPECT_EQ(pods(names, size)[0].count, 3);
  EXPECT_EQ(pods(names, size)[0].per_pod[0].amount, 4);
  size = {};
  size.accelerators = 3;
  EXPECT_EQ(pods(names, size)[0].count, 1);
  EXPECT_EQ(pods(names, size)[0].per_pod[0].amount, 3);
  size.accelerators = 9;  // three pods of three: equal ones that fit a node
  EXPECT_EQ(pods(names, size)[0].count, 3);
  EXPECT_EQ(pods(names, size)[0].per_pod[0].amount, 3);
  size = {};
  size.pods = 16;
  size.min_pods = 4;
  EXPECT_EQ(pods(names, size)[0].count, 16);
  EXPECT_EQ(pods(names, size)[0].min_count, 4);
}

TEST_F(GovernanceTest, WhatIsWrittenIsReadAgain) {
  const GovernanceScenario once = read_with();
  const std::string text = io::to_text(io::write_value(once));
  const GovernanceScenario again = read_governance_text(kFile, text, catalogue_);
  EXPECT_EQ(io::to_text(io::write_value(again)), text);
}

TEST_F(GovernanceTest, ChangesAreMade) {
  const GovernanceScenario changed =
      read_with("\"kueue\": [", R"("changes": [{"queue": "a", "borrow_limit_percent": 50},
                 {"nominal_percent": 200}], "fair_sharing": true, "minimum_runtime": "1 h",
                 "gates": {"PartialAdmission": false}, "kueue": [)");
  const auto quota = [&](std::size_t queue) {
    return changed.admission.queues[queue].groups[0].flavors[0].resources[0];
  };
  EXPECT_EQ(quota(0).nominal, 16);
  EXPECT_EQ(quota(0).borrowing_limit, 4);
  EXPECT_FALSE(quota(1).borrowing_limit);
  EXPECT_TRUE(changed.admission.fair_sharing);
  EXPECT_FALSE(changed.admission.gates.partial_admission);
  EXPECT_EQ(changed.admission.minimum_runtime, kHour);
}

TEST_F(GovernanceTest, FewerPodsThanThereAreCanBegin) {
  const GovernanceScenario scenario = read_with();
  const GovernanceNames names(scenario);
  JobSize size;
  size.accelerators = 8;
  size.min_pods = 3;  // they are two pods of four
  const auto result = names.pods(size, std::nullopt);
  ASSERT_TRUE(std::holds_alternative<SizeFault>(result));
  EXPECT_THAT(std::get<SizeFault>(result).message, HasSubstr("more than the 2"));
}

TEST_F(GovernanceTest, ConflictsNameBothSides) {
  EXPECT_THAT(
      error_with("\"submit\": \"1 h\", \"size\": {\"nodes\": 1}",
                 "\"submit\": \"1 h\", \"size\": {\"nodes\": 5}"),
      AllOf(HasSubstr("first: found 5 pods at least, more than the 4 nodes of box can hold"),
            HasSubstr("help: 4 pods of this size fit, 1 on each node")));
  EXPECT_THAT(error_with("\"team\": \"a\"", "\"team\": \"aa\""),
              AllOf(HasSubstr("the name of a team"), HasSubstr("there are: a, b")));
  EXPECT_THAT(error_with("\"class\": \"high\", \"size\"", "\"class\": \"hihg\", \"size\""),
              AllOf(HasSubstr("a priority class"), HasSubstr("did you mean \"high\"?")));
  EXPECT_THAT(error_with("\"name\": \"b\",", "\"name\": \"b\", \"queue\": \"bb\","),
              HasSubstr("/teams/1/queue"));
  EXPECT_THAT(error_with("\"name\": \"b\",", "\"name\": \"c\","),
              HasSubstr("found team \"c\", for which the policy has no queue"));
  EXPECT_THAT(error_with("\"first_node\": 1", "\"first_node\": 4"), HasSubstr("numbers below 4"));
  EXPECT_THAT(error_with("\"to\": \"2 d\"", "\"to\": \"1 d\""),
              HasSubstr("not after the beginning"));
  EXPECT_THAT(error_with("\"level\": \"rack\"", "\"level\": \"row\""),
              HasSubstr("levels: rack, node"));
  EXPECT_THAT(error_with("\"topology\": [{\"name\": \"rack\", \"nodes\": 2}]", "\"topology\": []"),
              HasSubstr("found a placement, but box has no topology"));
  EXPECT_THAT(error_with("\"deadline\": \"1 d\"", "\"deadline\": \"30 min\""),
              HasSubstr("not after the submission"));
  EXPECT_THAT(error_with("\"most\": 3", "\"most\": 3, \"least\": 4"),
              HasSubstr("more than at most"));
  EXPECT_THAT(error_with("\"at\": \"12 h\"", "\"at\": \"25 h\""), HasSubstr("within the period"));
  EXPECT_THAT(error_with("\"duration\": \"7 d\", ", ""),
              AllOf(HasSubstr("arrivals without an end"), HasSubstr("found a space"),
                    HasSubstr("found an endpoint")));
  EXPECT_THAT(error_with("\"median\": \"2 h\", \"mean\": \"3 h\"", "\"median\": \"2 h\""),
              HasSubstr("expected \"mean\" or \"p95\" besides"));
  EXPECT_THAT(error_with("\"submit\": \"1 h\"", "\"submit\": \"-1 h\""),
              HasSubstr("/jobs/0/submit"));
  EXPECT_THAT(error_with("\"rate\": \"4 /d\"", "\"rat\": \"4 /d\""),
              HasSubstr("did you mean \"rate\"?"));
}

TEST_F(GovernanceTest, NodesAreHeldAgainstEachOther) {
  EXPECT_THAT(
      error_with(
          "\"topology\": [{\"name\": \"rack\", \"nodes\": 2}]",
          "\"topology\": [{\"name\": \"rack\", \"nodes\": 2}, {\"name\": \"row\", \"nodes\": 4}]"),
      HasSubstr("from the outside in"));
  EXPECT_THAT(
      error_with(
          "\"instance\": \"box\",",
          "\"instance\": \"box\", \"partitions\": [{\"profile\": \"9g.1gb\", \"nodes\": 1}],"),
      HasSubstr("expected a MIG profile"));
  EXPECT_THAT(
      error_with("\"instance\": \"box\",",
                 "\"instance\": \"box\", \"partitions\": [{\"shared_by\": 4, \"nodes\": 5}],"),
      HasSubstr("more than there are"));
  EXPECT_THAT(error_with("\"instance\": \"box\",",
                         "\"instance\": \"box\", \"name\": \"crate\", \"partitions\": "
                         "[{\"shared_by\": 4, \"nodes\": 1, \"name\": \"crate\"}],"),
              HasSubstr("found two flavors called \"crate\""));
  EXPECT_THAT(error_with("\"kueue\": [", "\"scheduler\": \"kueue\", \"nothing\": ["),
              AllOf(HasSubstr("unknown key \"nothing\"")));
  EXPECT_THAT(error_with("\"kueue\": [", "\"kueue_version\": \"0.99\", \"kueue\": ["),
              HasSubstr("a version from 0.5 to 0.20"));
  EXPECT_THAT(error_with("\"kueue\": [", "\"changes\": [{\"queue\": \"c\"}], \"kueue\": ["),
              HasSubstr("a team or a queue of the policy"));
}

TEST_F(GovernanceTest, TermsThatMeanNothingHereAreRefused) {
  const std::string box = "\"instance\": \"box\",";
  EXPECT_THAT(error_with(box, box + R"("purchase": {"mode": "training_plan", "days": 7},)"),
              AllOf(HasSubstr("/purchase/days"), HasSubstr("\"windows\" of the cluster")));
  EXPECT_THAT(error_with(box, box + R"("purchase": {"mode": "on_demand", "price": "5 USD/h"},)"),
              HasSubstr("expected a price list and a region"));
  EXPECT_THAT(
      error_with("\"windows\"",
                 R"("platform": {"service": "sagemaker_training", "profiler": false}, "windows")"),
      HasSubstr("found a profiler"));
  EXPECT_THAT(error_with(box, box + R"("fleet": {"spares_for": 0.9},)"),
              HasSubstr("expected their number"));
}

TEST_F(GovernanceTest, FilesThatItNamesAreReadWithIt) {
  const std::string job =
      R"({"name": "run", "team": "a", "training": "../good/small.json"}, {"name": "first")";
  const GovernanceScenario scenario = read_with("{\"name\": \"first\"", job);
  ASSERT_EQ(scenario.trainings.size(), 1u);
  EXPECT_EQ(scenario.trainings[0].scenario.cluster.nodes, 4);
  EXPECT_THAT(
      error_with(
          "{\"name\": \"first\"",
          R"({"name": "run", "team": "a", "training": "../bad/null.json"}, {"name": "first")"),
      AllOf(HasSubstr("bad/null.json:"), HasSubstr("note: asked for here")));
  EXPECT_THAT(error_with("\"endpoints\":", R"("traces": [{"file": "nowhere.csv"}], "endpoints":)"),
              AllOf(HasSubstr("nowhere.csv: error:"), HasSubstr("note: asked for here")));
  EXPECT_THAT(
      error_with("\"endpoints\":",
                 R"("traces": [{"file": "../traces/jobs.csv", "team": "x"}], "endpoints":)"),
      HasSubstr("the name of a team"));
}

TEST(GovernanceFiles, SchemaAndReferenceAreUpToDate) {
  const auto file_text = [](const std::string& path) {
    std::ifstream file(kSource + path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  };
  const catalog::Catalogue catalogue(kSource + "/models");
  EXPECT_TRUE(file_text("/scenarios/governance.schema.json") == governance_schema(catalogue))
      << "run `sextant schema governance > scenarios/governance.schema.json`";
  EXPECT_TRUE(file_text("/scenarios/GOVERNANCE.md") == governance_reference())
      << "run `sextant schema governance --reference > scenarios/GOVERNANCE.md`";
}

/// HyperPod counts parts of accelerators under the instance type: here they are a flavor.
TEST(PolicyNodes, QuotasOfPartitionsMoveToTheirNodes) {
  catalog::Catalogue catalogue(kSource + "/models");
  const std::string text = R"({
    "schema": "sextant.governance/1", "name": "parts",
    "cluster": {"flavors": [{"instance": "p5.48xlarge", "nodes": 4,
                             "partitions": [{"profile": "1g.10gb", "nodes": 1}]}]},
    "policy": {"hyperpod": [{
      "Name": "a", "ComputeQuotaTarget": {"TeamName": "a"},
      "ComputeQuotaConfig": {"ComputeQuotaResources": [
        {"InstanceType": "ml.p5.48xlarge", "Count": 2},
        {"InstanceType": "ml.p5.48xlarge",
         "AcceleratorPartition": {"Type": "mig-1g.10gb", "Count": 28}}]}}]},
    "teams": [{"name": "a"}],
    "jobs": [{"name": "note", "team": "a", "duration": "1 h",
              "size": {"accelerators": 3, "partition": "1g.10gb"}},
             {"name": "run", "team": "a", "size": {"nodes": 2}, "duration": "1 h"}]})";
  const GovernanceScenario scenario = read_governance_text("parts.json", text, catalogue);
  ASSERT_EQ(scenario.admission.flavors.size(), 2u);
  EXPECT_EQ(scenario.admission.flavors[0].nodes, 3);
  EXPECT_EQ(scenario.admission.flavors[1].nodes, 1);
  const GovernanceNames names(scenario);
  const ResourceIndex mig = *names.resource("nvidia.com/mig-1g.10gb");
  for (const ResourceGroup& group : scenario.admission.queues[0].groups) {
    for (const FlavorQuotas& quotas : group.flavors) {
      for (const ResourceQuota& quota : quotas.resources) {
        EXPECT_EQ(quota.resource == mig, quotas.flavor == FlavorIndex{1});
        if (quota.resource == mig) EXPECT_EQ(quota.nominal, 28);
      }
    }
  }
  EXPECT_EQ(pods(names, *scenario.jobs[0].size)[0].per_pod[0].resource, mig);
}

TEST(GovernanceNodes, MigProfilesDivideAccelerators) {
  const Bytes h100(80.0 * 0x1p30), h200(141e9), a100(40.0 * 0x1p30);
  EXPECT_EQ(mig_instances("1g.10gb", h100), 7);
  EXPECT_EQ(mig_instances("1g.20gb", h100), 4);
  EXPECT_EQ(mig_instances("2g.20gb", h100), 3);
  EXPECT_EQ(mig_instances("3g.40gb", h100), 2);
  EXPECT_EQ(mig_instances("4g.40gb", h100), 1);
  EXPECT_EQ(mig_instances("7g.80gb", h100), 1);
  EXPECT_EQ(mig_instances("1g.18gb", h200), 7);
  EXPECT_EQ(mig_instances("1g.35gb", h200), 4);
  EXPECT_EQ(mig_instances("3g.71gb", h200), 2);
  EXPECT_EQ(mig_instances("1g.5gb", a100), 7);
  for (const char* text :
       {"", "1g", "1g.", "1g.10", "8g.80gb", "1g.900gb", "g.10gb", "1g.10gb+me"}) {
    EXPECT_FALSE(mig_instances(text, h100)) << text;
  }
}

TEST(ResolvePolicy, VersionsOfKueueHaveTheirGates) {
  EXPECT_TRUE(gates_of_version("0.20")->recompute_assignment_upon_overlap);
  EXPECT_FALSE(gates_of_version("v0.19.1")->recompute_assignment_upon_overlap);
  EXPECT_FALSE(gates_of_version("0.16")->fair_sharing_preempt_within_nominal);
  EXPECT_TRUE(gates_of_version("0.14")->topology_aware_scheduling);
  EXPECT_FALSE(gates_of_version("0.13")->topology_aware_scheduling);
  EXPECT_FALSE(gates_of_version("1.0"));
  EXPECT_FALSE(gates_of_version("0.4"));
  EXPECT_FALSE(gates_of_version("0.17x"));
}

}  // namespace
}  // namespace sextant::scenario
