#include <fmt/format.h>

#include <cstdint>

#include "src/io/quantity_text.h"
#include "src/plan/purchase.h"
#include "src/plan/storage_use.h"

namespace sextant::plan {
namespace {

using scenario::Scenario;

std::string spot_price_note(const Scenario& scenario) {
  const auto price = node_price_of(scenario);
  if (!price || !price->range) return "";
  return fmt::format(" The price moves between {:.2f} and {:.2f} USD/h a node.",
                     ((*price->range)[0] * kHour).si(), ((*price->range)[1] * kHour).si());
}

void spot(const Scenario& scenario, std::vector<std::string>& notes) {
  if (scenario.purchase.mode != PurchaseMode::kSpot) return;
  const SpotReclaims reclaims = scenario.fleet.spot.value_or(SpotReclaims{});
  notes.push_back(fmt::format(
      "spot: each node is taken back once in {} in the mean, with {} of notice, and "
      "comes again after {}{}.{}",
      io::format_quantity(reclaims.node_life.value), io::format_quantity(reclaims.notice.value),
      io::format_quantity(reclaims.returns.value),
      scenario.fleet.spot ? "" : ": nobody publishes how often, these are assumptions",
      spot_price_note(scenario)));
}

/// "4 x 64 + 8 + 2": blocks and plans come in powers of two.
std::string sizes(std::int64_t instances, std::int64_t largest) {
  std::string text;
  const std::int64_t full = instances / largest;
  if (full > 0) text = full > 1 ? fmt::format("{} x {}", full, largest) : fmt::to_string(largest);
  std::int64_t rest = instances % largest;
  for (std::int64_t size = std::int64_t{1} << 30; size > 0; size /= 2) {
    if (rest < size) continue;
    text += fmt::format("{}{}", text.empty() ? "" : " + ", size);
    rest -= size;
  }
  return text;
}

void booking(const Scenario& scenario, const Forecast& forecast, std::vector<std::string>& notes) {
  if (!forecast.booked) return;
  const BookingPlan plan = *booking_of(scenario.purchase);
  const bool block = scenario.purchase.mode == PurchaseMode::kCapacityBlock;
  notes.push_back(
      fmt::format("{}: {} days, {}, paid upfront in full ({} instances){}",
                  booking_word(scenario.purchase.mode), forecast.booked->days,
                  scenario.purchase.days ? "as asked" : "enough for the p90",
                  sizes(rented_nodes(scenario), plan.rules.instances_per_booking.value),
                  block ? "; instances of different blocks need not be near each other" : ""));
  if (scenario.purchase.gap && forecast.terms) {
    notes.push_back(fmt::format("{:.0f} such bookings ({:.0f} .. {:.0f}), {} from one to the next",
                                forecast.terms->p50, forecast.terms->p10, forecast.terms->p90,
                                io::format_quantity(*scenario.purchase.gap)));
  } else if (forecast.booked->overrun > 0) {
    notes.push_back(
        fmt::format("{:.1f} % of the runs outlast the booking: their cost has whole "
                    "days more, which nobody promises to sell",
                    100.0 * forecast.booked->overrun));
  }
}

void commitment(const Scenario& scenario, std::vector<std::string>& notes) {
  if (scenario.purchase.mode != PurchaseMode::kSavingsPlan) return;
  const char* years =
      scenario.purchase.term == SavingsTerm::kThreeYears ? "three years" : "one year";
  const bool elsewhere = scenario.purchase.unused == UnusedTerm::kUsedElsewhere;
  notes.push_back(fmt::format("savings plan: a commitment for {}; what lies beyond the run {}",
                              years,
                              elsewhere ? "is assumed to serve other work"
                                        : "is in the bill (\"unused\": \"used_elsewhere\" leaves "
                                          "it out)"));
}

void jobs(const Scenario& scenario, const Forecast& forecast, std::vector<std::string>& notes) {
  const auto rules = scenario.platform.job_rules();
  if (!rules || !forecast.terms || forecast.terms->p90 <= 1) return;
  notes.push_back(fmt::format(
      "a chain of {:.0f} training jobs ({:.0f} .. {:.0f}): each runs {} at "
      "most and takes {} to start",
      forecast.terms->p50, forecast.terms->p10, forecast.terms->p90,
      io::format_quantity(rules->longest_run.value), io::format_quantity(rules->start.value)));
}

/// What a bill should have and cannot.
void gaps(const Scenario& scenario, std::vector<std::string>& notes) {
  if (!scenario.prices || !scenario.cluster.region) return;
  std::vector<std::string> missing;
  const std::optional<StoredCheckpoints> stored = stored_checkpoints(scenario);
  if (!scenario.storage && !stored && !scenario.data) {
    missing.emplace_back("storage (the scenario names no store)");
  } else if (stored && !is_priced(scenario, stored->store)) {
    missing.push_back(fmt::format("{} (no price in this region)", stored->store));
  }
  const ServicePrices* services =
      (*scenario.prices)->find_services((*scenario.cluster.region)->name);
  if (scenario.platform.has_profiler() && !(services && services->profiler)) {
    missing.emplace_back("the profiler (no price in this region)");
  }
  if (scenario.platform.has_control_plane() && !(services && services->eks_cluster)) {
    missing.emplace_back("the control plane (no price in this region)");
  }
  if (scenario.storage && scenario.storage->crosses_zones() &&
      !(services && services->between_zones)) {
    missing.emplace_back("traffic between zones (no price in this region)");
  }
  if (!missing.empty()) {
    notes.push_back(fmt::format("not in the bill: {}", fmt::join(missing, ", ")));
  }
}

}  // namespace

std::vector<std::string> purchase_notes(const Scenario& scenario, const Forecast& forecast) {
  std::vector<std::string> notes;
  spot(scenario, notes);
  booking(scenario, forecast, notes);
  commitment(scenario, notes);
  jobs(scenario, forecast, notes);
  gaps(scenario, notes);
  return notes;
}

}  // namespace sextant::plan
