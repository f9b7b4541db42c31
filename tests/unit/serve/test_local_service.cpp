#include "src/serve/local_service.h"

#include <gtest/gtest.h>

#include <utility>

namespace sextant::serve {
namespace {

class Local : public testing::Test {
 protected:
  Local() { list_ = service_.scenarios(Look::kAgain); }

  nlohmann::ordered_json ask(std::vector<Change> changes) {
    const ListedScenario* small = list_.find("small.json");
    const Reply reply = service_.forecast({.scenario = *small, .changes = std::move(changes)});
    EXPECT_EQ(reply.status, 200);
    return reply.document;
  }

  LocalService service_{SEXTANT_SOURCE_DIR "/tests/data/good",
                        SEXTANT_SOURCE_DIR "/tests/data/models"};
  ScenarioList list_;
};

TEST_F(Local, AForecastIsThePlansDocument) {
  const auto document = ask({});
  EXPECT_EQ(document["kind"], "plan");
  EXPECT_EQ(document["serve"]["outcome"], "forecast");
  EXPECT_TRUE(document["serve"]["difference"].is_null());
  EXPECT_GT(document["result"]["forecast"]["wall_time_s"]["p50"], 0);
}

TEST_F(Local, AChangeIsHeldBesideTheFile) {
  const auto before = ask({});
  const auto same = ask({{"/simulation/seed", "7"}});
  EXPECT_EQ(same["result"]["digest"], before["result"]["digest"]);
  const auto& none = same["serve"]["difference"]["difference"]["wall_time_s"];
  EXPECT_EQ(none["mean"], 0);
  const auto longer = ask({{"/training/tokens", "2G"}});
  const auto& change = longer["serve"]["difference"];
  EXPECT_NEAR(change["before"]["wall_time_s"]["mean"].get<double>() +
                  change["difference"]["wall_time_s"]["mean"].get<double>(),
              longer["result"]["forecast"]["wall_time_s"]["mean"].get<double>(), 1e-3);
}

TEST_F(Local, WrongInputsAreMistakesAtTheirPointers) {
  const auto document = ask({{"/cluster/nodes", "-3"}});
  EXPECT_EQ(document["serve"]["outcome"], "wrong");
  EXPECT_EQ(document["serve"]["mistakes"][0]["pointer"], "/cluster/nodes");
  EXPECT_TRUE(document["result"].is_null());
}

TEST_F(Local, ManyReplicasAreRunOnlyWhenAsked) {
  const auto few = ask({{"/simulation/replicas", "201"}});
  EXPECT_EQ(few["serve"]["replicas"], kFewReplicas);
  EXPECT_EQ(few["serve"]["own_replicas"], 201);
  const Reply full = service_.forecast({.scenario = *list_.find("small.json"),
                                        .changes = {{"/simulation/replicas", "201"}},
                                        .full = true});
  EXPECT_EQ(full.document["serve"]["replicas"], 201);
}

TEST_F(Local, ClosedItForecastsNothing) {
  service_.close();
  EXPECT_EQ(service_.forecast({.scenario = *list_.find("small.json")}).status, 503);
}

TEST_F(Local, WhatIsGoneIsNotRead) {
  ListedScenario gone = *list_.find("small.json");
  gone.path = SEXTANT_SOURCE_DIR "/README.md";
  EXPECT_EQ(service_.forecast({.scenario = gone}).status, 404);
}

}  // namespace
}  // namespace sextant::serve
