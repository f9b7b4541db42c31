#include "src/serve/changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/io/parse.h"

namespace sextant::serve {
namespace {

using testing::HasSubstr;

class Changes : public testing::Test {
 protected:
  Changes() {
    io::Diagnostics diagnostics;
    const std::string path = SEXTANT_SOURCE_DIR "/tests/data/good/small.json";
    file_ = parse_scenario(path, *io::read_text_file(path, diagnostics));
  }

  ChangedScenario changed(const std::vector<Change>& changes, bool fastest = false) {
    return changed_scenario(*file_, changes, fastest, catalogue_);
  }
  std::vector<io::Mistake> mistakes(const std::vector<Change>& changes) {
    try {
      changed(changes);
    } catch (const io::InputError& error) {
      return error.mistakes();
    }
    return {};
  }

  catalog::Catalogue catalogue_{SEXTANT_SOURCE_DIR "/tests/data/models"};
  std::unique_ptr<io::Document> file_;
};

TEST_F(Changes, ValuesAreWrittenAsPeopleDo) {
  const auto scenario = changed({{"/checkpoint/interval", "20 min"},
                                 {"/simulation/seed", "7"},
                                 {"/training/tokens", "0.5T"},
                                 {"/name", "128"}})
                            .scenario;
  EXPECT_EQ(std::get<Seconds>(scenario.checkpoint.interval), 20 * kMinute);
  EXPECT_EQ(scenario.simulation.seed, 7u);
  EXPECT_EQ(scenario.training.tokens, 0.5e12);
  EXPECT_EQ(scenario.name, "128");
}

TEST_F(Changes, WithoutAnyItIsTheFile) {
  EXPECT_EQ(changed({}).scenario.cluster.nodes,
            scenario::Scenario(changed({{"/simulation/seed", "9"}}).scenario).cluster.nodes);
}

TEST_F(Changes, MistakesNameThePointerAndWhatIsNearest) {
  const auto found = mistakes({{"/cluster/nodes", "many"}, {"/cluster/node", "4"}});
  ASSERT_GE(found.size(), 1u);
  EXPECT_EQ(found[0].document, "/cluster/node");
  EXPECT_THAT(found[0].help, HasSubstr("/cluster/nodes"));
  const auto other = mistakes({{"/cluster/nodes", "many"}});
  ASSERT_EQ(other.size(), 1u);
  EXPECT_EQ(other[0].document, "/cluster/nodes");
  EXPECT_THAT(other[0].message, HasSubstr("many"));
}

TEST_F(Changes, NoChangeLeadsToAFile) {
  for (const char* value :
       {"/etc/x.json", "../x.json", R"({"base": "x.json"})", R"([["x.json"]])"}) {
    const auto found = mistakes({{"/model", value}});
    ASSERT_EQ(found.size(), 1u) << value;
    EXPECT_THAT(found[0].message, HasSubstr("the name of a file")) << value;
  }
}

TEST_F(Changes, AnUnknownInstanceIsAMistakeAtItsPointer) {
  const auto found = mistakes({{"/cluster/instance", "bos"}});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].document, "/cluster/instance");
}

}  // namespace
}  // namespace sextant::serve
