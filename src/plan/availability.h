#pragma once

#include "src/plan/forecast.h"
#include "src/plan/replica.h"

namespace sextant::plan {

/// The wall time by goodput bucket, and what is known of the availability in closed form.
void add_availability(const ForecastInputs& inputs, const Replicas& replicas, Forecast& result);

}  // namespace sextant::plan
