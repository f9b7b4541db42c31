#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sextant/kernel/quantity.h"
#include "sextant/ledger/accounts.h"
#include "src/catalog/catalogue.h"
#include "src/endpoints/fleet.h"
#include "src/io/figures.h"
#include "src/run/parallel_for.h"

namespace sextant::endpoints {

/// What a year of 365 days takes. Absent: not known, for want of a price, a region or power.
struct YearlyAccount {
  double requests = 0;
  double instance_hours = 0;          ///< paid for: working, starting, standing by
  std::optional<UsdPerSecond> price;  ///< of one instance
  std::optional<Usd> cost;
  std::optional<Joules> energy;  ///< at the meter of the building
  std::optional<Emissions> co2e;
  std::optional<GramsCo2e> embodied;

  /// Of a year, for a million requests.
  template <class Quantity>
  Quantity per_million(Quantity year) const {
    return year * (1e6 / requests);
  }
};

/// One way to serve the load, worked out.
struct Answer {
  std::string name;
  std::optional<Fleet> fleet;  ///< absent: a service that is bought
  YearlyAccount year;

  bool meets() const { return !fleet || fleet->meets; }
};

struct EndpointsResult {
  scenario::EndpointsScenario scenario;
  double peak_per_s = 0;
  double mean_per_s = 0;
  std::vector<Answer> answers;      ///< in the scenario's order
  std::vector<io::Figure> figures;  ///< sourced, that went into it
  std::vector<catalog::UsedFile> files;
};

/// Sizes, simulates and accounts for every alternative.
///
/// A fixed fleet is paid for always, and draws the power of its load through the period; one that
/// follows its load as simulated: working instances at their mean load, others idle. Cost is on
/// demand or as the purchase says, by the second. Refused requests count as requests.
EndpointsResult serve(const scenario::EndpointsScenario& scenario,
                      const run::ParallelOptions& parallel = {});

}  // namespace sextant::endpoints
