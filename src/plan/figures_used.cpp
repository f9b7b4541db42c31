#include "src/plan/figures_used.h"

#include <fmt/format.h>

#include <set>

#include "sextant/ledger/power.h"
#include "src/plan/data.h"
#include "src/plan/purchase.h"
#include "src/plan/storage_use.h"

namespace sextant::plan {
namespace {

/// The part of a calibration that the scenario's hardware and software use.
Calibration relevant_part(const scenario::Scenario& scenario) {
  Calibration part = *scenario.calibration;
  const auto keep_only = [](auto& coefficients, const std::set<std::string>& keys) {
    std::erase_if(coefficients, [&](const auto& entry) { return !keys.contains(entry.first); });
  };
  std::set<std::string> frameworks;
  for (const scenario::PhasePlan* phase : scenario.training.in_order()) {
    frameworks.insert(phase->software.framework);
  }
  keep_only(part.accelerators, {(*scenario.cluster.accelerator)->generation});
  const bool measured = part.collectives.contains(scenario.cluster.instance->name);
  keep_only(part.fabrics, measured ? std::set<std::string>{}
                                   : std::set<std::string>{scenario.cluster.instance->fabric});
  keep_only(part.software, frameworks);
  keep_only(part.collectives, {scenario.cluster.instance->name});
  part.storage.clear();  // what was taken of it stands with the checkpoint
  return part;
}

Region relevant_part(const Region& region, const std::string& factor_set) {
  Region part = region;
  const GridFactor* used = region.factor(factor_set);
  part.location_based = used ? std::vector{*used} : std::vector<GridFactor>{};
  return part;
}

/// The prices that the bill uses.
struct PricesUsed {
  std::optional<Coefficient<UsdPerSecond>> node;
  std::optional<Coefficient<double>> sagemaker_ratio;
  std::vector<StoragePrice> storage;
  std::optional<ServicePrices> services;
};

template <class Archive>
void visit(Archive& a, PricesUsed& s) {
  a.object("prices_used", "The prices that the bill uses.");
  a.field("node", s.node);
  a.field("sagemaker_ratio", s.sagemaker_ratio);
  a.field("storage", s.storage);
  a.field("services", s.services);
}

ServicePrices relevant_part(const ServicePrices& services, const scenario::Scenario& scenario) {
  ServicePrices part = services;
  if (!scenario.platform.has_control_plane()) part.eks_cluster.reset();
  if (!scenario.platform.has_profiler()) part.profiler.reset();
  const bool zones = scenario.storage && scenario.storage->crosses_zones();
  if (!zones) part.between_zones.reset();
  return part;
}

/// Whether the training data lie in a store of that name in the price list, and are billed so.
bool is_data_store(const scenario::Scenario& scenario, const std::string& priced) {
  if (!scenario.data || (scenario.storage && scenario.storage->dataset)) return false;
  const auto is = [&](const std::string& name) {
    return scenario.find_store(name)->price_name() == priced;
  };
  return is(scenario.data->store) || (scenario.data->bucket && is(*scenario.data->bucket));
}

PricesUsed prices_used(const scenario::Scenario& scenario) {
  PricesUsed used;
  used.node = node_price_of(scenario);
  if (!used.node) return used;
  used.sagemaker_ratio = premium_of(scenario);
  const std::string& region = (*scenario.cluster.region)->name;
  const PriceList& prices = **scenario.prices;
  if (const ServicePrices* services = prices.find_services(region)) {
    used.services = relevant_part(*services, scenario);
  }
  for (const StoragePrice& price : prices.storage) {
    const auto names = [&](const auto& data) { return data && data->store == price.store; };
    const std::optional<StoragePlan>& storage = scenario.storage;
    if (price.region != region) continue;
    if (names(stored_checkpoints(scenario)) || (storage && names(storage->dataset)) ||
        is_data_store(scenario, price.store)) {
      used.storage.push_back(price);
    }
  }
  return used;
}

/// The instance with the power curve that the forecast uses.
Instance instance_used(const scenario::ClusterPlan& cluster) {
  Instance instance = *cluster.instance;
  if (cluster.region) instance.power = power_curve(instance, **cluster.accelerator);
  return instance;
}

/// What the mode does not use is left out.
void add_data(const scenario::Scenario& scenario, std::vector<io::Figure>& figures) {
  const DataPlan plan = data_plan_of(scenario, 1);
  const bool mount = plan.mode == DataMode::kFastFile;
  for (io::Figure& figure : io::figures_of(plan, "data.")) {
    const bool of_mount = figure.key == "data.read_ahead" || figure.key == "data.files_ahead";
    const bool listed = mount || plan.mode == DataMode::kFile;
    const bool used = of_mount ? mount : figure.key != "data.listing" || listed;
    if (figure.sourced && used) figures.push_back(std::move(figure));
  }
}

/// What the fabric's entry says; what it leaves out is the form's own and needs no source.
void add_fabric(const FabricPlan& plan, std::vector<io::Figure>& figures) {
  for (io::Figure& figure : io::figures_of(plan, "network.fabric.")) {
    if (figure.sourced && !figure.source.empty()) figures.push_back(std::move(figure));
  }
}

/// A target says itself how fast it is.
void drop_storage(std::vector<io::Figure>& figures) {
  std::erase_if(figures, [](const io::Figure& figure) {
    return figure.key.starts_with("checkpoint.storage.");
  });
}

}  // namespace

std::vector<io::Figure> figures_used(const scenario::Scenario& scenario, bool fabric) {
  std::vector<io::Figure> figures;
  const auto add = [&](const auto& part, const std::string& prefix) {
    for (io::Figure& figure : io::figures_of(part, prefix)) {
      if (figure.sourced) figures.push_back(std::move(figure));
    }
  };
  const scenario::ClusterPlan& cluster = scenario.cluster;
  add(*scenario.model, "model.");
  add(instance_used(cluster), "instance.");
  add(**cluster.accelerator, "accelerator.");
  add(relevant_part(scenario), "calibration.");
  add(scenario.checkpoint, "checkpoint.");
  if (!scenario.checkpoint.target.empty()) drop_storage(figures);
  for (const auto& store : scenario.stores) add(*store, fmt::format("stores.{}.", store->name));
  if (scenario.data) add_data(scenario, figures);
  add(*scenario.failures, "failures.");
  add(scenario.recovery, "recovery.");
  if (cluster.region) add(relevant_part(**cluster.region, cluster.grid_factors), "region.");
  if (const auto rules = scenario.platform.job_rules()) add(*rules, "platform.training_job.");
  add(prices_used(scenario), "price.");
  if (fabric) add_fabric(*scenario.network->fabric, figures);
  return figures;
}

}  // namespace sextant::plan
