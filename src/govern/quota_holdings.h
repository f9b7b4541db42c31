#pragma once

#include <cstdint>
#include <vector>

#include "sextant/governance/governance.h"

namespace sextant::govern {

/// Who holds how much quota at the moment, and how much of it is beyond the nominal quota of its
/// queue. Windows raise nominal quota from one time to another.
class QuotaHoldings {
 public:
  struct Held {  ///< units
    std::int64_t own = 0;
    std::int64_t borrowed = 0;
  };

  /// `inputs` outlives it.
  explicit QuotaHoldings(const GovernanceInputs& inputs);

  /// In the order of time.
  void add(const QuotaChange& change);
  /// What a queue holds of a flavor beyond its nominal quota, after the last change.
  std::int64_t borrowed(QueueIndex queue, FlavorIndex flavor) const;
  /// What a team holds in the flavors whose unit is counted; teams of one queue borrow in
  /// proportion to what they hold.
  Held of(TeamIndex team) const;

 private:
  std::size_t account_of(QueueIndex queue, FlavorIndex flavor) const;
  std::int64_t nominal(QueueIndex queue, FlavorIndex flavor) const;

  const GovernanceInputs& inputs_;
  std::size_t flavors_;
  std::vector<char> counted_;                 ///< by flavor
  std::vector<std::int64_t> window_;          ///< units that each window adds
  std::vector<std::int64_t> nominal_, held_;  ///< by queue and flavor
  std::vector<std::int64_t> team_held_;       ///< by team and flavor
  std::int64_t now_ns_ = 0;
};

}  // namespace sextant::govern
