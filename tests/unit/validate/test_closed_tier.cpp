// The closed tier against the replay on every measured step that is shipped.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "sextant/training/closed_step.h"
#include "sextant/training/step_model.h"
#include "src/catalog/families.h"
#include "src/validate/published_runs.h"

namespace sextant::validate {
namespace {

TEST(ClosedTier, AgreesWithTheReplayOnEveryPublishedRun) {
  catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  const auto calibration = catalogue.load<Calibration>("reference");
  int rows = 0, known = 0;
  double largest = 0.0;
  for (const char* file : {"published_runs.json", "published_runs_aws.json"}) {
    const std::string path = std::string(SEXTANT_SOURCE_DIR "/models/published_runs/") + file;
    for (const PublishedRun& run : read_published_runs(path, catalogue)) {
      if (!run.refused.empty() || !layout_faults(run.inputs).empty()) continue;
      ++rows;
      const auto closed = forecast_closed(run.inputs, calibration);
      if (!closed) continue;
      ++known;
      const StepProfile replay = forecast_step(run.inputs, calibration);
      EXPECT_NEAR(closed->time / replay.time, 1.0, 0.005) << run.id;
      largest = std::max(largest, std::abs(closed->time / replay.time - 1.0));
      EXPECT_NEAR(closed->peak_memory / replay.peak_memory(), 1.0, 0.005) << run.id;
    }
  }
  std::cout << "the closed tier knows " << known << " of " << rows << " rows, to within "
            << 100.0 * largest << " %\n";
  RecordProperty("rows", rows);
  RecordProperty("known", known);
  EXPECT_GT(known, 0.9 * rows);
}

}  // namespace
}  // namespace sextant::validate
