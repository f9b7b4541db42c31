#pragma once

#include <vector>

#include "sextant/governance/governance.h"

namespace sextant::govern {

/// What teams are entitled to, for Jain's index.
enum class Entitlement { kNominalQuota, kWeight, kEqual };
/// Nominal quota if every team has some, else fair-share weights if all have one, else equal.
Entitlement entitlement_kind(const GovernanceInputs& inputs);
/// Of every team, in units or weights: queues that teams share are split evenly.
std::vector<double> entitlements(const GovernanceInputs& inputs);

/// Jain's index (Jain, Chiu and Hawe, 1984) (Σ x)² / (n Σ x²); 1 where all are 0.
double jain_index(const std::vector<double>& x);

}  // namespace sextant::govern
