#include "src/cli/progress_line.h"

#include <gtest/gtest.h>

#include "src/report/shown_text.h"

namespace sextant::cli {
namespace {

TEST(ProgressText, SaysRateAndEstimate) {
  EXPECT_EQ(progress_text(
                {.unit = "replicas", .done = 1200, .total = 10'000, .elapsed_s = 3, .phase_s = 2}),
            "1,200 of 10,000 replicas, 3 s, 600 /s, about 15 s left");
}

TEST(ProgressText, EstimatesNothingWhereNobodyKnowsTheTotal) {
  EXPECT_EQ(progress_text({.unit = "jobs", .done = 4000, .elapsed_s = 2, .phase_s = 2}),
            "4,000 jobs, 2 s, 2,000 /s");
}

TEST(ProgressText, SaysTheTimeWhileNothingIsDone) {
  EXPECT_EQ(progress_text({.unit = "the step as flows", .elapsed_s = 12, .phase_s = 12}),
            "the step as flows, 12 s");
  EXPECT_EQ(progress_text({.unit = "replicas", .done = 3, .total = 9, .elapsed_s = 2}),
            "3 of 9 replicas, 2 s");
}

TEST(ProgressText, FitsIntoTheTerminal) {
  const Progress progress{.unit = "replicas of a scenario with a long name",
                          .done = 1,
                          .total = 1000,
                          .elapsed_s = 100,
                          .phase_s = 100};
  for (const int columns : {50, 60, 80}) {
    EXPECT_LE(report::display_width(progress_text(progress, columns)),
              static_cast<std::size_t>(columns));
  }
}

}  // namespace
}  // namespace sextant::cli
