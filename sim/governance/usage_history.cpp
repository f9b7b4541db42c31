#include "sim/governance/usage_history.h"

#include <limits>

#include "sextant/kernel/portable_math.h"

namespace sextant::kueue {

UsageHistory::UsageHistory(const AdmissionPolicy& policy)
    : enabled_(policy.admission_fair_sharing.has_value()) {
  if (!enabled_) return;
  const AdmissionFairSharing& sharing = *policy.admission_fair_sharing;
  half_life_s_ = sharing.usage_half_life.si();
  interval_ = SimDuration::rounded(sharing.sampling_interval);
  resource_weights_.assign(policy.resources.size(), 1);
  for (const auto& [resource, weight] : sharing.resource_weights) {
    resource_weights_[static_cast<std::size_t>(resource)] = weight;
  }
  for (const std::string& resource : policy.resources) {
    unit_.push_back(resource == "cpu" ? 1e-3 : 1);
  }
  for (const LocalQueue& queue : policy.local_queues) {
    const std::vector<double> none(policy.resources.size(), 0);
    accounts_.push_back({.weight = queue.fair_weight, .used = none, .current = none});
  }
}

double UsageHistory::usage(std::int32_t local_queue) const {
  if (!enabled_ || local_queue < 0) return 0;
  const Account& account = accounts_[static_cast<std::size_t>(local_queue)];
  if (account.weight <= 0) return std::numeric_limits<double>::infinity();
  double sum = 0;
  for (std::size_t i = 0; i < account.used.size(); ++i) {
    sum += resource_weights_[i] * account.used[i];
  }
  return sum / account.weight;
}

double UsageHistory::faded(SimDuration time) const {
  if (half_life_s_ <= 0) return 0;
  return 1 - portable_pow(0.5, time.seconds().si() / half_life_s_);
}

void UsageHistory::decay(Account& account, SimTime now) {
  const double alpha = faded(now - account.updated);
  for (std::size_t i = 0; i < account.used.size(); ++i) {
    account.used[i] =
        half_life_s_ <= 0 ? 0 : account.used[i] * (1 - alpha) + account.current[i] * alpha;
  }
  account.updated = now;
}

bool UsageHistory::sample(SimTime now) {
  bool changed = false;
  for (Account& account : accounts_) {
    if (interval_ <= SimDuration() || now < account.updated + interval_) continue;
    const std::int64_t samples = (now - account.updated).ns() / interval_.ns();
    const std::vector<double> before = account.used;
    decay(account, account.updated + samples * interval_);
    if (before != account.used) changed = true;
  }
  return changed;
}

SimTime UsageHistory::next_sample() const {
  SimTime next = SimTime::never();
  if (interval_ <= SimDuration()) return next;
  for (const Account& account : accounts_) next = std::min(next, account.updated + interval_);
  return next;
}

void UsageHistory::admit(std::int32_t local_queue, const QuotaTree& tree, const QuotaUsage& usage,
                         SimTime now) {
  if (!enabled_ || local_queue < 0) return;
  sample(now);
  Account& account = accounts_[static_cast<std::size_t>(local_queue)];
  const double entry = faded(interval_);
  for (const QuotaUse& use : usage) {
    const std::size_t resource = static_cast<std::size_t>(tree.resource_of(use.of));
    account.current[resource] += static_cast<double>(use.amount) * unit_[resource];
  }
  decay(account, now);
  for (const QuotaUse& use : usage) {
    const std::size_t resource = static_cast<std::size_t>(tree.resource_of(use.of));
    account.used[resource] += entry * static_cast<double>(use.amount) * unit_[resource];
  }
}

void UsageHistory::release(std::int32_t local_queue, const QuotaTree& tree, const QuotaUsage& usage,
                           SimTime now) {
  if (!enabled_ || local_queue < 0) return;
  sample(now);
  Account& account = accounts_[static_cast<std::size_t>(local_queue)];
  for (const QuotaUse& use : usage) {
    const std::size_t resource = static_cast<std::size_t>(tree.resource_of(use.of));
    account.current[resource] -= static_cast<double>(use.amount) * unit_[resource];
  }
}

}  // namespace sextant::kueue
