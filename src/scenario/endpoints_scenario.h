#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sextant/kernel/quantity.h"
#include "sextant/ledger/purchase.h"
#include "sextant/serving/serving_fleet.h"
#include "sextant/training/calibration.h"
#include "sextant/training/layout.h"
#include "src/catalog/families.h"
#include "src/io/catalogue_item.h"
#include "src/scenario/governance_jobs.h"

namespace sextant::scenario {

/// How many requests come.
struct EndpointLoad {
  std::optional<PerSecond> rate;
  std::vector<RequestPoint> curve;
  Seconds period = kDay;
  int models = 1;
};

template <class Archive>
void visit(Archive& a, EndpointLoad& s) {
  a.object("endpoint_load", "How many requests come: a constant rate, or a curve.");
  a.field("rate", s.rate, {.doc = "Requests per time, always the same; or give a curve", .min = 0});
  a.field("curve", s.curve, {.doc = "Requests over the period, which repeats"});
  a.field("period", s.period, {.doc = "After which the curve repeats", .min = 1});
  a.field("models", s.models,
          {.doc = "Different models that the requests are for, as many for each",
           .min = 1,
           .max = 1e6});
}

/// What users are promised.
struct LatencyTarget {
  Seconds target{1};
  double percentile = 0.99;
};

template <class Archive>
void visit(Archive& a, LatencyTarget& s) {
  a.object("latency_target", "What users are promised: waiting and work, without the network.");
  a.field("target", s.target,
          {.doc = "Most time from a request to its answer …", .min = 1e-6, .required = true});
  a.field("percentile", s.percentile,
          {.doc = "… for this share of them", .min = 0.01, .max = 0.9999});
}

/// A transformer whose throughput is to be estimated from the step model.
struct EstimatedModel {
  io::CatalogueItem<Transformer> model;
  Precision precision = Precision::kBf16;
  std::int64_t input_tokens = 128;
  std::int64_t output_tokens = 0;
  int tensor = 1;
};

template <class Archive>
void visit(Archive& a, EstimatedModel& s) {
  a.object("estimated_model",
           "A transformer whose throughput is estimated: forward passes of the step model, and for "
           "generated tokens the memory's bandwidth. No measurement; marked as an estimate.");
  a.field("model", s.model, {.doc = "What serves", .required = true});
  a.field("precision", s.precision, {.doc = "Of weights and keys and values: bf16, fp16 or fp8"});
  a.field("input_tokens", s.input_tokens,
          {.doc = "Tokens of a request", .min = 1, .max = 1e7, .required = true});
  a.field("output_tokens", s.output_tokens,
          {.doc = "Tokens generated for it; 0: an encoder, or a score", .min = 0, .max = 1e7});
  a.field("tensor", s.tensor,
          {.doc = "Accelerators (or their partitions) of one copy", .min = 1, .max = 1024});
}

/// Instances that follow the load.
struct EndpointScaling {
  std::optional<int> most;
  Seconds start = 5.0 * kMinute;
  int warm_pool = 0;
  Seconds warm_start{30};
  bool warm_running = true;
  Seconds evaluate_every{60};
  Seconds scale_out_cooldown{0};
  Seconds scale_in_cooldown{300};
};

template <class Archive>
void visit(Archive& a, EndpointScaling& s) {
  a.object("endpoint_scaling", "Instances that follow the load (target tracking).");
  a.field("most", s.most,
          {.doc = "Most instances of one group of models; absent: what the peak needs",
           .min = 1,
           .max = 1e6});
  a.field("start", s.start, {.doc = "Of an instance: machine, image, model load", .min = 0});
  a.field("warm_pool", s.warm_pool,
          {.doc = "Instances that stand by, started before", .min = 0, .max = 1e6});
  a.field("warm_start", s.warm_start, {.doc = "Until one of these serves", .min = 0});
  a.field("warm_running", s.warm_running,
          {.doc = "They run, and are paid for; false: stopped, at no charge but their disks'"});
  a.field("evaluate_every", s.evaluate_every,
          {.doc = "Time between two looks at the load", .min = 1});
  a.field("scale_out_cooldown", s.scale_out_cooldown,
          {.doc = "After more instances: time until there may be more again", .min = 0});
  a.field("scale_in_cooldown", s.scale_in_cooldown,
          {.doc = "After any change: time until there may be fewer", .min = 0});
}

/// A service that is bought, not run.
struct BoughtService {
  std::optional<Coefficient<Usd>> per_million;
  std::optional<Coefficient<Usd>> per_year;
};

template <class Archive>
void visit(Archive& a, BoughtService& s) {
  a.object("bought_service", "A service that is bought, not run. One of the two.");
  a.field("per_million", s.per_million, {.doc = "Price of a million requests", .min = 0});
  a.field("per_year", s.per_year, {.doc = "Price of a year, for any number", .min = 0});
}

/// What somebody has published of this alternative; printed beside what comes out here.
struct StatedOutcome {
  std::optional<int> instances;
  std::optional<Usd> cost_per_million;
  std::optional<Usd> cost_per_year;
  std::optional<double> energy_change;
  std::string source;
};

template <class Archive>
void visit(Archive& a, StatedOutcome& s) {
  a.object("stated_outcome", "What somebody has published of it, to stand beside the figures.");
  a.field("instances", s.instances, {.doc = "Instances", .min = 1});
  a.field("cost_per_million", s.cost_per_million, {.doc = "Cost of a million requests", .min = 0});
  a.field("cost_per_year", s.cost_per_year, {.doc = "Cost of a year", .min = 0});
  a.field("energy_change", s.energy_change,
          {.doc = "Energy against the first alternative: -0.92 is 92 % less", .min = -1});
  a.field("source", s.source, {.doc = "Who says so, and when", .required = true});
}

/// One way to serve the load.
struct EndpointAlternative {
  std::string name;
  std::optional<io::CatalogueItem<Instance>> instance;
  /// Absent in the file: the entry that the instance names; absent afterwards: it has none.
  std::optional<io::CatalogueItem<Accelerator>> accelerator;
  Purchase purchase;
  std::optional<Coefficient<PerSecond>> throughput;
  std::optional<Coefficient<Seconds>> single;
  std::optional<EstimatedModel> estimate;
  std::optional<int> concurrency;
  int batch = 1;
  Seconds batch_timeout{0};
  ServiceSpread service_times = ServiceSpread::kConstant;
  std::optional<int> copies;
  std::string mig;
  int models_per_instance = 1;
  int least = 1;
  std::optional<std::int64_t> queue_limit;
  std::optional<EndpointScaling> scaling;
  std::optional<BoughtService> bought;
  std::optional<StatedOutcome> stated;
};

template <class Archive>
void visit(Archive& a, EndpointAlternative& s) {
  a.object("endpoint_alternative",
           "One way to serve the load: instances, with a throughput that is given or estimated; or "
           "a service that is bought.");
  a.field("name", s.name, {.doc = "What reports call it; empty: the instance's name"});
  a.field("instance", s.instance, {.doc = "What is rented"});
  a.field("accelerator", s.accelerator, {.doc = "Its accelerators; absent: as the instance says"});
  a.field("purchase", s.purchase, {.doc = "How it is bought: on_demand, savings_plan or spot"});
  a.field("throughput", s.throughput,
          {.doc = "Requests per time of one copy of the server, always busy with full batches",
           .min = 1e-9});
  a.field("single", s.single,
          {.doc = "Time of a batch of one; absent: as long as a full one", .min = 1e-9});
  a.field("estimate", s.estimate, {.doc = "Instead of a throughput: the model to be served"});
  a.field(
      "concurrency", s.concurrency,
      {.doc = "Batches that one copy works on at a time. Absent: 1; of generated texts: as many "
              "sequences as memory and latency allow",
       .min = 1,
       .max = 1e5});
  a.field("batch", s.batch, {.doc = "Most requests of a batch", .min = 1, .max = 1e5});
  a.field("batch_timeout", s.batch_timeout,
          {.doc = "A batch that is not full begins when its first request has waited so long",
           .min = 0});
  a.field("service_times", s.service_times,
          {.doc = "All alike (fixed shapes), or exponential (texts of any length)"});
  a.field("copies", s.copies,
          {.doc = "Of the server on one instance; absent: one on each accelerator or partition, or "
                  "one",
           .min = 1,
           .max = 1e5});
  a.field("mig", s.mig,
          {.doc = "MIG profile that each accelerator is cut into, e.g. 1g.10gb; empty: whole"});
  a.field("models_per_instance", s.models_per_instance,
          {.doc = "Models that share an instance, and with it a line", .min = 1, .max = 1e6});
  a.field("least", s.least, {.doc = "Fewest instances of one group of models", .min = 1});
  a.field("queue_limit", s.queue_limit,
          {.doc = "Who finds so many in line is refused; absent: nobody", .min = 0});
  a.field("scaling", s.scaling,
          {.doc = "Instances follow the load; absent: as many as its peak "
                  "needs, always"});
  a.field("bought", s.bought, {.doc = "Instead of an instance: what the service costs"});
  a.field("stated", s.stated, {.doc = "What has been published of it"});
}

/// How the fleets are simulated.
struct EndpointSimulation {
  std::optional<Seconds> duration;
  std::uint64_t seed = 1;
};

template <class Archive>
void visit(Archive& a, EndpointSimulation& s) {
  a.object("endpoint_simulation", "How the fleets are simulated, request by request.");
  a.field("duration", s.duration,
          {.doc = "Absent: one period of a curve; at a constant rate, as long as 300,000 requests "
                  "or 1,000 services take",
           .min = 1});
  a.field("seed", s.seed, {.doc = "Seed of all random numbers"});
}

inline constexpr const char* kEndpointsSchema = "sextant.endpoints/1";

/// Ways to serve requests: everything that `sextant endpoints` needs to know.
struct EndpointsScenario {
  std::optional<std::string> editor_schema;
  std::string schema = kEndpointsSchema;
  std::string name;
  std::string question;
  std::optional<io::CatalogueItem<Region>> region;
  std::string grid_factors;
  std::optional<io::CatalogueItem<PriceList>> prices;
  std::optional<io::CatalogueItem<Calibration>> calibration;
  EndpointLoad load;
  std::optional<LatencyTarget> latency;
  double target_utilisation = 0.7;
  std::vector<EndpointAlternative> alternatives;
  EndpointSimulation simulation;
};

template <class Archive>
void visit(Archive& a, EndpointsScenario& s) {
  a.object("endpoints_scenario", "Ways to serve requests, side by side.");
  a.field("$schema", s.editor_schema, {.doc = "For editors: endpoints.schema.json"});
  a.field("schema", s.schema, {.doc = "Version of this format", .required = true});
  a.field("name", s.name, {.doc = "Name of the scenario", .required = true});
  a.field("question", s.question, {.doc = "The question that it answers"});
  a.field("region", s.region, {.doc = "Where it stands; absent: no cost, energy or emissions"});
  a.field("grid_factors", s.grid_factors,
          {.doc = "Set of the region's location-based factors; empty: its first"});
  a.field("prices", s.prices, {.doc = "Price list; absent: no cost but of given prices"});
  a.field("calibration", s.calibration,
          {.doc = "Coefficients of the step forecast, where throughputs are estimated"});
  a.field("load", s.load, {.doc = "How many requests come", .required = true});
  a.field("latency", s.latency, {.doc = "What users are promised; absent: only the rate counts"});
  a.field("target_utilisation", s.target_utilisation,
          {.doc = "Share of the throughput that is to be used at most", .min = 0.01, .max = 1});
  a.field("alternatives", s.alternatives,
          {.doc = "The first one is what the others are compared with", .required = true});
  a.field("simulation", s.simulation, {.doc = "How the fleets are simulated"});
}

}  // namespace sextant::scenario
