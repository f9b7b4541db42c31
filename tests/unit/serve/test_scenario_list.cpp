#include "src/serve/scenario_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace sextant::serve {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class Folder : public testing::Test {
 protected:
  Folder() {
    std::string name = (fs::temp_directory_path() / "sextant-serve-XXXXXX").string();
    root_ = mkdtemp(name.data());
    fs::create_directories(root_ / "in/deeper");
    write(root_ / "secret.json", R"({"schema": "sextant.scenario/1"})");
  }
  ~Folder() override { fs::remove_all(root_); }

  static void write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }
  fs::path in() const { return root_ / "in"; }
  ScenarioList list() const { return list_scenarios(in()); }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const ListedScenario& each : list().scenarios) names.push_back(each.name);
    return names;
  }

  fs::path root_;
};

TEST_F(Folder, HasScenariosOfEveryKindAndNothingElse) {
  write(in() / "b.json", R"({"schema": "sextant.scenario/1", "name": "B", "question": "how?"})");
  write(in() / "a.json", R"(// a comment
                            {"schema": "sextant.governance/1", "name": "A"})");
  write(in() / "deeper/c.json", R"({"schema": "sextant.endpoints/1"})");
  write(in() / "study.json", R"({"schema": "sextant.study/1"})");
  write(in() / "other.json", "[1, 2]");
  write(in() / "notes.txt", R"("sextant.scenario/1")");
  write(in() / ".hidden.json", R"({"schema": "sextant.scenario/1"})");
  EXPECT_THAT(names(), ElementsAre("a.json", "b.json", "deeper/c.json"));
  const ScenarioList found = list();
  EXPECT_EQ(found.scenarios[0].kind, ScenarioKind::kGovern);
  EXPECT_EQ(found.find("b.json")->title, "B");
  EXPECT_EQ(found.find("b.json")->question, "how?");
  EXPECT_EQ(found.find("deeper/c.json")->kind, ScenarioKind::kEndpoints);
  EXPECT_TRUE(found.complete);
}

TEST_F(Folder, SaysWhatIsBroken) {
  write(in() / "broken.json", R"({"schema": "sextant.scenario/1", )");
  EXPECT_FALSE(list().find("broken.json")->error.empty());
}

TEST_F(Folder, LinksDoNotLeadOut) {
  fs::create_symlink(root_ / "secret.json", in() / "out.json");
  fs::create_directory_symlink(root_, in() / "up");
  fs::create_symlink("nowhere.json", in() / "nowhere.json");
  write(in() / "own.json", R"({"schema": "sextant.scenario/1"})");
  fs::create_symlink("own.json", in() / "within.json");
  EXPECT_THAT(names(), ElementsAre("own.json", "within.json"));
  EXPECT_FALSE(is_file_within(in(), in() / "out.json"));
  EXPECT_FALSE(is_file_within(in(), in() / "../secret.json"));
  EXPECT_FALSE(is_file_within(in(), in() / "deeper"));
}

TEST_F(Folder, NamesAreLookedUpAndLeadNowhere) {
  write(in() / "own.json", R"({"schema": "sextant.scenario/1"})");
  const ScenarioList found = list();
  for (const char* name :
       {"../secret.json", "./own.json", "/etc/passwd", "own", "", "in/own.json"}) {
    EXPECT_EQ(found.find(name), nullptr) << name;
  }
  EXPECT_EQ(found.help_for("own.jso"), "did you mean \"own.json\"?");
}

}  // namespace
}  // namespace sextant::serve
