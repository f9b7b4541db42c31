#include "src/govern/fairness.h"

#include "src/govern/units.h"

namespace sextant::govern {

Entitlement entitlement_kind(const GovernanceInputs& inputs) {
  bool quota = true, weight = true;
  for (const GovernedTeam& team : inputs.teams) {
    const AdmissionQueue& queue = inputs.policy.queues[static_cast<std::size_t>(team.queue)];
    quota = quota && nominal_units(inputs, queue) > 0;
    weight = weight && queue.fair_weight > 0;
  }
  if (quota) return Entitlement::kNominalQuota;
  return weight ? Entitlement::kWeight : Entitlement::kEqual;
}

std::vector<double> entitlements(const GovernanceInputs& inputs) {
  const Entitlement kind = entitlement_kind(inputs);
  std::vector<int> sharing(inputs.policy.queues.size());
  for (const GovernedTeam& team : inputs.teams) ++sharing[static_cast<std::size_t>(team.queue)];
  std::vector<double> result;
  for (const GovernedTeam& team : inputs.teams) {
    const AdmissionQueue& queue = inputs.policy.queues[static_cast<std::size_t>(team.queue)];
    const double entitled = kind == Entitlement::kNominalQuota
                                ? static_cast<double>(nominal_units(inputs, queue))
                                : queue.fair_weight;
    result.push_back(
        kind == Entitlement::kEqual ? 1 : entitled / sharing[static_cast<std::size_t>(team.queue)]);
  }
  return result;
}

double jain_index(const std::vector<double>& x) {
  double sum = 0, squares = 0;
  for (const double each : x) {
    sum += each;
    squares += each * each;
  }
  return squares > 0 ? sum * sum / (static_cast<double>(x.size()) * squares) : 1;
}

}  // namespace sextant::govern
