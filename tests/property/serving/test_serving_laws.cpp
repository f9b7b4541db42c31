#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sextant/serving/queueing.h"
#include "sextant/serving/serving_fleet.h"

namespace sextant {
namespace {

/// A fleet with everything: batches, time-outs, scaling, a warm pool, refusals.
ServingInputs drawn_fleet() {
  const auto upto = [](int most) { return *rc::gen::inRange(0, most + 1); };
  ServingInputs inputs;
  inputs.endpoint.period = Seconds(600);
  inputs.endpoint.requests = {{Seconds(0), static_cast<double>(upto(80))},
                              {Seconds(1 + upto(500)), static_cast<double>(upto(80))}};
  inputs.endpoint.least = upto(3);
  inputs.endpoint.most = 1 + inputs.endpoint.least + upto(6);
  inputs.endpoint.evaluate_every = Seconds(1 + upto(60));
  inputs.endpoint.scale_in_cooldown = Seconds(upto(120));
  inputs.service = {
      .slots = 1 + upto(3),
      .batch = 1 + upto(7),
      .batch_timeout = Seconds(0.05 * upto(4)),
      .single = Seconds(0.05),
      .full = Seconds(0.05 * (1 + upto(5))),
      .spread = upto(1) == 0 ? ServiceSpread::kConstant : ServiceSpread::kExponential};
  inputs.start = {.cold = Seconds(upto(100)), .warm = Seconds(upto(5)), .warm_pool = upto(3)};
  if (upto(1) == 1) inputs.queue_limit = upto(50);
  inputs.duration = Seconds(100 + upto(1500));
  inputs.seed = static_cast<std::uint64_t>(upto(1000));
  return inputs;
}

RC_GTEST_PROP(Serving, EveryRequestIsInOnePlace, ()) {
  const ServingOutcome outcome = simulate_serving(drawn_fleet());
  RC_ASSERT(outcome.arrived ==
            outcome.served + outcome.in_service + outcome.waiting + outcome.refused);
  RC_ASSERT(outcome.wait.count() == outcome.served);
  RC_ASSERT(static_cast<std::int64_t>(outcome.response.count()) == outcome.served);
}

RC_GTEST_PROP(Serving, SlotsAreBusyWithinTheirReplicas, ()) {
  const ServingInputs inputs = drawn_fleet();
  const ServingOutcome outcome = simulate_serving(inputs);
  RC_ASSERT(outcome.busy_seconds <= outcome.serving_seconds * inputs.service.slots + 1e-6);
  // What finishes its last batch is in none of the scaler's counts.
  RC_ASSERT(outcome.scaling.replica_seconds <= outcome.serving_seconds + 1e-6);
  RC_ASSERT(outcome.warm_seconds <= inputs.start.warm_pool * inputs.duration.si() + 1e-6);
  RC_ASSERT(outcome.batches <= outcome.served);
  RC_ASSERT(outcome.served <= outcome.batches * inputs.service.batch);
}

RC_GTEST_PROP(Serving, NothingWaitsBesideIdleSlots, ()) {
  // With room for all that comes and no batches, nobody waits: no wake-up is lost.
  ServingInputs inputs = drawn_fleet();
  inputs.service.batch = 1;
  inputs.service.slots = 50;
  inputs.service.spread = ServiceSpread::kConstant;
  inputs.endpoint.least = 1;
  inputs.endpoint.target_utilisation = 0.1;
  inputs.start.cold = inputs.start.warm = Seconds(0);
  inputs.queue_limit.reset();
  const ServingOutcome outcome = simulate_serving(inputs);
  RC_ASSERT(outcome.wait.count() == 0 || outcome.wait.max() < 1e-9);
}

RC_GTEST_PROP(Queues, ConstantServicesHalveTheWaitAtLeast, ()) {
  // M/D/c waits less than M/M/c, and more than half of it.
  const int servers = *rc::gen::inRange(1, 40);
  const double utilisation = 0.01 * *rc::gen::inRange(5, 97);
  const QueueLoad load{
      .arrivals_per_s = utilisation * servers, .servers = servers, .service = Seconds(1)};
  const ConstantQueue constant(load);
  const ExponentialQueue exponential(load);
  RC_ASSERT(constant.mean_wait() <= exponential.mean_wait());
  RC_ASSERT(constant.mean_wait() + Seconds(1e-9) >= 0.4999 * exponential.mean_wait());
  RC_ASSERT(constant.wait_probability() <= exponential.wait_probability() + 1e-9);
}

RC_GTEST_PROP(Queues, TailsGrowWithTheLoad, ()) {
  const int servers = *rc::gen::inRange(1, 40);
  const double low = 0.01 * *rc::gen::inRange(5, 95);
  const double high = low + 0.02;
  const auto at = [&](double utilisation) {
    return QueueLoad{
        .arrivals_per_s = utilisation * servers, .servers = servers, .service = Seconds(1)};
  };
  RC_ASSERT(ConstantQueue(at(low)).wait_quantile(0.99) <=
            ConstantQueue(at(high)).wait_quantile(0.99) + Seconds(1e-6));
  RC_ASSERT(ExponentialQueue(at(low)).response_quantile(0.99) <=
            ExponentialQueue(at(high)).response_quantile(0.99) + Seconds(1e-6));
}

}  // namespace
}  // namespace sextant
