#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sextant/ledger/purchase.h"
#include "sextant/ledger/tariff.h"
#include "src/plan/data.h"
#include "src/plan/forecast.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// Nodes of the job and spares: all are rented.
std::int64_t rented_nodes(const scenario::Scenario& scenario);

/// Whether the mode reserves whole days, paid upfront.
bool is_booked(PurchaseMode mode);

/// What people call such a reservation: "capacity block", "training plan".
std::string booking_word(PurchaseMode mode);

/// The rules of the purchase's bookings, with this account's quota.
BookingRules booking_rules(const Purchase& purchase);

/// The list's prices of the scenario's instance in its region; null where there are none.
const InstancePrice* price_of(const scenario::Scenario& scenario);

/// Whether the list has a price of this store in the scenario's region.
bool is_priced(const scenario::Scenario& scenario, const std::string& store);

/// What one node costs by the second, before the platform's premium. Absent without prices.
std::optional<Coefficient<UsdPerSecond>> node_price_of(const scenario::Scenario& scenario);

/// What SageMaker asks on top, as a ratio. Absent on other platforms, and where the price has it
/// in it: training plans, and a price that the scenario gives.
std::optional<Coefficient<double>> premium_of(const scenario::Scenario& scenario);

/// @throws InfeasiblePlan where the platform or the purchase cannot deliver the cluster, with what
/// could: wrong market for the platform, not sold so, too many instances, days that nobody books.
void require_purchase(const scenario::Scenario& scenario);

/// Everything that the run is charged for. Absent without prices. `checkpoint` is the size of one;
/// `data` are billed where they lie and by request, unless the scenario's storage says otherwise.
std::optional<Tariff> tariff_of(const scenario::Scenario& scenario, Bytes checkpoint,
                                const std::optional<PlannedData>& data);

/// The capacity block or training plan to be booked. Absent in other modes.
std::optional<BookingPlan> booking_of(const Purchase& purchase);

/// @throws InfeasiblePlan if the booking is too short: more than half of the runs would be cut
/// off, or no booking is long enough for the p90 of the run.
void require_booking(const scenario::Scenario& scenario, const Forecast& forecast);

/// What a reader of the forecast must know of the purchase, one sentence each.
std::vector<std::string> purchase_notes(const scenario::Scenario& scenario,
                                        const Forecast& forecast);

}  // namespace sextant::plan
