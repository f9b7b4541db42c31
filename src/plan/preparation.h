#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"
#include "sextant/ledger/accounts.h"
#include "sextant/ledger/tariff.h"
#include "src/io/figures.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// What a fleet that prepares data is busy with most of the time.
enum class PreparationLimit {
  kProcessors,  ///< the work itself
  kNetwork,     ///< IP bandwidth of its machines
  kStore,       ///< bandwidth of a shared file system
  kRequests     ///< requests per second of the store's partitions
};

}  // namespace sextant::plan

namespace sextant {
template <>
struct EnumNames<plan::PreparationLimit> {
  static constexpr std::array table{std::pair{plan::PreparationLimit::kProcessors, "processors"},
                                    std::pair{plan::PreparationLimit::kNetwork, "network"},
                                    std::pair{plan::PreparationLimit::kStore, "store"},
                                    std::pair{plan::PreparationLimit::kRequests, "requests"}};
};
}  // namespace sextant

namespace sextant::plan {

/// The data prepared by one fleet.
struct PreparedData {
  std::string instance;
  int count = 1;
  Seconds time;  ///< start included
  Seconds work;  ///< of that, with all threads busy
  PreparationLimit limit = PreparationLimit::kProcessors;
  double gets = 0;
  double puts = 0;
  std::vector<LedgerItem> bill;  ///< empty without prices
  std::optional<Usd> cost;
  std::optional<Joules> energy;  ///< at the meter; absent without a region or the machines' power
  std::optional<Emissions> co2e;
};

/// What each fleet of the scenario's preparation takes, in their order; empty without one.
///   time = start + max(input / (count · threads · rate), input / (count · bandwidth),
///                      output / (count · bandwidth), requests / (rate · partitions), …)
/// Machines share nothing, so that twice as many take half the time; each reads and writes beside
/// its work. A partition per prefix, as after the store's first splits.
/// Energy: full power while they work, half where they wait for the store, idle while they start;
/// times PUE. Cost: on demand by the second, and the store's requests.
std::vector<PreparedData> prepare_data(const scenario::Scenario& scenario);

/// The sourced figures that go into it.
std::vector<io::Figure> preparation_figures(const scenario::Scenario& scenario);

}  // namespace sextant::plan
