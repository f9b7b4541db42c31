#include "src/catalog/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <regex>

#include "src/catalog/families.h"

namespace sextant::catalog {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kTestModels = std::string(SEXTANT_SOURCE_DIR) + "/tests/data/models";

template <class Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const io::InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Catalogue, LoadsAnEntry) {
  Catalogue catalogue(kTestModels);
  const auto chip = catalogue.load<Accelerator>("chip");
  EXPECT_EQ(chip.title, "A chip");
  EXPECT_EQ(chip.memory.value, Bytes(64.0 * (1 << 30)));
  EXPECT_EQ(chip.memory.source, "invented for tests");
}

TEST(Catalogue, AnEntryMayBuildOnAnother) {
  Catalogue catalogue(kTestModels);
  const auto chip = catalogue.load<Accelerator>("chip_fp8");
  EXPECT_EQ(chip.name, "chip_fp8");
  EXPECT_EQ(chip.tdp.value, Watts(500));
  EXPECT_EQ(chip.peak_fp8->value, FlopsPerSecond(800e12));
}

TEST(Catalogue, ReadsOnlyWhatIsAskedForAndRecordsIt) {
  Catalogue catalogue(kTestModels);
  EXPECT_TRUE(catalogue.used_files().empty());
  catalogue.load<Accelerator>("chip_fp8");
  catalogue.load<Accelerator>("chip");
  ASSERT_EQ(catalogue.used_files().size(), 2u);
  EXPECT_THAT(catalogue.used_files()[0].path, testing::EndsWith("accelerators/chip_fp8.json"));
  EXPECT_THAT(catalogue.used_files()[1].path, testing::EndsWith("accelerators/chip.json"));
  EXPECT_TRUE(std::regex_match(catalogue.used_files()[0].hash, std::regex("[0-9a-f]{16}")));
}

TEST(Catalogue, HashesAreThoseOfXxhsum) {
  Catalogue catalogue(kTestModels);
  catalogue.record_file("empty", "");
  EXPECT_EQ(catalogue.used_files()[0].hash, "ef46db3751d8e999");
}

TEST(Catalogue, SaysWhatIsWrongWithAnEntry) {
  Catalogue catalogue(kTestModels);
  EXPECT_THAT(error_of([&] { catalogue.load<Accelerator>("chp"); }),
              HasSubstr("help: did you mean \"chip\"?"));
  EXPECT_THAT(error_of([&] { catalogue.load<Region>("mars"); }),
              HasSubstr("help: entries: away, home"));
  EXPECT_THAT(
      error_of([&] { catalogue.load<Instance>("misnamed"); }),
      HasSubstr("misnamed.json:2:11: error: /name: found \"other\", expected \"misnamed\""));
  EXPECT_THAT(error_of([&] { catalogue.load<Accelerator>("broken"); }),
              HasSubstr("broken.json:4:12: error: /memory: found the end of the file"));
  EXPECT_THAT(error_of([&] { catalogue.load<Accelerator>("unsourced"); }),
              HasSubstr("error: /tdp: found \"400 W\", expected an object with value, source"));
  EXPECT_THAT(error_of([&] { catalogue.load<Accelerator>("loop"); }),
              HasSubstr("pool.json:3:11: error: /base: found \"loop\", which is itself "
                        "based on this entry"));
  for (const char* name : {"../accelerators/chip", "", ".", "a\nb"}) {
    EXPECT_THAT(error_of([&] { catalogue.load<Accelerator>(name); }),
                HasSubstr("expected the name"));
  }
}

TEST(Catalogue, ListsAndShows) {
  Catalogue catalogue(kTestModels);
  EXPECT_THAT(catalogue.names("regions"), ElementsAre("away", "home"));
  const std::vector<Entry> regions = list(catalogue, "regions");
  ASSERT_EQ(regions.size(), 2u);
  EXPECT_EQ(regions[1].title, "At home");
  const std::vector<Shown> shown = show(catalogue, "box");
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown[0].entry.family, "instances");
  const auto idle = std::find_if(shown[0].figures.begin(), shown[0].figures.end(),
                                 [](const io::Figure& f) { return f.key == "power.idle"; });
  ASSERT_NE(idle, shown[0].figures.end());
  EXPECT_EQ(idle->value, "500 W");
  EXPECT_EQ(idle->source, "invented for tests");
  EXPECT_EQ(show(catalogue, "instances/box").size(), 1u);
  EXPECT_THAT(error_of([&] { show(catalogue, "bocks"); }), HasSubstr("entry of the catalogue"));
  EXPECT_THAT(error_of([&] { list(catalogue, "region"); }),
              HasSubstr("help: did you mean \"regions\"?"));
}

TEST(FindModels, TriesThePlacesInOrder) {
  unsetenv("SEXTANT_MODELS");
  EXPECT_EQ(find_models(kTestModels), kTestModels);
  EXPECT_EQ(find_models(std::nullopt), std::string(SEXTANT_SOURCE_DIR) + "/models");
  setenv("SEXTANT_MODELS", kTestModels.c_str(), 1);
  EXPECT_EQ(find_models(std::nullopt), kTestModels);
  setenv("SEXTANT_MODELS", "/nowhere", 1);
  EXPECT_THAT(error_of([] { find_models(std::nullopt); }),
              HasSubstr("tried: /nowhere (SEXTANT_MODELS)"));
  EXPECT_THAT(error_of([] { find_models("/no/such"); }), HasSubstr("tried: /no/such (--models)"));
  unsetenv("SEXTANT_MODELS");
}

class ShippedModels : public testing::TestWithParam<Entry> {};

/// Rule of the house: no number without unit, source, date and method enters models/.
TEST_P(ShippedModels, EveryFigureHasItsProvenance) {
  Catalogue catalogue(std::string(SEXTANT_SOURCE_DIR) + "/models");
  for (const Shown& shown : show(catalogue, GetParam().family + "/" + GetParam().name)) {
    for (const io::Figure& figure : shown.figures) {
      if (!figure.sourced) continue;
      EXPECT_FALSE(figure.source.empty()) << figure.key;
      EXPECT_FALSE(figure.date.empty()) << figure.key;
    }
  }
}

std::vector<Entry> shipped() {
  Catalogue catalogue(std::string(SEXTANT_SOURCE_DIR) + "/models");
  return list(catalogue);
}

INSTANTIATE_TEST_SUITE_P(All, ShippedModels, testing::ValuesIn(shipped()),
                         [](const testing::TestParamInfo<Entry>& entry) {
                           std::string name = entry.param.family + "_" + entry.param.name;
                           for (char& c : name) {
                             if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace sextant::catalog
