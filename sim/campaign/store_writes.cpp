#include "sim/campaign/store_writes.h"

#include <string>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/distributions.h"

namespace sextant {

StoreWrites::StoreWrites(double failure, std::uint64_t seed, std::uint32_t replica,
                         std::uint32_t job) {
  const std::string name =
      job == 0 ? "checkpoint.write" : "checkpoint.write/" + std::to_string(job);
  luck_.emplace(seed, name, replica);
  set_failure(failure);
}

void StoreWrites::set_failure(double failure) {
  SEXTANT_ASSERT(failure >= 0 && failure < 1, "writes fail with probability {}", failure);
  failure_ = failure;
}

std::int64_t StoreWrites::tries(std::int64_t i) const {
  if (!can_fail()) return 1;
  RandomStream luck = luck_->of_entity(static_cast<std::uint32_t>(begun_ + i));
  std::int64_t tries = 1;
  while (draw_uniform(luck) < failure_) ++tries;
  return tries;
}

}  // namespace sextant
