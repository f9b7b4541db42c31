#pragma once

#include <span>
#include <vector>

#include "sextant/cluster/usage.h"
#include "sextant/kernel/digest.h"
#include "sextant/kernel/sim_time.h"

namespace sextant {

/// What one job reports, on its way to the accounts: says whose it is, and takes a fingerprint in
/// which times count from the job's beginning.
class JobUsage final : public UsageSink {
 public:
  /// The sink outlives this.
  JobUsage(UsageSink& sink, UsageOwner owner) : sink_(sink), owner_(owner) {}

  void set_origin(SimTime origin) { origin_ns_ = origin.ns(); }
  const Digest& digest() const { return digest_; }

  void add(const UsageInterval& interval) override {
    note(interval);
    UsageInterval owned = interval;
    owned.owner = owner_;
    sink_.add(owned);
  }
  void add_repeated(std::span<const UsageInterval> cycle, std::int64_t period_ns,
                    std::int64_t times) override {
    for (const UsageInterval& interval : cycle) note(interval);
    digest_.add(times);
    owned_.assign(cycle.begin(), cycle.end());
    for (UsageInterval& interval : owned_) interval.owner = owner_;
    sink_.add_repeated(owned_, period_ns, times);
  }

 private:
  void note(const UsageInterval& interval) {
    digest_.add(static_cast<std::uint64_t>(interval.state));
    digest_.add(interval.from_ns - origin_ns_);
    digest_.add(interval.to_ns - origin_ns_);
    digest_.add(interval.nodes);
  }

  UsageSink& sink_;
  UsageOwner owner_;
  std::int64_t origin_ns_ = 0;
  Digest digest_;
  std::vector<UsageInterval> owned_;  ///< kept for its memory
};

}  // namespace sextant
