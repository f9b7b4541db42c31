#include "sextant/serving/serving_fleet.h"

#include "instance_pool.h"
#include "request_line.h"
#include "serving_series.h"
#include "sextant/kernel/assert.h"
#include "sextant/kernel/delay.h"
#include "sextant/kernel/distributions.h"

namespace sextant {
namespace {

/// Arrivals of a Poisson process whose rate is the curve's, by thinning one of the highest rate
/// (Lewis and Shedler 1979).
class Arrivals {
 public:
  Arrivals(Simulation& simulation, RequestLine& line, ServingSeries& series,
           const ServingInputs& inputs)
      : simulation_(simulation),
        line_(line),
        series_(series),
        curve_(inputs.endpoint),
        peak_(curve_.peak()),
        gaps_(inputs.seed, "serving.arrival", inputs.replica),
        kept_(inputs.seed, "serving.thinning", inputs.replica) {}

  Process run() {
    while (peak_ > 0) {
      (void)co_await delay(next() - simulation_.now());
      ++arrived_;
      const bool refused = !line_.arrive();
      refused_ += refused;
      series_.arrive(simulation_.now(), refused);
    }
  }
  void report(ServingOutcome& outcome) {
    outcome.arrived = arrived_;
    outcome.refused = refused_;
    simulation_.digest().add(gaps_.next());
    simulation_.digest().add(kept_.next());
  }

 private:
  SimTime next() {
    SimTime time = simulation_.now();
    do {
      time += SimDuration::rounded(Seconds(draw_exponential(gaps_) / peak_));
    } while (draw_uniform(kept_) * peak_ >= curve_.rate(time));
    return time;
  }

  Simulation& simulation_;
  RequestLine& line_;
  ServingSeries& series_;
  RequestCurve curve_;
  double peak_;
  RandomStream gaps_;
  RandomStream kept_;
  std::int64_t arrived_ = 0;
  std::int64_t refused_ = 0;
};

void check(const ServingInputs& inputs) {
  const ReplicaService& service = inputs.service;
  SEXTANT_ASSERT(service.slots >= 1 && service.batch >= 1, "{} slots for batches of {}",
                 service.slots, service.batch);
  SEXTANT_ASSERT(Seconds(0) < service.single && service.single <= service.full,
                 "one request takes {} s, a full batch {} s", service.single.si(),
                 service.full.si());
}

}  // namespace

Seconds ReplicaService::time_of(int requests) const {
  if (batch == 1) return full;
  return single + (requests - 1.0) / (batch - 1.0) * (full - single);
}

ServingOutcome simulate_serving(const ServingInputs& inputs) {
  check(inputs);
  ScaledEndpoint endpoint = inputs.endpoint;
  endpoint.requests_per_s_per_replica = inputs.service.requests_per_s();
  // What the processes refer to is declared before the simulation, which destroys them.
  struct {
    std::optional<ServingSeries> series;
    std::optional<RequestLine> line;
    std::optional<InstancePool> pool;
    std::optional<Arrivals> arrivals;
    std::optional<ReplicaScaler> scaler;
  } parts;
  Simulation simulation;
  ServingSeries& series = parts.series.emplace(inputs);
  RequestLine& line = parts.line.emplace(simulation, inputs);
  InstancePool& pool = parts.pool.emplace(simulation, line, series, inputs);
  Arrivals& arrivals = parts.arrivals.emplace(simulation, line, series, inputs);
  ReplicaScaler& scaler = parts.scaler.emplace(simulation, pool, endpoint);
  simulation.start(scaler.run(SimTime()));
  simulation.start(arrivals.run());
  if (inputs.service.batch > 1 && inputs.service.batch_timeout > Seconds(0)) {
    simulation.start(line.watch_timeouts());
  }
  simulation.run_until(SimTime() + SimDuration::rounded(inputs.duration));
  ServingOutcome outcome;
  pool.report(outcome);
  arrivals.report(outcome);
  outcome.bins = series.take();
  outcome.scaling = scaler.outcome(simulation.now());
  outcome.events = simulation.events();
  outcome.digest = simulation.digest().value();
  return outcome;
}

}  // namespace sextant
