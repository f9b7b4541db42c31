#include "sim/campaign/work_journal.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "sextant/cluster/usage_log.h"

namespace sextant {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

SimDuration seconds(double s) { return SimDuration::rounded(Seconds(s)); }
SimTime at(double s) { return SimTime() + seconds(s); }

/// Steps of 1 s, saved in memory at no cost every 10, and in the store every 50.
Cadence saved_every_ten_steps() {
  Cadence cadence{.runs = {{.step = Seconds(1), .steps = 1000}},
                  .steps_per_checkpoint = 10,
                  .evaluation = {},
                  .costs = {},
                  .store_every = 5};
  cadence.faster = {{.costs = {}, .every = 1}};
  return cadence;
}

class WorkJournalTest : public testing::Test {
 protected:
  /// From step `first`, begun at a time and cut after some.
  void add(std::int64_t first, double from, double elapsed) {
    journal_.add(TrainingStretch(cadence_, first, 1000), at(from), seconds(elapsed),
                 {.entity = UsageEntity{1}, .nodes = 1});
  }
  std::string story() const {
    std::string text;
    for (const UsageInterval& usage : log_.intervals()) {
      if (!text.empty()) text += ", ";
      text += fmt::format("{} {:g}-{:g}", enum_name(usage.state),
                          static_cast<double>(usage.from_ns) / kSecond,
                          static_cast<double>(usage.to_ns) / kSecond);
    }
    return text;
  }

  const Cadence cadence_ = saved_every_ten_steps();
  UsageLog log_;
  WorkJournal journal_{log_};
};

TEST_F(WorkJournalTest, ReportsAStretchWhenItIsSettled) {
  add(0, 100, 24.5);
  journal_.roll_back(20);
  EXPECT_EQ(story(), "");
  journal_.settle(10);
  EXPECT_EQ(story(), "");
  journal_.settle(20);
  EXPECT_EQ(story(), "training 100-110, training 110-120, training_lost 120-124.5");
}

TEST_F(WorkJournalTest, TakesBackWhatALaterFailureTakes) {
  add(0, 0, 25);
  journal_.roll_back(20);
  add(20, 100, 15);
  journal_.roll_back(30);
  add(30, 200, 5);
  journal_.roll_back(10);  // the copies in memory are gone
  add(10, 300, 12);
  journal_.roll_back(20);
  journal_.settle(20);
  EXPECT_EQ(story(),
            "training 0-10, training_lost 10-20, training_lost 20-25, "
            "training_lost 100-110, training_lost 110-115, training_lost 200-205, "
            "training 300-310, training_lost 310-312");
}

TEST_F(WorkJournalTest, KeepsTheStepInProgressOnlyAtTheEnd) {
  add(0, 0, 12.5);
  journal_.roll_back(12);  // another replica has the state of the last step
  add(12, 100, 3.5);
  journal_.keep_all();
  EXPECT_EQ(story(), "training 0-10, training 10-12, training_lost 12-12.5, training 100-103.5");
  add(0, 200, 1);  // the next phase
  journal_.keep_all();
  EXPECT_TRUE(story().ends_with("training 200-201"));
}

TEST_F(WorkJournalTest, KeepsTheStepInProgressAfterAllThatIsSettled) {
  add(0, 0, 10.5);
  journal_.settle(10);
  journal_.keep_all();
  EXPECT_EQ(story(), "training 0-10, training 10-10.5");
}

TEST_F(WorkJournalTest, KeepsNothingOfWhatWasTakenBackBeforeTheEnd) {
  add(0, 0, 12.5);
  journal_.roll_back(10);
  journal_.keep_all();
  EXPECT_EQ(story(), "training 0-10, training_lost 10-12.5");
}

TEST_F(WorkJournalTest, RefusesToLoseWhatIsSettled) {
  add(0, 0, 25);
  journal_.roll_back(20);
  journal_.settle(20);
  EXPECT_EQ(journal_.settled(), 20);
  EXPECT_DEATH(journal_.roll_back(10), "settled");
  EXPECT_DEATH(add(0, 30, 1), "of a job at step 20");
}

}  // namespace
}  // namespace sextant
