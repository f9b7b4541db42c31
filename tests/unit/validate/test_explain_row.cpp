#include "src/validate/explain_row.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/io/diagnostics.h"
#include "src/io/json_text.h"
#include "tests/support/step_fixtures.h"

namespace sextant::validate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

PublishedRun row(const std::string& id, const StepInputs& inputs) {
  PublishedRun run;
  run.id = id;
  run.origin = "somebody";
  run.inputs = inputs;
  return run;
}

/// The row that is asked for, its twin, one with other tensor ranks, one of another model, one of
/// another model on another cluster, and one that is refused.
std::vector<PublishedRun> rows() {
  std::vector<PublishedRun> all{
      row("asked", fixtures::inputs(8)),     row("far", fixtures::inputs(8)),
      row("tensor", fixtures::inputs(8)),    row("model", fixtures::inputs(8)),
      row("elsewhere", fixtures::inputs(8)), row("refused", fixtures::inputs(8)),
      row("twin", fixtures::inputs(8))};
  all[1].inputs.global_batch *= 64;
  all[2].inputs.layout.tensor = 2;
  all[3].inputs.model.name = "other";
  all[4].inputs.model.name = "other";
  all[4].origin = "somebody else";
  all[5].refused = "a reason";
  return all;
}

TEST(NearestRows, ShareTheModelOrTheClusterAndTheMostAlikeComesFirst) {
  std::vector<std::string> found;
  const std::vector<PublishedRun> all = rows();
  for (const NearRow& near : nearest_rows(all, 0, 10)) {
    found.push_back(fmt::format("{}: {}", all[near.row].id, near.differs));
  }
  EXPECT_THAT(found, ElementsAre("twin: ", "tensor: tensor 2", "model: model other",
                                 "far: global_batch 2048"));
}

TEST(NearestRows, AreNoMoreThanAskedFor) { EXPECT_EQ(nearest_rows(rows(), 0, 2).size(), 2U); }

TEST(FindRow, NamesTheNearestId) {
  EXPECT_EQ(find_row(rows(), "tensor"), 2U);
  try {
    find_row(rows(), "tensr");
    FAIL();
  } catch (const io::InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean \"tensor\""));
  }
}

TEST(ReadSourceRow, TellsWhatTheRowStatesFromWhatItLeavesOpen) {
  const SourceRow source =
      read_source_row(SEXTANT_SOURCE_DIR "/tests/data/runs/rows.json", "acme-h100-small-tp2");
  EXPECT_THAT(source.assumed, ElementsAre("links between nodes are not stated"));
  const SourceRow::Section& layout = source.sections[2];
  EXPECT_EQ(layout.name, "parallelism");
  std::vector<std::string> stated;
  for (const auto& [key, value] : layout.stated) {
    stated.push_back(fmt::format("{} {}", key, io::to_compact_text(value)));
  }
  EXPECT_THAT(stated, ElementsAre("tp 2", "pp 1", "dp 4", "zero 1"));
  EXPECT_THAT(layout.open, ElementsAre("vp"));
  EXPECT_THROW(read_source_row(SEXTANT_SOURCE_DIR "/tests/data/runs/rows.json", "none"),
               io::InputError);
}

}  // namespace
}  // namespace sextant::validate
