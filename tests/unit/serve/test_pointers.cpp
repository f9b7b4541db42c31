#include "src/serve/pointers.h"

#include <gtest/gtest.h>

#include <set>

#include "src/io/json_text.h"
#include "src/io/parse.h"
#include "src/io/writer.h"
#include "src/scenario/read_scenario.h"
#include "src/serve/changes.h"
#include "src/serve/panel.h"
#include "src/sweep/scenario_pointer.h"

namespace sextant::serve {
namespace {

class Pointers : public testing::TestWithParam<const char*> {
 protected:
  Pointers() {
    io::Diagnostics diagnostics;
    const std::string path =
        std::string(SEXTANT_SOURCE_DIR "/tests/data/good/") + GetParam() + ".json";
    file_ = parse_scenario(path, *io::read_text_file(path, diagnostics));
    scenario_ = scenario::read_scenario_tree(file_->root, catalogue_);
  }

  catalog::Catalogue catalogue_{SEXTANT_SOURCE_DIR "/tests/data/models"};
  std::unique_ptr<io::Document> file_;
  scenario::Scenario scenario_;
};

/// What completion offers, a change may name.
TEST_P(Pointers, EachIsOneOfAScenario) {
  std::set<std::string> seen;
  for (const PointerInfo& info : pointers_of({io::write_value(scenario_), {}})) {
    io::Diagnostics diagnostics;
    EXPECT_TRUE(sweep::ScenarioPointer::find(info.pointer, {}, diagnostics)) << info.pointer;
    EXPECT_TRUE(seen.insert(info.pointer).second) << info.pointer << " twice";
    EXPECT_FALSE(info.doc.empty()) << info.pointer;
  }
  EXPECT_TRUE(seen.contains("/cluster/nodes"));
  EXPECT_TRUE(seen.contains("/recovery/restart"));
}

/// Set to what the file has, nothing changes: a field shows what a change would write.
TEST_P(Pointers, APanelsValuesAreTheScenarios) {
  for (const auto& group : panel_json(file_->root, scenario_, catalogue_)) {
    for (const auto& field : group["fields"]) {
      const std::string pointer = field["pointer"], value = field["value"];
      if (value.empty()) continue;
      const auto same = changed_scenario(*file_, {{pointer, value}}, false, catalogue_).scenario;
      EXPECT_EQ(io::to_compact_text(io::write_value(same)),
                io::to_compact_text(io::write_value(scenario_)))
          << pointer << " " << value;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, Pointers, testing::Values("small", "phases", "bought", "tiers"));

TEST(FindAt, GoesThroughListsAndEscapes) {
  io::Diagnostics diagnostics;
  io::Document document("a.json", R"({"a/b": [{"c~": 1}, 2]})", false);
  ASSERT_TRUE(io::parse(document, diagnostics));
  EXPECT_EQ(*find_at(document.root, "/a~1b/0/c~0")->get<std::int64_t>(), 1);
  EXPECT_EQ(*find_at(document.root, "/a~1b/1")->get<std::int64_t>(), 2);
  for (const char* none : {"/a", "/a~1b/2", "/a~1b/x", "/a~1b/1/c"}) {
    EXPECT_EQ(find_at(document.root, none), nullptr) << none;
  }
}

}  // namespace
}  // namespace sextant::serve
