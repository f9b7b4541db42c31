#include "sextant/ledger/usage_totals.h"

#include <numeric>

namespace sextant {

Seconds UsageTotals::node_time() const {
  return Seconds(1e-9 * std::accumulate(node_ns_.begin(), node_ns_.end(), 0.0));
}

Seconds UsageTotals::job_time() const {
  const std::int64_t ns = std::accumulate(job_ns_.begin(), job_ns_.end(), std::int64_t{0});
  return Seconds(1e-9 * static_cast<double>(ns));
}

double UsageTotals::ettr() const {
  const Seconds wall = job_time();
  return wall > Seconds(0) ? job_time(NodeState::kTraining) / wall : 0.0;
}

}  // namespace sextant
