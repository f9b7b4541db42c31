#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "src/govern/govern.h"
#include "src/plan/difference.h"
#include "src/scenario/governance_scenario.h"

namespace sextant::govern {

enum class Dimension { kTime, kUnitHours, kMoney, kEnergy, kShare, kCount };

/// One quantity of two results on the same arrivals: means over replicas, and second less first.
struct ComparedQuantity {
  std::string name;  ///< "wait_s.mean"
  std::string team;  ///< empty: of the cluster
  Dimension dimension{};
  double first = 0;
  double second = 0;
  /// Replica i of both met the same luck: its ci95 is that of the mean of the differences, and is
  /// unbounded for one replica.
  plan::PairedDifference difference{};
};

struct Comparison {
  std::int64_t pairs = 0;
  bool exact = false;  ///< nothing is drawn at random: there is only one answer
  std::vector<ComparedQuantity> quantities;
};

/// Pairs the replicas of two results with one seed. Teams are those that both have.
Comparison compare(const GovernResult& first, const GovernResult& second);

/// The first job in which the arrivals of two scenarios differ, in one replica: name, team, time,
/// work and pods. Absent: they are the same. Reads both to the end, or to that of the simulation.
std::optional<std::string> difference_of_arrivals(const scenario::GovernanceScenario& first,
                                                  const scenario::GovernanceScenario& second,
                                                  std::int64_t replica);

/// Two scenarios do not have the same arrivals.
class DifferentArrivals : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// @throws DifferentArrivals if any replica's differ
void check_arrivals(const scenario::GovernanceScenario& first,
                    const scenario::GovernanceScenario& second);

}  // namespace sextant::govern
