#include "sextant/ledger/purchase.h"

#include <algorithm>
#include <cmath>

namespace sextant {

BookingRules capacity_block_rules() {
  const auto rule = [](auto value) {
    return Coefficient<decltype(value)>{value, "AWS, EC2 User Guide, Capacity Blocks for ML",
                                        "2025", Method::kDatasheet, std::nullopt};
  };
  return {.instances_per_booking = rule(64),
          .instances = rule(256),
          .daily_up_to = rule(14),
          .step = rule(7),
          .longest = rule(182),
          .early_end = rule(30.0 * kMinute)};
}

BookingRules training_plan_rules() {
  const auto rule = [](auto value) {
    return Coefficient<decltype(value)>{
        value, "AWS, SageMaker Developer Guide, Search training plan offerings", "2025",
        Method::kDatasheet, std::nullopt};
  };
  return {.instances_per_booking = rule(64),
          .instances = rule(64),
          .daily_up_to = rule(182),
          .step = rule(1),
          .longest = rule(182),
          .early_end = {30.0 * kMinute, "as capacity blocks", "2025", Method::kAssumed,
                        std::array{Seconds(0), kHour}}};
}

int shortest_booking(const BookingRules& rules, Seconds needed) {
  const double days = std::ceil((needed + rules.early_end.value) / kDay);
  const int whole = std::max(1, static_cast<int>(std::min(days, 1e6)));
  if (whole <= rules.daily_up_to) return whole;
  return (whole + rules.step - 1) / rules.step * rules.step;
}

bool bookable(const BookingRules& rules, int days) {
  if (days < 1 || days > rules.longest) return false;
  return days <= rules.daily_up_to || days % rules.step == 0;
}

}  // namespace sextant
