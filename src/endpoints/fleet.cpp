#include "src/endpoints/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sextant/kernel/portable_math.h"
#include "sextant/serving/queueing.h"
#include "src/io/quantity_text.h"
#include "src/scenario/governance_nodes.h"

namespace sextant::endpoints {
namespace {

using scenario::EndpointAlternative;
using scenario::EndpointsScenario;
using scenario::LatencyTarget;

/// Quantiles of a simulation are read from buckets so wide.
constexpr double kBucket = 0.01;
/// A constant load is simulated for so many requests, and so many services.
constexpr double kRequests = 300'000;
constexpr double kServices = 1000;
constexpr double kWarmUp = 0.1;  // of the simulation
/// The closed form's time grows as the queue does.
constexpr double kSteady = 0.999;
constexpr int kTries = 40;
/// Of a period, and of a simulation of many.
constexpr double kBins = 96;
constexpr double kMostBins = 672;

int accelerators_of(const EndpointAlternative& a) {
  const int parts = a.mig.empty() ? 1 : *scenario::mig_instances(a.mig, (*a.accelerator)->memory);
  return (*a.instance)->accelerators * parts;
}

int copies_of(const EndpointAlternative& a) {
  if (a.copies) return *a.copies;
  const int each = a.estimate ? a.estimate->tensor : 1;
  return std::max(1, accelerators_of(a) / each);
}

/// How long the work may take on average, so that with a little waiting it is in time.
Seconds patience_of(const EndpointsScenario& scenario, const EndpointAlternative& a) {
  constexpr double kWork = 0.8;
  if (!scenario.latency) return kDay;
  const Seconds work = kWork * scenario.latency->target;
  if (a.service_times == ServiceSpread::kConstant) return work;
  return work / -portable_log(1 - scenario.latency->percentile);
}

void estimated(const EndpointsScenario& scenario, const EndpointAlternative& a,
               InstanceService& result) {
  const bool generates = a.estimate->output_tokens > 0;
  const Seconds patience = patience_of(scenario, a);
  const int sequences = generates ? a.concurrency.value_or(0) : a.batch;
  const CopyEstimate& copy =
      result.estimate.emplace(estimate_copy(a, **scenario.calibration, sequences, patience));
  if (copy.most_in_memory == 0) {
    result.cannot = fmt::format("{} does not fit: its weights take {} of the {} that {} has for it",
                                (*a.estimate->model).name, io::format_quantity(copy.weights),
                                io::format_quantity(copy.memory), (*a.instance)->name);
  } else if (copy.sequences < sequences) {
    result.cannot =
        fmt::format("{} sequences do not fit into memory: {} do", sequences, copy.most_in_memory);
  }
  result.service.batch = generates ? 1 : a.batch;
  result.service.slots = result.copies * (generates ? copy.sequences : 1);
  result.service.full = copy.service;
  result.service.single = generates || a.batch == 1 ? copy.service : copy.single_forward;
}

void given(const EndpointAlternative& a, InstanceService& result) {
  const int concurrency = a.concurrency.value_or(1);
  const double rate = a.throughput->value.si();
  result.service.slots = result.copies * concurrency;
  result.service.batch = a.batch;
  result.service.full = Seconds(concurrency * a.batch / rate);
  result.service.single =
      a.single ? std::min(a.single->value, result.service.full) : result.service.full;
}

class Sizing {
 public:
  Sizing(const EndpointsScenario& scenario, const EndpointAlternative& alternative)
      : s_(scenario), a_(alternative), curve_(group_load(scenario, alternative)) {}

  Fleet result() {
    fleet_.instance = instance_service(s_, a_);
    fleet_.groups = (s_.load.models + a_.models_per_instance - 1) / a_.models_per_instance;
    if (!fleet_.instance.cannot.empty()) {
      fleet_.meets = false;
      fleet_.misses = fleet_.instance.cannot;
      return fleet_;
    }
    by_rate();
    const bool possible = work_alone_meets();
    if (possible) by_closed_form();
    simulate();
    if (possible && !a_.scaling) by_simulation();
    fleet_.peak = queue(fleet_.instances);
    judge(possible);
    return fleet_;
  }

 private:
  double percentile() const { return s_.latency ? s_.latency->percentile : 0.99; }
  ScaledEndpoint endpoint() const;
  void by_rate();
  bool work_alone_meets();
  bool steady(int instances) const { return utilisation(instances) < kSteady; }
  double utilisation(int instances) const {
    return curve_.peak() / (instances * fleet_.instance.service.requests_per_s());
  }
  PeakQueue queue(int instances) const;
  void by_closed_form();
  void simulate();
  void by_simulation();
  bool late() const {
    return s_.latency && fleet_.response && *fleet_.response > (1 + kBucket) * s_.latency->target;
  }
  void judge(bool possible);

