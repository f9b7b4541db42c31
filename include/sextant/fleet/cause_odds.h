#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sextant/fleet/failure_profile.h"
#include "sextant/kernel/random_stream.h"

namespace sextant {

/// Draws a cause from a list by its weights. An empty list has one nameless cause.
class CauseOdds {
 public:
  /// The weights must not all be zero.
  explicit CauseOdds(const std::vector<FailureCause>& causes);

  std::size_t size() const { return up_to_.size(); }
  /// Index of a cause, by one draw.
  std::size_t draw(RandomStream& stream) const;

 private:
  std::vector<double> up_to_;  ///< cumulated weights, the last is their sum
};

/// Names of what can interrupt a job, in the order in which it counts them: the profile's causes,
/// then its job's; "node" and "job" for a list without causes.
std::vector<std::string> interruption_names(const FailureProfile& profile);

}  // namespace sextant
