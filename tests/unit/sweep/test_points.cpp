#include "src/sweep/points.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "src/io/json_text.h"
#include "src/scenario/read_scenario.h"
#include "src/sweep/open_study.h"

namespace sextant::sweep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kData = SEXTANT_SOURCE_DIR "/tests/data/";

/// A study of small.json with this design and these inputs or points.
OpenStudy study_of(const std::string& members) {
  return open_study_text(kData + "studies/input.json",
                         R"({"schema": "sextant.study/1", "name": "s",
                             "scenario": "../good/small.json", )" +
                             members + "}");
}

std::string text_of(const PointValues& values) {
  std::string text;
  for (const auto& value : values) text += (value ? io::to_compact_text(value->value) : "-") + " ";
  return text;
}

std::vector<std::string> all_of(const OpenStudy& study) {
  std::vector<std::string> all;
  for (std::int64_t i = 0; i < study.points.count(); ++i) {
    all.push_back(text_of(study.points.values(i)));
  }
  return all;
}

/// A member of the scenario of a point, as JSON.
std::string member_at(const OpenStudy& study, std::int64_t point, const char* key) {
  catalog::Catalogue catalogue(kData + "models");
  const io::Node root =
      study.points.scenario(study.scenario(), study.points.values(point), catalogue);
  return io::to_compact_text(root.find(key)->value);
}

std::string refused(const std::string& members) {
  try {
    const OpenStudy study = study_of(members);
    catalog::Catalogue catalogue(kData + "models");
    try_values(study, catalogue);
  } catch (const io::InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Points, GridChangesItsLastInputFastest) {
  const OpenStudy study = study_of(R"("inputs": [
      {"pointer": "/cluster/nodes", "values": [4, 8]},
      {"pointer": "/recovery/restart", "from": "1 min", "to": "3 min", "steps": 3}])");
  EXPECT_THAT(all_of(study), ElementsAre("4 \"1 min\" ", "4 \"2 min\" ", "4 \"3 min\" ",
                                         "8 \"1 min\" ", "8 \"2 min\" ", "8 \"3 min\" "));
}

TEST(Points, WholeNumbersStayWhole) {
  const OpenStudy every =
      study_of(R"("inputs": [{"pointer": "/fleet/spares", "from": 0, "to": 3}])");
  EXPECT_THAT(all_of(every), ElementsAre("0 ", "1 ", "2 ", "3 "));
  const OpenStudy some = study_of(
      R"("inputs": [
      {"pointer": "/cluster/nodes", "from": 1, "to": 64, "steps": 4, "scale": "log"}])");
  EXPECT_THAT(all_of(some), ElementsAre("1 ", "4 ", "16 ", "64 "));
}

TEST(Points, DrawnWholeNumbersHaveEqualChances) {
  const OpenStudy study = study_of(R"("design": {"kind": "latin_hypercube", "samples": 400},
      "inputs": [{"pointer": "/fleet/spares", "from": 0, "to": 3}])");
  const std::vector<std::string> all = all_of(study);
  for (const char* value : {"0 ", "1 ", "2 ", "3 "}) {
    EXPECT_EQ(std::count(all.begin(), all.end(), value), 100) << value;
  }
}

TEST(Points, ListLeavesOutWhatItDoesNotName) {
  const OpenStudy study = study_of(R"("design": "list",
      "points": [{}, {"/cluster/nodes": 8}, {"/recovery/restart": "1 min"}])");
  EXPECT_THAT(all_of(study), ElementsAre("- - ", "8 - ", "- \"1 min\" "));
}

TEST(Points, NamesOfTheCatalogueBecomeObjects) {
  const OpenStudy study = study_of(R"("inputs": [
      {"pointer": "/failures/node_life", "values": ["9 d"]},
      {"pointer": "/failures", "values": ["calm"]}])");
  EXPECT_EQ(member_at(study, 0, "failures"), R"({"base":"calm","node_life":"9 d"})");
}

