#include "src/plan/preparation.h"

#include <algorithm>
#include <cmath>

#include "sextant/cluster/network_cards.h"
#include "sextant/ledger/power.h"
#include "sextant/ledger/usage_totals.h"
#include "sextant/storage/data_loading.h"

namespace sextant::plan {
namespace {

using scenario::Preparation;
using scenario::PreparationFleet;
using scenario::Scenario;

/// Forecasts one fleet.
class Fleet {
 public:
  Fleet(const Scenario& scenario, const PreparationFleet& fleet)
      : s_(scenario), preparation_(*scenario.preparation), fleet_(fleet) {}

  PreparedData result() {
    result_.instance = fleet_.instance->name;
    result_.count = fleet_.count;
    count_requests();
    work();
    network();
    if (preparation_.store) store(*s_.find_store(*preparation_.store));
    result_.time += fleet_.start.value;
    money();
    energy_and_emissions();
    return std::move(result_);
  }

 private:
  Bytes output() const { return preparation_.output.value_or(preparation_.input); }
  void see(PreparationLimit limit, Seconds time);
  void count_requests();
  void work();
  void network();
  void store(const StorageSystem& store);
  void money();
  void requests_bill(const std::string& region);
  UsageTotals usage() const;
  void energy_and_emissions();

  const Scenario& s_;
  const Preparation& preparation_;
  const PreparationFleet& fleet_;
  PreparedData result_;
};

void Fleet::see(PreparationLimit limit, Seconds time) {
  if (time <= result_.time) return;
  result_.time = time;
  result_.limit = limit;
}

void Fleet::count_requests() {
  const double parts = std::ceil(preparation_.file_size / preparation_.requests.part);
  const auto files = [&](Bytes size) { return std::ceil(size / preparation_.file_size); };
  result_.gets = files(preparation_.input) * parts;
  result_.puts = files(output()) * static_cast<double>(puts_of(std::llround(parts)));
}

void Fleet::work() {
  const double threads = fleet_.count * static_cast<double>(fleet_.instance->host->vcpus);
  result_.work = preparation_.input / (threads * fleet_.rate.value);
  see(PreparationLimit::kProcessors, result_.work);
}

void Fleet::network() {
  const BytesPerSecond each = NetworkCards(*fleet_.instance).ip_limit();
  if (!std::isfinite(each.si())) return;
  see(PreparationLimit::kNetwork, std::max(preparation_.input, output()) / (fleet_.count * each));
}

void Fleet::store(const StorageSystem& store) {
  if (store.file_system) {
    const FileClients clients{.nodes = fleet_.count, .node_bandwidth = {}, .efa = false};
    const auto moved = [&](TransferDirection direction, Bytes size) {
      see(PreparationLimit::kStore,
          file_transfer_time(*store.file_system, direction, size, clients));
    };
    moved(TransferDirection::kRead, preparation_.input);
    moved(TransferDirection::kWrite, output());
    result_.gets = result_.puts = 0;
    return;
  }
  const auto partitions = static_cast<double>(stream_partitions(preparation_.requests));
  see(PreparationLimit::kRequests,
      Seconds(result_.gets / (partitions * store.object_store->get_rate.value)));
  see(PreparationLimit::kRequests,
      Seconds(result_.puts / (partitions * store.object_store->put_rate.value)));
}

void Fleet::requests_bill(const std::string& region) {
  if (!preparation_.store) return;
  const StorageSystem& store = *s_.find_store(*preparation_.store);
  const StoragePrice* price = (*s_.prices)->find_store(store.price_name(), region);
  if (price == nullptr) return;
  const auto add = [&](const char* item, double number,
                       const std::optional<Coefficient<Usd>>& each) {
    if (!each || number == 0) return;
    result_.bill.push_back({.item = item,
                            .quantity = number / 1e3,
                            .unit = "k-request",
                            .unit_price_usd = 1e3 * each->value.si(),
                            .usd = number * each->value.si()});
  };
  add("GET requests", result_.gets, price->get);
  add("PUT requests", result_.puts, price->put);
}

void Fleet::money() {
  if (!s_.prices || !s_.cluster.region) return;
  const std::string& region = (*s_.cluster.region)->name;
  const InstancePrice* list = (*s_.prices)->find(fleet_.instance->name, region);
  std::optional<UsdPerSecond> price;
  if (list && list->on_demand) price = list->on_demand->value;
  if (fleet_.price) price = fleet_.price->value;
  if (!price) return;
  const double hours = fleet_.count * (result_.time / kHour);
  const double hourly = (*price * kHour).si();
  result_.bill.push_back({.item = result_.instance,
                          .quantity = hours,
                          .unit = "instance-hour",
                          .unit_price_usd = hourly,
                          .usd = hours * hourly});
  requests_bill(region);
  result_.cost = total(result_.bill);
}

UsageTotals Fleet::usage() const {
  UsageTotals usage;
  std::int64_t now_ns = 0;
  const auto spend = [&](NodeState state, Seconds time) {
    const std::int64_t end_ns = now_ns + std::llround(1e9 * time.si());
    usage.add({.state = state, .from_ns = now_ns, .to_ns = end_ns, .nodes = fleet_.count});
    now_ns = end_ns;
  };
  spend(NodeState::kStarting, fleet_.start.value);
  spend(NodeState::kTraining, result_.work);
  spend(NodeState::kWaitingForData, result_.time - fleet_.start.value - result_.work);
  return usage;
}

void Fleet::energy_and_emissions() {
  if (!s_.cluster.region || !fleet_.instance->power) return;
  const Region& region = **s_.cluster.region;
  result_.energy = energy(usage(), *fleet_.instance->power, region.pue);
  if (region.factor(s_.cluster.grid_factors) == nullptr) return;
  result_.co2e = emissions(*result_.energy, region, s_.cluster.grid_factors);
}

}  // namespace

std::vector<PreparedData> prepare_data(const Scenario& scenario) {
  std::vector<PreparedData> prepared;
  if (!scenario.preparation) return prepared;
  for (const PreparationFleet& fleet : scenario.preparation->fleets) {
    prepared.push_back(Fleet(scenario, fleet).result());
  }
  return prepared;
}

std::vector<io::Figure> preparation_figures(const Scenario& scenario) {
  std::vector<io::Figure> figures;
  if (!scenario.preparation) return figures;
  for (io::Figure& figure : io::figures_of(*scenario.preparation, "preparation.")) {
    if (figure.sourced) figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace sextant::plan
