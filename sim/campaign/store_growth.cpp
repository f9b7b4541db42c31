#include "sim/campaign/store_growth.h"

#include <algorithm>
#include <cmath>

#include "sextant/kernel/distributions.h"
#include "sextant/kernel/random_stream.h"

namespace sextant {

StoreGrowth::StoreGrowth(const CampaignInputs& inputs, std::uint64_t seed, std::uint32_t replica,
                         std::uint32_t job) {
  if (!inputs.split_after) return;
  split_after_ = inputs.split_after->value;
  if (const auto& range = inputs.split_after->range) {
    RandomStream luck(seed, "checkpoint.split", replica, job);
    split_after_ = (*range)[0] + draw_uniform(luck) * ((*range)[1] - (*range)[0]);
  }
}

const CheckpointCosts& StoreGrowth::costs(const CampaignPhase& phase) const {
  return can_split(phase) ? phase.growing[level_] : phase.checkpoint;
}

std::optional<std::int64_t> StoreGrowth::writes_until_split(const CampaignPhase& phase) const {
  if (!can_split(phase)) return std::nullopt;
  const Seconds each = costs(phase).saved.overloaded;
  if (each <= Seconds(0)) return std::nullopt;
  const double writes = std::ceil((split_after_ - overloaded_) / each);
  return static_cast<std::int64_t>(std::clamp(writes, 1.0, 1e15));
}

void StoreGrowth::write(const CampaignPhase& phase, std::int64_t begun, std::int64_t durable) {
  const StoreMove& move = costs(phase).saved;
  const auto times = static_cast<double>(begun);
  traffic_.writes += begun;
  traffic_.durable += durable;
  traffic_.written += times * move.size;
  traffic_.puts += times * move.puts;
  traffic_.refused += times * move.refused;
  overload(phase, times * move.overloaded);
}

void StoreGrowth::restore(const CampaignPhase& phase) {
  const StoreMove& move = costs(phase).restored;
  ++traffic_.restores;
  traffic_.read += move.size;
  traffic_.gets += move.gets;
  traffic_.refused += move.refused;
  overload(phase, move.overloaded);
}

void StoreGrowth::overload(const CampaignPhase& phase, Seconds time) {
  overloaded_ += time;
  if (!can_split(phase) || overloaded_ < split_after_) return;
  overloaded_ = Seconds(0);
  ++level_;
}

}  // namespace sextant
