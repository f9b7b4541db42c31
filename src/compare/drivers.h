#pragma once

#include <string>
#include <vector>

#include "src/plan/plan.h"

namespace sextant::compare {

/// What a driver belongs to.
enum class DriverKind {
  kSteps,     ///< there are more or fewer of them
  kStepPart,  ///< a part of the step takes more or less time
  kPace,      ///< steps take another time than forecast: the spread of the forecast's errors
  kState,     ///< time of the job beside the training that it keeps
  kNodePrice,
  kNodes,
  kHours,
  kOtherCost  ///< stores, requests, services
};

/// One of the summands of a difference.
struct Driver {
  DriverKind kind{};
  std::string name;  ///< of the part or state, as in the documents; else of the kind
  double amount = 0;
};

/// Why one run takes longer than the other, in seconds: summands of the difference of the mean wall
/// times. A part's time over the run is steps · time per step; half of the product's mixed term
/// goes to each factor. Where a phase has a duration instead of work, its training is one summand.
std::vector<Driver> time_drivers(const plan::PlanResult& run, const plan::PlanResult& other);

/// Why one run costs more than the other, in USD: summands of the difference of the mean costs.
/// What nodes cost is price per node-hour · nodes · hours, of which each factor has its Shapley
/// value: the mean, over the orders in which the three can change, of what its change does. The
/// price is that which the mean bill comes to, with what is booked and not used. Empty where one
/// has no cost.
std::vector<Driver> cost_drivers(const plan::PlanResult& run, const plan::PlanResult& other);

}  // namespace sextant::compare
