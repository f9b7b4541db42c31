#pragma once

#include <optional>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/field.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// How the nodes are bought.
enum class PurchaseMode { kOnDemand, kSavingsPlan, kSpot, kCapacityBlock, kTrainingPlan };
/// For how long a savings plan commits.
enum class SavingsTerm { kOneYear, kThreeYears };
/// Who pays for the part of a savings plan's term that lies beyond the run.
enum class UnusedTerm { kCharged, kUsedElsewhere };

template <>
struct EnumNames<PurchaseMode> {
  static constexpr std::array table{std::pair{PurchaseMode::kOnDemand, "on_demand"},
                                    std::pair{PurchaseMode::kSavingsPlan, "savings_plan"},
                                    std::pair{PurchaseMode::kSpot, "spot"},
                                    std::pair{PurchaseMode::kCapacityBlock, "capacity_block"},
                                    std::pair{PurchaseMode::kTrainingPlan, "training_plan"}};
};
template <>
struct EnumNames<SavingsTerm> {
  static constexpr std::array table{std::pair{SavingsTerm::kOneYear, "1_year"},
                                    std::pair{SavingsTerm::kThreeYears, "3_years"}};
};
template <>
struct EnumNames<UnusedTerm> {
  static constexpr std::array table{std::pair{UnusedTerm::kCharged, "charged"},
                                    std::pair{UnusedTerm::kUsedElsewhere, "used_elsewhere"}};
};

/// What capacity blocks and training plans can deliver: reservations for whole days, paid upfront
/// in full. A provider raises the numbers of instances on request.
struct BookingRules {
  Coefficient<int> instances_per_booking;
  Coefficient<int> instances;      ///< in all bookings together
  Coefficient<int> daily_up_to;    ///< days: any whole number up to here …
  Coefficient<int> step;           ///< … and multiples of this above
  Coefficient<int> longest;        ///< days
  Coefficient<Seconds> early_end;  ///< the machines stop this long before the end
};

BookingRules capacity_block_rules();
BookingRules training_plan_rules();

/// The shortest bookable number of days that leaves `needed` before the machines stop. May be more
/// than `rules.longest`.
int shortest_booking(const BookingRules& rules, Seconds needed);

/// Whether so many days can be booked at all.
bool bookable(const BookingRules& rules, int days);

/// A reservation to be made: for a given number of days, or for as many as the run needs.
struct BookingPlan {
  BookingRules rules;
  std::optional<int> days;

  int days_for(Seconds needed) const { return days ? *days : shortest_booking(rules, needed); }
};

/// The provider's limits as this account has them. Absent: those of BookingRules.
struct BookingQuota {
  std::optional<int> instances_per_booking;
  std::optional<int> instances;
};

template <class Archive>
void visit(Archive& a, BookingQuota& s) {
  a.object("booking_quota", "Limits of capacity blocks or training plans of this account.");
  a.field("instances_per_booking", s.instances_per_booking,
          {.doc = "Instances of one block or plan; absent: 64", .min = 1});
  a.field("instances", s.instances,
          {.doc = "Instances in all of them; absent: 256 in blocks, 64 in a plan", .min = 1});
}

/// How the nodes are bought, with the terms that the mode has.
struct Purchase {
  PurchaseMode mode = PurchaseMode::kOnDemand;
  /// Capacity block, training plan. Absent: the fewest that hold the 90 % quantile of the run.
  std::optional<int> days;
  /// Time from the end of one booking of `days` to the beginning of the next, when the run waits.
  /// Absent: the booking is extended by the day.
  std::optional<Seconds> gap;
  std::optional<SavingsTerm> term;    ///< savings plan; absent: one year
  std::optional<UnusedTerm> unused;   ///< savings plan; absent: charged
  std::optional<BookingQuota> quota;  ///< capacity block, training plan
  /// Of one node, instead of the list's: a private offer, or what was paid.
  std::optional<Coefficient<UsdPerSecond>> price;
};

template <class Archive>
void visit(Archive& a, Purchase& s) {
  a.object("purchase", "How the nodes are bought. A word is the mode without further terms.");
  a.field("mode", s.mode, {.doc = "Kind of contract", .required = true});
  a.field("days", s.days,
          {.doc = "Capacity block, training plan: days booked; absent: as many as the forecast's "
                  "p90 needs",
           .min = 1});
  a.field("gap", s.gap,
          {.doc = "Capacity block, training plan: wait for the next one when the days are over; "
                  "absent: extended by the day",
           .min = 0});
  a.field("term", s.term, {.doc = "Savings plan: length of the commitment; absent: one year"});
  a.field("unused", s.unused,
          {.doc = "Savings plan: the term beyond the run is charged to it, or used by other work; "
                  "absent: charged"});
  a.field("quota", s.quota, {.doc = "Capacity block, training plan: this account's limits"});
  a.field("price", s.price, {.doc = "Price of one node instead of the list's", .min = 0});
}

template <>
inline constexpr auto kShortForm<Purchase> = &Purchase::mode;

}  // namespace sextant
