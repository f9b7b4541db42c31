#pragma once

#include "src/plan/forecast.h"
#include "src/plan/replica.h"

namespace sextant::plan {

/// Cost and bill, where there is a price.
void add_money(const ForecastInputs& inputs, const Replicas& replicas, Forecast& result);

/// Energy and emissions, where there are a power curve and a region.
void add_energy(const ForecastInputs& inputs, const Replicas& replicas, Forecast& result);

}  // namespace sextant::plan
