#include "src/validate/failed_layouts.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant::validate {
namespace {

using testing::HasSubstr;

std::vector<FailedLayout> read(const std::string& text) {
  catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  io::Diagnostics diagnostics;
  io::Document document("layouts.json", text, false);
  std::vector<FailedLayout> layouts;
  if (io::parse(document, diagnostics)) {
    layouts = read_failed_layouts(document.root, catalogue, diagnostics);
  }
  diagnostics.throw_if_errors();
  return layouts;
}

std::string row(const std::string& size, int nodes, int accumulated, int data, int pipeline,
                int tensor, int zero) {
  return fmt::format(R"({{"size": "{}", "nodes": {}, "micro": 1, "grad_accum": {}, "dp": {},
                          "pp": {}, "tp": {}, "zero": {}}})",
                     size, nodes, accumulated, data, pipeline, tensor, zero);
}

FailedLayoutRow judged(const std::string& text) {
  return validate_failed_layouts(read("[" + text + "]")).rows.at(0);
}

TEST(FailedLayouts, ReadsDegreesAndBatch) {
  const FailedLayout failed = read(R"({"rows": [)" + row("8B", 2, 32, 4, 2, 2, 1) + "]}").at(0);
  EXPECT_EQ(failed.id, "8B, 2 nodes: T2 P2 D4, 32 x 1, ZeRO-1");
  EXPECT_EQ(failed.inputs.model.layers, 32);
  EXPECT_EQ(failed.inputs.accelerators, 16);
  EXPECT_EQ(failed.inputs.global_batch, 128);
  EXPECT_EQ(failed.inputs.layout.zero, 1);
  EXPECT_TRUE(failed.inputs.layout.sequence_parallel);
}

TEST(FailedLayouts, SaysWhatNanotronRefuses) {
  EXPECT_EQ(judged(row("1B", 1, 4, 1, 8, 1, 0)).reason,
            "4 microbatches are too few for nanotron's 1F1B in 8 stages");
  EXPECT_EQ(judged(row("3B", 4, 256, 1, 32, 1, 0)).verdict, LayoutVerdict::kImpossible);
  EXPECT_THAT(judged(row("1B", 8, 256, 1, 64, 1, 0)).reason, HasSubstr("exceed 16 layers"));
}

TEST(FailedLayouts, SaysWhatDoesNotFitIntoMemory) {
  const FailedLayoutRow large = judged(row("80B", 4, 16, 16, 1, 2, 0));
  EXPECT_EQ(large.verdict, LayoutVerdict::kTooLarge);
  EXPECT_THAT(large.reason, HasSubstr("GiB of memory, the accelerator has 80"));
  const FailedLayoutRow small = judged(row("1B", 1, 8, 1, 1, 8, 0));
  EXPECT_EQ(small.verdict, LayoutVerdict::kFits);
  EXPECT_LT(small.filled, 0.2);
}

TEST(FailedLayouts, SummarisesBySizeWithoutThoseThatAlsoSucceeded) {
  std::string succeeded = row("1B", 1, 8, 1, 1, 8, 0);
  succeeded.insert(1, R"("also_succeeded": true, )");
  const FailedLayoutValidation validation = validate_failed_layouts(
      read("[" + row("80B", 4, 16, 16, 1, 2, 0) + "," + row("1B", 1, 8, 1, 1, 8, 0) + "," +
           row("1B", 1, 4, 1, 8, 1, 0) + "," + succeeded + "]"));
  ASSERT_EQ(validation.sets.size(), 3u);
  EXPECT_EQ(validation.sets[0].set, "1B");
  EXPECT_EQ(validation.sets[0].n, 2);
  EXPECT_EQ(validation.sets[0].fits_easily, 1);
  EXPECT_NEAR(validation.sets[2].share_infeasible(), 2.0 / 3.0, 1e-12);
}

TEST(FailedLayouts, NamesThePlaceOfWhatIsWrong) {
  const auto fault = [](const std::string& text) -> std::string {
    try {
      read(text);
    } catch (const io::InputError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(fault("[" + row("7B", 1, 1, 8, 1, 1, 0) + "]"),
              HasSubstr("no transformer nanotron-7b in the catalogue for size '7B'"));
  EXPECT_THAT(fault("[3]"), HasSubstr("found 3, expected a layout"));
  EXPECT_THAT(fault("{}"), HasSubstr("expected an object with rows of layouts"));
  EXPECT_THAT(fault(R"([{"size": "8B", "nodes": 0}])"), HasSubstr("a count of at least 1"));
  EXPECT_THAT(fault("[" + row("8B", 2000000, 1, 1, 1, 1, 0) + "]"),
              HasSubstr("found 2000000, expected at most 1000000"));
}

}  // namespace
}  // namespace sextant::validate
