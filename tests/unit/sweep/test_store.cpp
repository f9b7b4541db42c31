#include "src/sweep/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "src/sweep/run_sweep.h"
#include "src/sweep/summary.h"

namespace sextant::sweep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kData = SEXTANT_SOURCE_DIR "/tests/data/";

template <class Call>
std::string refused(const Call& call) {
  try {
    call();
  } catch (const io::InputError& error) {
    return error.what();
  }
  return "";
}

class StoreTest : public testing::Test {
 protected:
  StoreTest() : study_(open_study(kData + "studies/grid.json")), catalogue_(kData + "models") {
    try_values(study_, catalogue_);
    record_ = record_of(study_, catalogue_, kData + "models");
    std::filesystem::remove(path_);
  }
  ~StoreTest() override { std::filesystem::remove(path_); }

  Outcome outcome(std::int64_t point) const {
    Outcome outcome{.point = point};
    outcome.figures.assign(figures().size(), 1.5);
    outcome.digest = std::to_string(point);
    return outcome;
  }
  const std::vector<Cell> inputs_ = {std::int64_t{4}, 60.0, 3600.0};

  OpenStudy study_;
  catalog::Catalogue catalogue_;
  StudyRecord record_;
  std::string path_ = testing::TempDir() +
                      testing::UnitTest::GetInstance()->current_test_info()->name() + ".sqlite";
};

TEST_F(StoreTest, KeepsWhatIsAdded) {
  {
    Store store(path_, record_);
    store.add(outcome(2), inputs_);
    store.add({.point = 3, .status = PointStatus::kInfeasible, .message = "no"}, inputs_);
  }
  Store store(path_, record_);
  EXPECT_EQ(store.done(), 2);
  const auto missing = store.missing(0, 6, [](std::int64_t i) { return i != 5; });
  EXPECT_THAT(missing, ElementsAre(0, 1, 4));
  std::vector<StoredPoint> rows;
  store.for_each([&](const StoredPoint& row) { rows.push_back(row); });
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].inputs, inputs_);
  EXPECT_EQ(rows[0].figures.front(), 1.5);
  EXPECT_EQ(rows[1].status, PointStatus::kInfeasible);
  EXPECT_EQ(rows[1].message, "no");
  EXPECT_FALSE(rows[1].figures.front());
}

TEST_F(StoreTest, HasOneWriterAtATime) {
  Store store(path_, record_);
  EXPECT_THAT(refused([&] { Store(path_, record_); }), HasSubstr("another sweep is writing to it"));
}

TEST_F(StoreTest, IsOfOneStudyAndItsFiles) {
  { Store store(path_, record_); }
  const auto with = [&](const auto& change) {
    StudyRecord other = record_;
    change(other);
    return refused([&] { Store(path_, other); });
  };
  EXPECT_THAT(with([](auto& r) { r.study_hash = "0", r.name = "other"; }),
              HasSubstr("it is of another study, \"grid\""));
  EXPECT_THAT(with([](auto& r) { r.study_hash = "0"; }), HasSubstr("another version of the study"));
  EXPECT_THAT(with([](auto& r) { r.scenario_hash = "0"; }), HasSubstr("scenario has changed"));
  EXPECT_THAT(with([](auto& r) { r.files.front().hash = "0"; }),
              HasSubstr(record_.files.front().path + " has changed since it was begun"));
  EXPECT_THAT(with([](auto& r) { r.commit = "abc"; }), HasSubstr("it was begun by sextant"));
}

TEST_F(StoreTest, RefusesOtherFiles) {
  std::ofstream(path_) << "no database, but long enough to have a header of one hundred bytes, "
                          "which SQLite reads before it says what the file is";
  EXPECT_THAT(refused([&] { Store(path_, record_); }), HasSubstr("it is no SQLite database"));
  std::filesystem::remove(path_);
  Database(path_).execute("CREATE TABLE mine(x)");
  EXPECT_THAT(refused([&] { Store(path_, record_); }), HasSubstr("a database of something else"));
  EXPECT_THAT(refused([&] { Store("/dev/null/x.sqlite", record_); }),
              HasSubstr("it cannot be written"));
}

