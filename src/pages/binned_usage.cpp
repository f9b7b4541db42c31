#include "src/pages/binned_usage.h"

#include <algorithm>
#include <cmath>

#include "sextant/kernel/assert.h"

namespace sextant::pages {
namespace {

constexpr std::array kStopped{
    NodeState::kStarting,    NodeState::kDetecting,        NodeState::kDiagnosing,
    NodeState::kWaiting,     NodeState::kWaitingForPeople, NodeState::kSwapping,
    NodeState::kRestarting,  NodeState::kReconfiguring,    NodeState::kCompiling,
    NodeState::kLoadingData, NodeState::kRestoring,        NodeState::kMaintenance,
    NodeState::kReleased};

bool stops_training(NodeState state) {
  return std::find(kStopped.begin(), kStopped.end(), state) != kStopped.end();
}

std::int64_t bin_width(Seconds length, std::size_t bins) {
  const double ns = std::ceil(1e9 * length.si() / static_cast<double>(bins));
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(ns));
}

}  // namespace

BinnedUsage::BinnedUsage(Seconds length, std::size_t bins)
    : width_ns_(bin_width(length, bins)), bins_(bins) {
  SEXTANT_ASSERT(bins > 0, "no bins");
}

void BinnedUsage::add(const UsageInterval& interval) {
  if (interval.entity == kFleetEntity || interval.to_ns <= interval.from_ns) return;
  add_to_bins(interval);
  if (interval.from_ns > 0 && stops_training(interval.state)) stopped_.push_back(interval);
}

void BinnedUsage::add_to_bins(const UsageInterval& interval) {
  std::int64_t from = interval.from_ns;
  while (from < interval.to_ns) {
    const auto bin = std::min(bins_.size() - 1, static_cast<std::size_t>(from / width_ns_));
    const bool last = bin + 1 == bins_.size();
    const std::int64_t end = static_cast<std::int64_t>(bin + 1) * width_ns_;
    const std::int64_t to = last ? interval.to_ns : std::min(interval.to_ns, end);
    bins_[bin][static_cast<std::size_t>(interval.state)] += to - from;
    from = to;
  }
}

Seconds BinnedUsage::time(std::size_t bin, NodeState state) const {
  return Seconds(1e-9 * static_cast<double>(bins_[bin][static_cast<std::size_t>(state)]));
}

std::vector<Stop> BinnedUsage::stops() const {
  std::vector<UsageInterval> ordered = stopped_;
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return a.from_ns < b.from_ns; });
  std::vector<Stop> stops;
  for (const UsageInterval& interval : ordered) {
    if (stops.empty() || stops.back().to_ns != interval.from_ns) {
      stops.push_back({.from_ns = interval.from_ns, .to_ns = interval.from_ns, .state_ns = {}});
    }
    stops.back().to_ns = interval.to_ns;
    stops.back().state_ns[static_cast<std::size_t>(interval.state)] +=
        interval.to_ns - interval.from_ns;
  }
  return stops;
}

}  // namespace sextant::pages
