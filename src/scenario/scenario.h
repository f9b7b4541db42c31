#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sextant/campaign/checkpoint_plan.h"
#include "sextant/fleet/fleet_plan.h"
#include "sextant/fleet/recovery.h"
#include "sextant/kernel/quantity.h"
#include "sextant/ledger/platform.h"
#include "sextant/ledger/purchase.h"
#include "sextant/ledger/storage_plan.h"
#include "sextant/training/calibration.h"
#include "src/catalog/families.h"
#include "src/io/catalogue_item.h"
#include "src/scenario/expectation.h"
#include "src/scenario/network_plan.h"
#include "src/scenario/preparation.h"
#include "src/scenario/training_data.h"
#include "src/scenario/training_plan.h"

namespace sextant::scenario {

/// What is rented, and where.
struct ClusterPlan {
  io::CatalogueItem<Instance> instance;
  /// Absent in the file: the entry that the instance names. Always there once the file is read.
  std::optional<io::CatalogueItem<Accelerator>> accelerator;
  int nodes = 1;  ///< of the job; spares are in FleetPlan
  std::optional<io::CatalogueItem<Region>> region;
  std::string grid_factors;  ///< a set of the region's location-based factors; empty: the first

  std::int64_t accelerators() const { return std::int64_t{nodes} * instance->accelerators; }
  /// Each rank drives one device of an accelerator.
  std::int64_t ranks() const { return accelerators() * (*accelerator)->device_count(); }
};

template <class Archive>
void visit(Archive& a, ClusterPlan& s) {
  a.object("cluster", "What is rented, and where.");
  a.field("instance", s.instance, {.doc = "What each node is", .required = true});
  a.field("accelerator", s.accelerator, {.doc = "Its accelerators; absent: as the instance says"});
  a.field("nodes", s.nodes,
          {.doc = "Nodes of the job, without spares", .min = 1, .max = 1e6, .required = true});
  a.field("region", s.region,
          {.doc = "Where it stands; absent: no energy, emissions or cost forecast"});
  a.field("grid_factors", s.grid_factors,
          {.doc = "Set of the region's location-based factors; empty: its first"});
}

/// How the forecast is made.
struct SimulationPlan {
  std::int64_t replicas = 1000;
  std::optional<double> tolerance;
  std::int64_t max_replicas = 100'000;
  std::uint64_t seed = 1;
};

template <class Archive>
void visit(Archive& a, SimulationPlan& s) {
  a.object("simulation", "How the forecast is made.");
  a.field("replicas", s.replicas, {.doc = "Simulated runs", .min = 1, .max = 1e6});
  a.field("tolerance", s.tolerance,
          {.doc = "Half-width of the 95 % interval of the mean wall time, as a share of it, for "
                  "which as many replicas again are run until it is reached; absent: no more",
           .min = 1e-5,
           .max = 1});
  a.field("max_replicas", s.max_replicas,
          {.doc = "No more than these for the tolerance", .min = 1, .max = 1e6});
  a.field("seed", s.seed, {.doc = "Seed of all random numbers"});
}

inline constexpr const char* kScenarioSchema = "sextant.scenario/1";

/// One training run on one cluster: everything that `sextant plan` needs to know.
struct Scenario {
  std::optional<std::string> editor_schema;
  std::string schema = kScenarioSchema;
  std::string name;
  std::string question;
  io::CatalogueItem<Transformer> model;
  ClusterPlan cluster;
  std::optional<NetworkPlan> network;
  TrainingPlan training;
  std::vector<io::CatalogueItem<StorageSystem>> stores;
  std::optional<TrainingData> data;
  std::optional<Preparation> preparation;
  CheckpointPlan checkpoint;
  io::CatalogueItem<FailureProfile> failures;
  Recovery recovery;
  FleetPlan fleet;
  std::optional<io::CatalogueItem<PriceList>> prices;
  Platform platform;
  Purchase purchase;
  std::optional<StoragePlan> storage;
  io::CatalogueItem<Calibration> calibration;
  SimulationPlan simulation;
  std::vector<Expectation> expect;

  /// The store of that name; null if the scenario has none.
  const StorageSystem* find_store(const std::string& store) const {
    for (const auto& candidate : stores) {
      if (candidate->name == store) return &*candidate;
    }
    return nullptr;
  }
  /// The one that checkpoints go to in the end; null where no target is named.
  const StorageSystem* checkpoint_store() const {
    return checkpoint.target.empty() ? nullptr : find_store(checkpoint.target.back());
  }
};

template <class Archive>
void visit(Archive& a, Scenario& s) {
  a.object("scenario", "One training run on one cluster.");
  a.field("$schema", s.editor_schema, {.doc = "For editors: scenario.schema.json"});
  a.field("schema", s.schema, {.doc = "Version of this format", .required = true});
  a.field("name", s.name, {.doc = "Name of the scenario", .required = true});
  a.field("question", s.question, {.doc = "The question that it answers"});
  a.field("model", s.model, {.doc = "What is trained", .required = true});
  a.field("cluster", s.cluster, {.doc = "What is rented, and where", .required = true});
  a.field("network", s.network,
          {.doc = "The fabric between the nodes, for --network flow; absent: it never limits"});
  a.field("training", s.training, {.doc = "The work", .required = true});
  a.field("stores", s.stores, {.doc = "Storage systems that the run uses, by name"});
  a.field("data", s.data,
          {.doc = "The training data, and how they come to the ranks; absent: nobody waits for "
                  "them"});
  a.field("preparation", s.preparation,
          {.doc = "Work on the data before the run, beside its figures; absent: none"});
  a.field("checkpoint", s.checkpoint, {.doc = "How often the run saves its state, and how"});
  a.field("failures", s.failures, {.doc = "How often the nodes fail, and why", .required = true});
  a.field("recovery", s.recovery, {.doc = "What follows a failure"});
  a.field("fleet", s.fleet, {.doc = "Spares, and the age of the nodes at the start"});
  a.field("prices", s.prices, {.doc = "Price list; absent: no cost forecast"});
  a.field("platform", s.platform, {.doc = "What the nodes run under: price list and rules"});
  a.field("purchase", s.purchase, {.doc = "How the nodes are bought"});
  a.field("storage", s.storage, {.doc = "What is stored meanwhile; absent: not in the bill"});
  a.field("calibration", s.calibration,
          {.doc = "Coefficients of the step forecast", .required = true});
  a.field("simulation", s.simulation, {.doc = "How the forecast is made"});
  a.field("expect", s.expect, {.doc = "Outcomes that validate holds against the forecast"});
}

}  // namespace sextant::scenario
