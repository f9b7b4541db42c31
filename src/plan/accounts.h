#pragma once

#include "src/plan/forecast.h"
#include "src/plan/replica.h"

namespace sextant::plan {

/// How long the nodes are booked, and into how many jobs the run is cut.
void add_bookings(const ForecastInputs& inputs, const Replicas& replicas, Forecast& result);

/// Cost and bill, where there is a tariff. Needs the bookings.
void add_money(const ForecastInputs& inputs, const Replicas& replicas, Forecast& result);

/// Energy, water and emissions, where there are a power curve and a region.
void add_energy(const ForecastInputs& inputs, const Replicas& replicas, Forecast& result);

}  // namespace sextant::plan
