#include "src/plan/figures_used.h"

namespace sextant::plan {
namespace {

/// The part of a calibration that the scenario's hardware and software use.
Calibration relevant_part(const scenario::Scenario& scenario) {
  Calibration part = *scenario.calibration;
  const auto keep_only = [](auto& coefficients, const std::string& key) {
    std::erase_if(coefficients, [&](const auto& entry) { return entry.first != key; });
  };
  keep_only(part.accelerators, (*scenario.cluster.accelerator)->generation);
  keep_only(part.fabrics, scenario.cluster.instance->fabric);
  keep_only(part.software, scenario.training.software.framework);
  return part;
}

Region relevant_part(const Region& region, const std::string& factor_set) {
  Region part = region;
  const GridFactor* used = region.factor(factor_set);
  part.location_based = used ? std::vector{*used} : std::vector<GridFactor>{};
  return part;
}

}  // namespace

const InstancePrice* price_of(const scenario::Scenario& scenario) {
  if (!scenario.prices || !scenario.cluster.region) return nullptr;
  return (*scenario.prices)
      ->find(scenario.cluster.instance->name, (*scenario.cluster.region)->name);
}

std::vector<io::Figure> figures_used(const scenario::Scenario& scenario) {
  std::vector<io::Figure> figures;
  const auto add = [&](const auto& part, const char* prefix) {
    for (io::Figure& figure : io::figures_of(part, prefix)) {
      if (figure.sourced) figures.push_back(std::move(figure));
    }
  };
  const scenario::ClusterPlan& cluster = scenario.cluster;
  add(*scenario.model, "model.");
  add(*cluster.instance, "instance.");
  add(**cluster.accelerator, "accelerator.");
  add(relevant_part(scenario), "calibration.");
  add(scenario.checkpoint, "checkpoint.");
  add(*scenario.failures, "failures.");
  add(scenario.recovery, "recovery.");
  if (cluster.region) add(relevant_part(**cluster.region, cluster.grid_factors), "region.");
  if (const InstancePrice* price = price_of(scenario)) add(*price, "price.");
  return figures;
}

}  // namespace sextant::plan