TEST_F(StoreTest, SaysThatTheDiskIsFullAndKeepsWhatFitted) {
  { Store store(path_, record_); }
  const std::string message = refused([&] {
    Store store(path_, record_);
    store.limit_pages(24);
    for (std::int64_t i = 0; i < 40; ++i) {
      Outcome large = outcome(i);
      large.layout.assign(3000, 'x');
      store.add(large, inputs_);
      if (i % 4 == 0) store.commit();
    }
    store.commit();
  });
  EXPECT_THAT(message, HasSubstr("it could not be written: database or disk is full"));
  EXPECT_THAT(message, HasSubstr("points are in it"));
  Store store(path_, record_);
  EXPECT_GT(store.done(), 0);
  EXPECT_LT(store.done(), 40);
}

TEST_F(StoreTest, MergesEqualRowsOnce) {
  const std::string other = path_ + ".other";
  std::filesystem::remove(other);
  {
    Store shard(other, record_);
    for (const std::int64_t i : {1, 3, 5}) shard.add(outcome(i), inputs_);
  }
  Store store(path_, record_);
  store.add(outcome(3), inputs_);
  store.merge(other);
  store.merge(other);
  EXPECT_EQ(store.done(), 3);
  EXPECT_THAT(refused([&] { store.merge(path_ + ".absent"); }), HasSubstr("no such file"));
  std::filesystem::remove(other);
}

TEST_F(StoreTest, RefusesRowsThatDiffer) {
  const std::string other = path_ + ".other";
  std::filesystem::remove(other);
  {
    Store shard(other, record_);
    Outcome changed = outcome(3);
    changed.digest = "else";
    shard.add(changed, inputs_);
  }
  Store store(path_, record_);
  store.add(outcome(3), inputs_);
  EXPECT_THAT(refused([&] { store.merge(other); }), HasSubstr("point 3 has another result"));
  std::filesystem::remove(other);
}

TEST_F(StoreTest, SweepDoesWhatIsMissing) {
  Store store(path_, record_);
  SweepOptions first;
  first.models = kData + "models";
  first.shard = {2, 3};
  EXPECT_EQ(run_sweep(study_, &store, first), 6);
  EXPECT_EQ(run_sweep(study_, &store, first), 0);
  SweepOptions all;
  all.models = kData + "models";
  EXPECT_EQ(run_sweep(study_, &store, all), 12);
  const SweepSummary summary = summarise(study_, store, study_.points.count());
  EXPECT_EQ(summary.ok, 12);
  EXPECT_EQ(summary.error, 6);
  EXPECT_EQ(summary.best.size(), 3u);
  ASSERT_EQ(summary.reasons.size(), 1u);
  EXPECT_EQ(summary.reasons.front().points, 6);
}

TEST(Outcome, SurvivesTheWayBetweenProcesses) {
  Outcome outcome{.point = 7, .status = PointStatus::kError, .message = "why"};
  outcome.figures = {1.5, std::nullopt};
  const Outcome back = unpacked(packed(outcome));
  EXPECT_EQ(back.point, 7);
  EXPECT_EQ(back.status, PointStatus::kError);
  EXPECT_EQ(back.message, "why");
  EXPECT_EQ(back.figures, outcome.figures);
}

TEST(RankCorrelation, OfKnownPairs) {
  EXPECT_EQ(rank_correlation({1, 2, 3}, {10, 100, 1000}), 1.0);
  EXPECT_EQ(rank_correlation({1, 2, 3}, {9, 4, 1}), -1.0);
  EXPECT_EQ(rank_correlation({1, 1, 1}, {9, 4, 1}), std::nullopt);
  // R: cor(c(1, 2, 2, 4), c(3, 1, 4, 4), method = "spearman")
  EXPECT_NEAR(*rank_correlation({1, 2, 2, 4}, {3, 1, 4, 4}), 0.5, 1e-12);
}

}  // namespace
}  // namespace sextant::sweep
