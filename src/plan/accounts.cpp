#include "src/plan/accounts.h"

#include <algorithm>

#include "sextant/kernel/distributions.h"
#include "sextant/kernel/uncertain.h"
#include "sextant/ledger/accounts.h"

namespace sextant::plan {
namespace {

using Bill = std::vector<LedgerItem>;

/// The tariff with the booking that the forecast asks for. What outlasts it is booked by the day:
/// a block can be extended, though nobody promises that there is room. Where the run waits for the
/// next block instead, each is booked whole.
Tariff tariff_of(const ForecastInputs& inputs, const Forecast& forecast) {
  Tariff tariff = *inputs.tariff;
  if (forecast.booked) {
    const Seconds booked = forecast.booked->days * kDay;
    tariff.booking = Booking{.booked = booked, .extension = inputs.campaign.term ? booked : kDay};
  }
  return tariff;
}

/// Absent where the plan names no target, so that requests are not known.
std::optional<BilledTraffic> traffic_of(const ForecastInputs& inputs, const StoreTraffic& store) {
  if (!counts_requests(inputs.campaign)) return std::nullopt;
  return BilledTraffic{
      .written = store.written, .read = store.read, .puts = store.puts, .gets = store.gets};
}

std::vector<Bill> bills_of(const ForecastInputs& inputs, const Replicas& replicas,
                           const Tariff& tariff) {
  std::vector<Bill> bills;
  bills.reserve(replicas.size());
  for (const Replica& replica : replicas) {
    const BilledRun run{
        .usage = replica.usage,
        .checkpoints = replica.result.checkpoints,
        .restores = replica.result.total_interruptions() + replica.result.terms - 1,
        .traffic = traffic_of(inputs, replica.result.store),
    };
    bills.push_back(bill(run, tariff));
  }
  return bills;
}

/// Line by line: all bills under one tariff have the same lines.
Bill mean_bill(const std::vector<Bill>& bills) {
  Bill mean = bills.front();
  for (std::size_t line = 0; line < mean.size(); ++line) {
    double quantity = 0, usd = 0;
    for (const Bill& bill : bills) {
      quantity += bill[line].quantity;
      usd += bill[line].usd;
    }
    mean[line].quantity = quantity / static_cast<double>(bills.size());
    mean[line].usd = usd / static_cast<double>(bills.size());
  }
  return mean;
}

/// What the nodes of a replica turn out to draw, idle and busy with the same score.
PowerCurve drawn_curve(const ForecastInputs& inputs, std::size_t replica) {
  RandomStream stream(inputs.seed, "plan.power", static_cast<std::uint32_t>(replica));
  const double score = draw_normal(stream);
  PowerCurve curve = *inputs.power;
  for (auto* power : {&curve.idle, &curve.half, &curve.full})
    power->value = at_score(*power, score);
  return curve;
}

using Energies = std::vector<EnergyByState>;

Energies energies_of(const ForecastInputs& inputs, const Replicas& replicas) {
  Energies energies;
  energies.reserve(replicas.size());
  for (std::size_t i = 0; i < replicas.size(); ++i) {
    energies.push_back(
        energy_by_state(replicas[i].usage, drawn_curve(inputs, i), inputs.region->pue));
  }
  return energies;
}

template <class Quantity>
Sample sample_of(const Energies& energies, const Quantity& quantity) {
  Sample sample;
  for (const EnergyByState& energy : energies) sample.add(quantity(energy));
  return sample;
}

void add_energy_by_state(const Energies& energies, Forecast& result) {
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    const auto joules = [s = state](const EnergyByState& energy) {
      return energy[static_cast<std::size_t>(s)].si();
    };
    result.energy_by_state_j.emplace_back(name, sample_of(energies, joules).summary());
  }
}

}  // namespace

void add_bookings(const ForecastInputs& inputs, const Replicas& replicas, Forecast& result) {
  if (inputs.campaign.term) {
    result.terms =
        summary_of(replicas, [](const Replica& r) { return static_cast<double>(r.result.terms); });
  }
  if (!inputs.booking) return;
  const BookingPlan& plan = *inputs.booking;
  const int days = plan.days_for(Seconds(result.wall_time_s.p90));
  const Seconds usable = days * kDay - plan.rules.early_end.value;
  const auto late = std::count_if(replicas.begin(), replicas.end(),
                                  [&](const Replica& r) { return r.result.wall_time > usable; });
  result.booked = {days, static_cast<double>(late) / static_cast<double>(replicas.size())};
}

void add_money(const ForecastInputs& inputs, const Replicas& replicas, Forecast& result) {
  if (!inputs.tariff) return;
  const std::vector<Bill> bills = bills_of(inputs, replicas, tariff_of(inputs, result));
  Sample& cost = result.samples.cost_usd.emplace();
  for (const Bill& bill : bills) cost.add(total(bill).si());
  result.cost_usd = cost.summary();
  result.ledger = mean_bill(bills);
}

void add_energy(const ForecastInputs& inputs, const Replicas& replicas, Forecast& result) {
  if (inputs.embodied) {
    result.embodied_kg = summary_of(replicas, [&](const Replica& r) {
      return 1e-3 * embodied_emissions(r.usage, *inputs.embodied).si();
    });
  }
  if (!inputs.power || !inputs.region) return;
  const Region& region = *inputs.region;
  const Energies energies = energies_of(inputs, replicas);
  const auto joules = [](const EnergyByState& energy) { return total(energy).si(); };
  result.samples.energy_j = sample_of(energies, joules);
  result.energy_j = result.samples.energy_j->summary();
  add_energy_by_state(energies, result);
  if (region.wue) {
    const auto litres = [&](const EnergyByState& energy) {
      return water_litres(total(energy), region.pue, *region.wue);
    };
    result.water_l = sample_of(energies, litres).summary();
  }
  if (region.factor(inputs.grid_factor_set) == nullptr) return;
  const auto kilograms = [&](GramsCo2e Emissions::*method) {
    const auto emitted = [&](const EnergyByState& energy) {
      return 1e-3 * (emissions(total(energy), region, inputs.grid_factor_set).*method).si();
    };
    return sample_of(energies, emitted).summary();
  };
  result.co2e_kg = {kilograms(&Emissions::location), kilograms(&Emissions::market)};
}

}  // namespace sextant::plan
