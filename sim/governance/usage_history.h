#pragma once

#include <vector>

#include "sextant/governance/admission_policy.h"
#include "sextant/governance/quota_tree.h"
#include "sextant/kernel/sim_time.h"

namespace sextant::kueue {

/// What local queues have used, decaying with a half-life (Kueue's admission fair sharing,
/// pkg/util/admissionfairsharing): after a time t, usage = 2^(-t/h) usage + (1 - 2^(-t/h)) current,
/// brought up to date every sampling interval and when one of its workloads is admitted, which also
/// costs it the share of its request that one interval would add.
class UsageHistory {
 public:
  explicit UsageHistory(const AdmissionPolicy& policy);

  bool enabled() const { return enabled_; }
  /// Per weight; higher comes later. 0 for -1, no local queue.
  double usage(std::int32_t local_queue) const;
  /// The samples until now. True if one changed what usage() says.
  bool sample(SimTime now);
  SimTime next_sample() const;

  void admit(std::int32_t local_queue, const QuotaTree& tree, const QuotaUsage& usage, SimTime now);
  void release(std::int32_t local_queue, const QuotaTree& tree, const QuotaUsage& usage,
               SimTime now);

 private:
  struct Account {
    double weight = 1;
    std::vector<double> used;     ///< decayed, by resource, in cores, bytes and pieces
    std::vector<double> current;  ///< held now
    SimTime updated{};
  };

  void decay(Account& account, SimTime now);
  double faded(SimDuration time) const;

  bool enabled_ = false;
  double half_life_s_ = 0;
  SimDuration interval_;
  std::vector<double> resource_weights_;
  std::vector<double> unit_;  ///< of a resource's Amount
  std::vector<Account> accounts_;
};

}  // namespace sextant::kueue
