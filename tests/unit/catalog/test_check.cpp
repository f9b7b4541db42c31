#include "src/catalog/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant::catalog {
namespace {

TEST(Check, CountsFiguresByWhatTheyRestOn) {
  Catalogue catalogue(SEXTANT_SOURCE_DIR "/tests/data/models");
  const CheckResult result = check(catalogue, "accelerators/chip");
  ASSERT_EQ(result.families.size(), 1U);
  const FamilyCount& count = result.families[0];
  EXPECT_EQ(count.family, "accelerators");
  EXPECT_EQ(count.entries, 1);
  EXPECT_EQ(count.figures, 7);
  EXPECT_EQ(count.by_method[2], 7);  // datasheet
  EXPECT_EQ(count.undated, 0);
}

TEST(Check, NamesWhatIsAssumedAndWhatHasNoDate) {
  Catalogue catalogue(SEXTANT_SOURCE_DIR "/tests/data/doubtful_models");
  const CheckResult result = check(catalogue);
  ASSERT_EQ(result.assumed.size(), 1U);
  EXPECT_EQ(result.assumed[0].entry, "transformers/doubtful");
  EXPECT_EQ(result.assumed[0].figure.key, "published_active_parameters");
  ASSERT_EQ(result.undated.size(), 1U);
  EXPECT_EQ(result.undated[0].figure.key, "published_parameters");
}

/// Every error of every entry at once.
TEST(Check, ReportsAllEntriesThatAreWrong) {
  Catalogue catalogue(SEXTANT_SOURCE_DIR "/tests/data/models");
  try {
    check(catalogue, "accelerators");
    FAIL();
  } catch (const io::InputError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("unsourced.json"));
    EXPECT_THAT(error.what(), testing::HasSubstr("loop.json"));
  }
}

/// A number without source and date does not enter models/.
TEST(Check, NoShippedFigureIsWithoutSourceOrDate) {
  Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  const CheckResult result = check(catalogue);
  EXPECT_GE(result.families.size(), 7U);
  for (const Doubt& doubt : result.undated) ADD_FAILURE() << doubt.entry << " " << doubt.figure.key;
}

/// What is assumed says how far it may be off, or why that does not matter.
TEST(Check, AssumedHardwareHasARange) {
  Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  for (const char* family : {"accelerators", "instances"}) {
    for (const Doubt& doubt : check(catalogue, family).assumed) {
      EXPECT_FALSE(doubt.figure.range.empty()) << doubt.entry << " " << doubt.figure.key;
    }
  }
}

}  // namespace
}  // namespace sextant::catalog
