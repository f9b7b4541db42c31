#include "sim/campaign/store_writes.h"

#include "sextant/kernel/assert.h"
#include "sextant/kernel/distributions.h"

namespace sextant {

StoreWrites::StoreWrites(double failure, std::uint64_t seed, std::uint32_t replica)
    : failure_(failure) {
  SEXTANT_ASSERT(failure >= 0 && failure < 1, "writes fail with probability {}", failure);
  if (failure > 0) luck_.emplace(seed, "checkpoint.write", replica);
}

std::int64_t StoreWrites::tries(std::int64_t i) const {
  if (!can_fail()) return 1;
  RandomStream luck = luck_->of_entity(static_cast<std::uint32_t>(begun_ + i));
  std::int64_t tries = 1;
  while (draw_uniform(luck) < failure_) ++tries;
  return tries;
}

}  // namespace sextant
