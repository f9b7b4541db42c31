#include "sextant/ledger/purchase.h"

#include <gtest/gtest.h>

namespace sextant {
namespace {

TEST(CapacityBlock, IsBookedByTheDayThenByTheWeek) {
  const BookingRules rules = capacity_block_rules();
  for (const int days : {1, 2, 13, 14, 21, 28, 175, 182}) EXPECT_TRUE(bookable(rules, days));
  for (const int days : {-1, 0, 15, 17, 20, 183, 189, 364}) EXPECT_FALSE(bookable(rules, days));
}

TEST(CapacityBlock, EndsHalfAnHourEarly) {
  const BookingRules rules = capacity_block_rules();
  EXPECT_EQ(shortest_booking(rules, Seconds(1)), 1);
  EXPECT_EQ(shortest_booking(rules, kDay - 30.0 * kMinute), 1);
  EXPECT_EQ(shortest_booking(rules, kDay - 29.0 * kMinute), 2);
  EXPECT_EQ(shortest_booking(rules, 13.5 * kDay), 14);
  EXPECT_EQ(shortest_booking(rules, 14.0 * kDay), 21);
  EXPECT_EQ(shortest_booking(rules, 21.0 * kDay), 28);
  EXPECT_GT(shortest_booking(rules, 182.0 * kDay), rules.longest.value);
}

TEST(CapacityBlock, TheShortestBookingIsBookable) {
  const BookingRules rules = capacity_block_rules();
  for (double days = 0.1; days < 181; days += 0.37) {
    const int booked = shortest_booking(rules, days * kDay);
    EXPECT_TRUE(bookable(rules, booked)) << days;
    EXPECT_GE(booked * kDay, days * kDay + rules.early_end.value) << days;
  }
}

TEST(TrainingPlan, IsBookedByTheDay) {
  const BookingRules rules = training_plan_rules();
  EXPECT_TRUE(bookable(rules, 17));
  EXPECT_TRUE(bookable(rules, 182));
  EXPECT_FALSE(bookable(rules, 183));
  EXPECT_EQ(shortest_booking(rules, 17.0 * kDay), 18);
  EXPECT_EQ(rules.instances.value, 64);
}

TEST(BookingPlan, TakesTheGivenDays) {
  const BookingPlan given{capacity_block_rules(), 7};
  const BookingPlan open{capacity_block_rules(), std::nullopt};
  EXPECT_EQ(given.days_for(20.0 * kDay), 7);
  EXPECT_EQ(open.days_for(20.0 * kDay), 21);
}

}  // namespace
}  // namespace sextant