  const EndpointsScenario& s_;
  const EndpointAlternative& a_;
  RequestCurve curve_;
  Fleet fleet_;
};

ScaledEndpoint Sizing::endpoint() const {
  ScaledEndpoint endpoint;
  static_cast<RequestLoad&>(endpoint) = group_load(s_, a_);
  endpoint.requests_per_s_per_replica = fleet_.instance.service.requests_per_s();
  endpoint.least = a_.least;
  endpoint.most = 1'000'000;
  endpoint.target_utilisation = s_.target_utilisation;
  return endpoint;
}

void Sizing::by_rate() {
  fleet_.by_rate = fleet_.instances = wanted_replicas(endpoint(), curve_.peak());
}

/// Whether a request that does not wait meets the target.
bool Sizing::work_alone_meets() {
  if (!s_.latency) return false;
  const ReplicaService& service = fleet_.instance.service;
  Seconds work = service.batch == 1 ? service.full : service.single;
  if (service.spread == ServiceSpread::kExponential) {
    work = ExponentialQueue({.servers = 1, .service = work}).response_quantile(percentile());
  }
  if (work <= s_.latency->target) return true;
  fleet_.misses = fmt::format("the work alone takes up to {:.3g} s for {:.4g} % of the requests",
                              work.si(), 100 * percentile());
  return false;
}

PeakQueue Sizing::queue(int instances) const {
  PeakQueue peak;
  peak.utilisation = utilisation(instances);
  const ReplicaService& service = fleet_.instance.service;
  if (service.batch > 1 || !steady(instances)) return peak;
  const QueueLoad load{.arrivals_per_s = curve_.peak(),
                       .servers = instances * service.slots,
                       .service = service.full};
  const auto fill = [&](const auto& closed) {
    peak.wait_probability = closed.wait_probability();
    peak.mean_wait = closed.mean_wait();
    peak.response = closed.response_quantile(percentile());
  };
  if (service.spread == ServiceSpread::kExponential) {
    fill(ExponentialQueue(load));
  } else {
    fill(ConstantQueue(load));
  }
  return peak;
}

void Sizing::by_closed_form() {
  while (!steady(fleet_.instances)) ++fleet_.instances;
  if (fleet_.instance.service.batch > 1) return;
  while (*queue(fleet_.instances).response > s_.latency->target) ++fleet_.instances;
}

void Sizing::simulate() {
  ServingInputs& inputs = fleet_.simulated_as;
  inputs.endpoint = endpoint();
  inputs.endpoint.least = inputs.endpoint.most = fleet_.instances;
  if (a_.scaling) {
    const scenario::EndpointScaling& scaling = *a_.scaling;
    inputs.endpoint.least = std::min(a_.least, fleet_.instances);
    inputs.endpoint.most = scaling.most.value_or(fleet_.instances);
    // What the latency needs besides at the peak is kept in proportion.
    inputs.endpoint.target_utilisation =
        std::min(s_.target_utilisation, utilisation(fleet_.instances));
    inputs.endpoint.evaluate_every = scaling.evaluate_every;
    inputs.endpoint.scale_out_cooldown = scaling.scale_out_cooldown;
    inputs.endpoint.scale_in_cooldown = scaling.scale_in_cooldown;
    inputs.start = {
        .cold = scaling.start, .warm = scaling.warm_start, .warm_pool = scaling.warm_pool};
  }
  inputs.service = fleet_.instance.service;
  inputs.queue_limit = a_.queue_limit;
  inputs.latency_target = s_.latency ? s_.latency->target : kDay;
  inputs.seed = s_.simulation.seed;
  inputs.duration = s_.load.period;
  if (s_.load.rate) {
    inputs.duration = std::max(Seconds(kRequests / curve_.peak()), kServices * inputs.service.full);
    inputs.warm_up = kWarmUp * inputs.duration;
  }
  if (s_.simulation.duration) inputs.duration = *s_.simulation.duration;
  if (!s_.load.rate) inputs.bin = std::max(s_.load.period / kBins, inputs.duration / kMostBins);
  fleet_.simulated = simulate_serving(inputs);
  fleet_.response.reset();
  if (fleet_.simulated.response.count() > 0) {
    fleet_.response = Seconds(fleet_.simulated.response.quantile(percentile()));
  }
}

void Sizing::by_simulation() {
  for (int tries = 0; late() && tries < kTries; ++tries) {
    fleet_.instances += std::max(1, fleet_.instances / 20);
    simulate();
  }
}

void Sizing::judge(bool possible) {
  if (!s_.latency) return;
  fleet_.meets = possible && !late();
  if (fleet_.meets || !possible) return;
  fleet_.misses = fmt::format("{:.4g} % of the answers take up to {:.3g} s", 100 * percentile(),
                              fleet_.response->si());
}

}  // namespace

InstanceService instance_service(const EndpointsScenario& scenario,
                                 const EndpointAlternative& alternative) {
  InstanceService result;
  result.copies = copies_of(alternative);
  result.service.batch_timeout = alternative.batch_timeout;
  result.service.spread = alternative.service_times;
  if (alternative.estimate) {
    estimated(scenario, alternative, result);
  } else {
    given(alternative, result);
  }
  return result;
}

RequestLoad group_load(const EndpointsScenario& scenario, const EndpointAlternative& alternative) {
  const scenario::EndpointLoad& load = scenario.load;
  const double share = static_cast<double>(alternative.models_per_instance) / load.models;
  RequestLoad group{.requests = {}, .period = load.period};
  if (load.rate) group.requests.push_back({Seconds(0), share * load.rate->si()});
  for (const scenario::RequestPoint& point : load.curve) {
    group.requests.push_back({point.at, share * point.rate.si()});
  }
  return group;
}

Fleet size_fleet(const EndpointsScenario& scenario, const EndpointAlternative& alternative) {
  return Sizing(scenario, alternative).result();
}

}  // namespace sextant::endpoints
