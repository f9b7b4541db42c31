#include "src/plan/purchase.h"

#include <algorithm>

#include "src/plan/storage_use.h"

namespace sextant::plan {
namespace {

using scenario::Scenario;

constexpr Seconds kYear = 365.0 * kDay;

/// The price is there: a scenario whose stores have none is not billed for them.
StoreTariff store_tariff(const Scenario& scenario, const std::string& name, bool other_zone,
                         const std::optional<Bytes>& capacity, Bytes needed) {
  const std::string& region = (*scenario.cluster.region)->name;
  const StoragePrice& price = *(*scenario.prices)->find_store(name, region);
  StoreTariff store;
  store.store = name;
  store.capacity = price.capacity;
  if (price.put) store.put = *price.put;
  if (price.get) store.get = *price.get;
  if (price.upload) store.upload = *price.upload;
  if (price.retrieval) store.retrieval = *price.retrieval;
  if (price.provisioned) store.provisioned = capacity.value_or(needed);
  const ServicePrices* services = (*scenario.prices)->find_services(region);
  if (other_zone && services && services->between_zones) {
    store.between_zones = *services->between_zones;
  }
  return store;
}

CheckpointTariff checkpoint_tariff(const Scenario& scenario, const StoredCheckpoints& plan,
                                   Bytes checkpoint) {
  CheckpointTariff tariff;
  tariff.store = store_tariff(scenario, plan.store, plan.in_another_zone, plan.capacity,
                              static_cast<double>(plan.kept) * checkpoint);
  tariff.store.size = checkpoint;
  tariff.store.part = plan.part;
  tariff.kept = plan.kept;
  tariff.kept_after = plan.kept_after;
  return tariff;
}

DatasetTariff dataset_tariff(const Scenario& scenario, const StoredDataset& plan) {
  DatasetTariff tariff;
  tariff.store = store_tariff(scenario, plan.store, plan.in_another_zone, plan.capacity, plan.size);
  tariff.store.size = plan.size;
  tariff.store.part = plan.part;
  tariff.passes = plan.passes;
  return tariff;
}

Booking commitment(const Scenario& scenario) {
  const Purchase& purchase = scenario.purchase;
  const double years = purchase.term == SavingsTerm::kThreeYears ? 3 : 1;
  const InstancePrice* prices = price_of(scenario);
  return {.booked = years * kYear,
          .extension = Seconds(0),
          .beyond =
              prices && prices->on_demand ? std::optional(prices->on_demand->value) : std::nullopt,
          .unused_charged = purchase.unused.value_or(UnusedTerm::kCharged) == UnusedTerm::kCharged};
}

void add_services(const Scenario& scenario, Tariff& tariff) {
  const ServicePrices* services =
      (*scenario.prices)->find_services((*scenario.cluster.region)->name);
  if (!services) return;
  if (scenario.platform.has_profiler() && services->profiler) {
    tariff.profiler = *services->profiler;
  }
  if (scenario.platform.has_control_plane() && services->eks_cluster) {
    tariff.control_plane = *services->eks_cluster;
  }
}

/// A file system that holds checkpoints and data is paid for once.
bool is_provisioned_for_checkpoints(const Tariff& tariff, const StoreTariff& store) {
  if (store.provisioned <= Bytes(0)) return false;
  const auto same = [&](const StoreTariff& other) { return other.store == store.store; };
  return (tariff.checkpoints && same(tariff.checkpoints->store)) ||
         std::any_of(tariff.tiers.begin(), tariff.tiers.end(), same);
}

/// File systems in front of the store, which are paid for as provisioned.
void add_tiers(const Scenario& scenario, Tariff& tariff) {
  for (const FasterTierPlan& tier : scenario.checkpoint.faster) {
    const StorageSystem* system = tier.store ? scenario.find_store(*tier.store) : nullptr;
    if (system == nullptr || !system->file_system || !system->file_system->capacity) continue;
    const std::string& name = system->price_name();
    if (!is_priced(scenario, name)) continue;
    tariff.tiers.push_back(
        store_tariff(scenario, name, false, system->file_system->capacity->value, Bytes(0)));
  }
}

void add_data(const Scenario& scenario, const PlannedData& data, Tariff& tariff) {
  for (const StoredData& stored : stored_data(scenario, data)) {
    if (!is_priced(scenario, stored.dataset.store)) continue;
    DatasetTariff line = dataset_tariff(scenario, stored.dataset);
    line.gets = stored.gets;
    if (is_provisioned_for_checkpoints(tariff, line.store)) line.store.capacity = {};
    (tariff.dataset ? tariff.dataset_source : tariff.dataset) = line;
  }
}

}  // namespace

bool is_priced(const Scenario& scenario, const std::string& store) {
  if (!scenario.prices || !scenario.cluster.region) return false;
  return (*scenario.prices)->find_store(store, (*scenario.cluster.region)->name) != nullptr;
}

std::int64_t rented_nodes(const Scenario& scenario) {
  return std::int64_t{scenario.cluster.nodes} + scenario.fleet.spares;
}

bool is_booked(PurchaseMode mode) {
  return mode == PurchaseMode::kCapacityBlock || mode == PurchaseMode::kTrainingPlan;
}

std::string booking_word(PurchaseMode mode) {
  return mode == PurchaseMode::kCapacityBlock ? "capacity block" : "training plan";
}

BookingRules booking_rules(const Purchase& purchase) {
  BookingRules rules = purchase.mode == PurchaseMode::kCapacityBlock ? capacity_block_rules()
                                                                     : training_plan_rules();
  if (!purchase.quota) return rules;
  const auto granted = [](Coefficient<int>& rule, const std::optional<int>& quota) {
    if (quota) rule = {*quota, "scenario", "", Method::kAssumed, std::nullopt};
  };
  granted(rules.instances_per_booking, purchase.quota->instances_per_booking);
  granted(rules.instances, purchase.quota->instances);
  return rules;
}

const InstancePrice* price_of(const Scenario& scenario) {
  if (!scenario.prices || !scenario.cluster.region) return nullptr;
  return (*scenario.prices)
      ->find(scenario.cluster.instance->name, (*scenario.cluster.region)->name);
}

std::optional<Coefficient<UsdPerSecond>> node_price_of(const Scenario& scenario) {
  if (!scenario.prices || !scenario.cluster.region) return std::nullopt;
  const InstancePrice* prices = price_of(scenario);
  return node_price(**scenario.prices, prices ? *prices : InstancePrice{}, scenario.purchase);
}

std::optional<Coefficient<double>> premium_of(const Scenario& scenario) {
  const InstancePrice* prices = price_of(scenario);
  const bool included =
      scenario.purchase.price || scenario.purchase.mode == PurchaseMode::kTrainingPlan;
  if (!prices || included || !scenario.platform.is_sagemaker()) return std::nullopt;
  return (*scenario.prices)->premium(*prices);
}

std::optional<Tariff> tariff_of(const Scenario& scenario, Bytes checkpoint,
                                const std::optional<PlannedData>& data) {
  const auto node = node_price_of(scenario);
  if (!node) return std::nullopt;
  Tariff tariff;
  tariff.node = node->value;
  if (const auto ratio = premium_of(scenario)) tariff.premium = ratio->value - 1.0;
  if (scenario.purchase.mode == PurchaseMode::kSavingsPlan) {
    tariff.booking = commitment(scenario);
  }
  const auto rules = scenario.platform.job_rules();
  if (rules && rules->warm_pool) tariff.kept_after = rules->warm_pool->keep;
  add_services(scenario, tariff);
  const std::optional<StoredCheckpoints> stored = stored_checkpoints(scenario);
  if (stored && is_priced(scenario, stored->store)) {
    tariff.checkpoints = checkpoint_tariff(scenario, *stored, checkpoint);
  }
  add_tiers(scenario, tariff);
  if (scenario.storage && scenario.storage->dataset) {
    tariff.dataset = dataset_tariff(scenario, *scenario.storage->dataset);
  } else if (data) {
    add_data(scenario, *data, tariff);
  }
  return tariff;
}

std::optional<BookingPlan> booking_of(const Purchase& purchase) {
  if (!is_booked(purchase.mode)) return std::nullopt;
  return BookingPlan{booking_rules(purchase), purchase.days};
}

}  // namespace sextant::plan
