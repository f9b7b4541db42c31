#include "src/scenario/read_scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "src/io/json_text.h"
#include "src/io/writer.h"

namespace sextant::scenario {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string kSource = SEXTANT_SOURCE_DIR;

std::string file_text(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class ScenarioTest : public testing::Test {
 protected:
  /// The small scenario with one piece of its text replaced.
  Scenario read_with(const std::string& old_text = "", const std::string& new_text = "") {
    std::string text = file_text(kSource + "/tests/data/good/small.json");
    if (!old_text.empty()) {
      const std::size_t at = text.find(old_text);
      EXPECT_NE(at, std::string::npos) << old_text;
      text.replace(at, old_text.size(), new_text);
    }
    return read_scenario_text("small.json", text, catalogue_);
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

TEST_F(ScenarioTest, EverythingIsResolved) {
  const Scenario scenario = read_with();
  EXPECT_EQ(scenario.model->layers, 12);
  EXPECT_EQ(scenario.cluster.instance->title, "A box of 4 chips");
  EXPECT_EQ((*scenario.cluster.accelerator)->peak_16bit.value, FlopsPerSecond(400e12));
  EXPECT_EQ(scenario.cluster.accelerators(), 16);
  EXPECT_EQ((*scenario.cluster.region)->pue.value, 1.2);
  EXPECT_EQ(scenario.training.tokens, 1e9);
  EXPECT_EQ(scenario.training.layout.micro_batch, 2);
  EXPECT_EQ(std::get<Seconds>(scenario.checkpoint.interval), Seconds(1800));
  EXPECT_EQ(scenario.checkpoint.write_time->value, Seconds(60));
  EXPECT_EQ(scenario.checkpoint.write_time->source, "scenario");
  EXPECT_EQ(scenario.failures->causes.size(), 2u);
  EXPECT_EQ(scenario.recovery.restart.value, Seconds(180));
  EXPECT_EQ(scenario.recovery.crash_detection.value, Seconds(120));  // default, with its source
  EXPECT_EQ(scenario.simulation.seed, 7u);
  EXPECT_EQ(scenario.calibration->accelerators.at("chip").gemm_16bit.value, 0.7);
}

TEST_F(ScenarioTest, WhatIsWrittenReadsBackTheSame) {
  const Scenario scenario = read_with();
  const std::string text = io::to_text(io::write_value(scenario));
  const Scenario again = read_scenario_text("written.json", text, catalogue_);
  EXPECT_EQ(io::to_text(io::write_value(again)), text);
}

TEST_F(ScenarioTest, AnAcceleratorMayBeChanged) {
  const Scenario scenario =
      read_with(R"("instance": "box")",
                R"("instance": "box", "accelerator": {"base": "chip", "peak_16bit": "1 PFLOP/s"})");
  EXPECT_EQ((*scenario.cluster.accelerator)->peak_16bit.value, FlopsPerSecond(1e15));
  EXPECT_EQ((*scenario.cluster.accelerator)->peak_16bit.method, Method::kAssumed);
}

struct Conflict {
  const char* old_text;
  const char* new_text;
  const char* message;
  const char* note;
};

TEST_F(ScenarioTest, ConflictsShowAllTheirPlaces) {
  for (const auto& [old_text, new_text, message, note] : {
           Conflict{"sextant.scenario/1", "sextant.scenario/2",
                    "small.json:3:13: error: /schema: found \"sextant.scenario/2\", expected "
                    "\"sextant.scenario/1\"",
                    ""},
           Conflict{R"("tokens": "1G",)", R"("tokens": "1G", "duration": "3 d",)",
                    "small.json:9:33: error: /training/duration: found a duration besides the "
                    "tokens",
                    "small.json:9:15: note: the tokens"},
           Conflict{R"("tokens": "1G",)", "",
                    "/training: found neither \"tokens\" nor \"steps\" nor", ""},
           Conflict{R"("tokens": "1G",)", R"("duration": "300 year",)",
                    "found 109500 d, expected at most 292 years", ""},
           Conflict{R"("1G")", R"("5000P")", "at the accelerators' peak rate", "note: 4 nodes"},
           Conflict{R"("tensor": 2,)", R"("tensor": 3,)",
                    "small.json:12:15: error: /training/layout: found tensor 3 x pipeline 2 x "
                    "context 1 = 6 ranks, expected a divisor of the 16 accelerators",
                    "small.json:7:43: note: 4 nodes …"},
           Conflict{R"("tensor": 2,)", R"("tensor": 2, "data": 3,)",
                    "= 12 ranks, expected exactly the 16 accelerators",
                    "instances/box.json:5:19: note: … of 4 accelerators"},
           Conflict{R"("tensor": 2,)",
                    R"("tensor": 2147483647, "context": 2147483647, "data": 2147483647,)",
                    "expected exactly the 16 accelerators", "note: 4 nodes …"},
           Conflict{R"("global_batch": 64)", R"("global_batch": 62)",
                    "/training/global_batch: found 62 sequences, expected a multiple of 8 = 4 "
                    "data-parallel ranks x microbatches of 2",
                    "small.json:12:15: note: the layout"},
           Conflict{R"("global_batch": 64)", R"("global_batch": 62)", "help: 56 and 64 are", ""},
           Conflict{R"("global_batch": 64)", R"("global_batch": 4)", "help: 8 is", ""},
           Conflict{R"("global_batch")", R"("precision": "fp8", "global_batch")",
                    "found \"fp8\", which A chip does not have",
                    "accelerators/chip.json:2:11: note: no peak_fp8 here"},
           Conflict{R"("restart": "3 min")", R"("repair": {"mean": "1 h", "median": "2 h"})",
                    "/recovery/repair/median: found a median of 2 h, expected at most the mean",
                    "note: the mean is 1 h"},
           Conflict{R"("region": "home")", R"("region": "home", "grid_factors": "marginl")",
                    "found \"marginl\", expected a set of home\n", "regions/home.json:5:"},
           Conflict{R"(, "region": "home")", R"(, "grid_factors": "annual")",
                    "expected a region besides", ""},
           Conflict{R"("region": "home")", R"("region": "away")",
                    "/prices: found no price of box in away", "note: the region"},
           Conflict{R"("region": "home")", R"("region": "away")", "help: priced in: home", ""},
           Conflict{
               R"("model": "tiny")", R"("model": "uneven")",
               "uneven.json:5:13: error: /hidden: found 1000, expected a multiple of the heads",
               "uneven.json:6:12: note: 16 heads"},
           Conflict{R"("model": "tiny")", R"("model": "uneven")",
                    "/kv_heads: found 5, expected a divisor of the heads", ""},
           Conflict{R"("instance": "box")", R"("instance": {"base": "box", "fabric": "rope"})",
                    "/cluster/instance/fabric: found \"rope\", for which the calibration has no "
                    "coefficients",
                    "help: it has them for wire\n"},
           Conflict{R"("layout": {)", R"("software": {"framework": "own"}, "layout": {)",
                    "/training/software/framework: found \"own\"", "calibrations/plain.json:"},
           Conflict{R"("instance": "box")",
                    R"("instance": "box", "accelerator": {"base": "chip", "generation": "new"})",
                    "found \"new\", for which the calibration has no coefficients", ""},
           Conflict{R"("failures": "calm")",
                    R"("failures": {"base": "calm", "causes": [{"name": "gpu", "weight": 0}]})",
                    "/failures/causes: found no cause with a weight above 0", ""},
           Conflict{R"("region": "home")", R"("region": {"base": "home", "location_based": []})",
                    "/cluster/region/location_based: found no grid factors", ""},
           Conflict{R"("prices": "list")",
                    R"("prices": "list", "expect": [{"quantity": "ettr", "value": 1,
                       "tolerance": 0.1, "source": "s"}])",
                    "/expect/0/quantity: found \"ettr\", expected a JSON pointer", ""},
           Conflict{R"("instance": "box")", R"("instance": "orphan")",
                    "orphan.json:5:18: error: /accelerator: found \"chup\"",
                    "help: did you mean \"chip\"?"},
       }) {
    EXPECT_THAT(error_with(old_text, new_text), AllOf(HasSubstr(message), HasSubstr(note)))
        << new_text;
  }
}

TEST_F(ScenarioTest, ErrorsInTheFileComeBeforeConflicts) {
  const std::string error = error_with(R"("tensor": 2,)", R"("tensor": 3, "tenzor": 2,)");
  EXPECT_THAT(error, HasSubstr("unknown key \"tenzor\""));
  EXPECT_THAT(error, testing::Not(HasSubstr("ranks")));
}

TEST(ShippedScenarios, Read) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kSource + "/scenarios")) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".json" || name.ends_with(".schema.json")) continue;
    catalog::Catalogue catalogue(kSource + "/models");
    EXPECT_NO_THROW({
      const Scenario scenario = read_scenario(entry.path(), catalogue);
      EXPECT_EQ(scenario.name + ".json", name);
      EXPECT_FALSE(scenario.question.empty()) << name;
    }) << name;
    ++count;
  }
  EXPECT_GE(count, 2);
}

/// Every family that a scenario can name, so one reference serves scenarios and models. Norms and
/// tuners are read by `calibrate`.
TEST(Generated, TheReferenceCoversEveryFamily) {
  const std::string reference = scenario_reference();
  for (const catalog::Family& family : catalog::families()) {
    const std::string name = family.name;
    if (name == "health" || name == "tuners") continue;
    EXPECT_THAT(reference, HasSubstr(std::string("name in models/") + family.name)) << family.name;
  }
}

TEST(Generated, SchemaAndReferenceAreUpToDate) {
  const char* remedy =
      "run `sextant schema > scenarios/scenario.schema.json` and "
      "`sextant schema --reference > scenarios/REFERENCE.md`";
  const catalog::Catalogue catalogue(kSource + "/models");
  const std::string schema = scenario_schema(catalogue);
  EXPECT_TRUE(file_text(kSource + "/scenarios/scenario.schema.json") == schema) << remedy;
  const std::string reference = scenario_reference();
  EXPECT_TRUE(file_text(kSource + "/scenarios/REFERENCE.md") == reference) << remedy;
}

}  // namespace
}  // namespace sextant::scenario