TEST(Points, ListsWithinAnEntryAreTakenOver) {
  const OpenStudy study =
      study_of(R"("inputs": [{"pointer": "/failures/causes/0/weight", "values": [7]}])");
  const std::string failures = member_at(study, 0, "failures");
  EXPECT_THAT(failures, HasSubstr(R"("base":"calm","causes":[{"name":)"));
  EXPECT_THAT(failures, HasSubstr(R"("weight":7)"));
}

TEST(Points, WordsForObjectsBecomeObjects) {
  const OpenStudy study = study_of(R"("inputs": [
      {"pointer": "/purchase", "values": ["on_demand"]},
      {"pointer": "/purchase/days", "values": [3]},
      {"pointer": "/fleet/maintenance/every", "values": ["9 d"]}])");
  EXPECT_EQ(member_at(study, 0, "purchase"), R"({"mode":"on_demand","days":3})");
  EXPECT_EQ(member_at(study, 0, "fleet"), R"({"spares":1,"maintenance":{"every":"9 d"}})");
}

TEST(Points, PointersAreEscaped) {
  EXPECT_THAT(refused(R"("inputs": [{"pointer": "/a~2", "values": [1]}])"),
              HasSubstr("expected a JSON pointer"));
  EXPECT_THAT(refused(R"("inputs": [{"pointer": "/calibration/fabrics/a~1b/x", "values": [1]}])"),
              HasSubstr("/calibration/fabrics/a~1b has no member"));
}

TEST(Points, ValuesAreTriedBeforeAnythingRuns) {
  EXPECT_THAT(refused(R"("inputs": [{"pointer": "/cluster/nodes", "from": -4, "to": 4}])"),
              HasSubstr("expected an integer from 1"));
  // Values that do not go together are left to the points.
  EXPECT_EQ(refused(R"("inputs": [{"pointer": "/cluster/nodes", "values": [3, 4]}])"), "");
}

TEST(Points, VariantsAreReadAsWholeScenarios) {
  const OpenStudy study = study_of(R"("inputs": [
      {"pointer": "/cluster/nodes", "values": [8]},
      {"pointer": "/training/layout/tensor", "values": [1]}])");
  catalog::Catalogue catalogue(kData + "models");
  const io::Node root = study.points.scenario(study.scenario(), study.points.values(0), catalogue);
  const scenario::VariantReader reader(study.scenario(), study.points.outermost(), catalogue);
  EXPECT_EQ(io::to_compact_text(io::write_value(reader.read(root))),
            io::to_compact_text(io::write_value(scenario::read_scenario_tree(root, catalogue))));
}

TEST(Study, SchemaAndReferenceArePublished) {
  const auto file_text = [](const std::string& path) {
    std::ifstream file(SEXTANT_SOURCE_DIR "/scenarios/" + path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  EXPECT_TRUE(file_text("study.schema.json") == study_schema())
      << "run `sextant schema study > scenarios/study.schema.json`";
  EXPECT_TRUE(file_text("STUDY.md") == study_reference())
      << "run `sextant schema study --reference > scenarios/STUDY.md`";
}

TEST(Cells, AreInBaseUnits) {
  const OpenStudy study = study_of(R"("design": "list", "points": [
      {"/recovery/restart": "2 min", "/checkpoint/interval": "optimal", "/training/tokens": "2G",
       "/prices": null, "/cluster/nodes": 3, "/training/layout": {"tensor": 2}}])");
  const PointValues values = study.points.values(0);
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < values.size(); ++i) {
    cells.push_back(cell_of(*values[i], study.points.inputs()[i].pointer().type()));
  }
  EXPECT_THAT(cells, ElementsAre(Cell(120.0), Cell("optimal"), Cell(2e9), Cell(),
                                 Cell(std::int64_t{3}), Cell(R"({"tensor":2})")));
}

}  // namespace
}  // namespace sextant::sweep
