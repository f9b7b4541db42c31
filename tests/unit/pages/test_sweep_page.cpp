#include "src/pages/sweep_page.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "src/sweep/open_study.h"

namespace sextant::pages {
namespace {

using nlohmann::ordered_json;

const std::string kData = SEXTANT_SOURCE_DIR "/tests/data/";

class SweepPage : public testing::Test {
 protected:
  SweepPage() : study_(sweep::open_study(kData + "studies/grid.json")) {
    sweep::try_values(study_, catalogue_);
    std::filesystem::remove(path_);
  }
  ~SweepPage() override { std::filesystem::remove(path_); }

  PageDocument page() {
    sweep::Store store(path_, sweep::record_of(study_, catalogue_, kData + "models"));
    sweep::Outcome done{.point = 2};
    done.figures.assign(sweep::figures().size(), 1.23456789);
    done.figures[5].reset();
    store.add(done, {std::int64_t{4}, 60.0, 3600.0});
    for (const std::int64_t point : {3, 4}) {
      store.add({.point = point, .status = sweep::PointStatus::kInfeasible, .message = "no"},
                {std::int64_t{8}, 60.0, 3600.0});
    }
    const report::SweepReport report{study_, path_, "", 3,
                                     sweep::summarise(study_, store, study_.points.count())};
    return sweep_page(report, ordered_json::object(), store);
  }

  catalog::Catalogue catalogue_{kData + "models"};
  sweep::OpenStudy study_;
  std::string path_ = testing::TempDir() + "sweep_page.sqlite";
};

TEST_F(SweepPage, CarriesWhatIsDoneByColumns) {
  const PageDocument document = page();
  const ordered_json& points = document.pictures["points"];
  const ordered_json& columns = points["columns"];
  EXPECT_EQ(points["rows"], 3);
  EXPECT_EQ(columns["point"], ordered_json({2, 3, 4}));
  EXPECT_EQ(columns["status"], ordered_json({"ok", "infeasible", "infeasible"}));
  const ordered_json& inputs = document.pictures["inputs"];
  EXPECT_EQ(columns[inputs[0]["name"].get<std::string>()], ordered_json({4, 8, 8}));
  EXPECT_EQ(columns[inputs[1]["name"].get<std::string>()], 60.0) << "a column of one value";
  EXPECT_EQ(columns["wall_time_s_p10"], ordered_json({1.23457, nullptr, nullptr}));
  EXPECT_EQ(columns["cost_usd_p50"], ordered_json(nullptr));
}

TEST_F(SweepPage, SaysAMessageOnce) {
  const ordered_json points = page().pictures["points"];
  EXPECT_EQ(points["messages"], ordered_json({"no"}));
  EXPECT_EQ(points["columns"]["message"], ordered_json({nullptr, 0, 0}));
}

}  // namespace
}  // namespace sextant::pages
