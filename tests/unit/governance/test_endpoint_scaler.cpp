#include "sim/governance/endpoint_scaler.h"

#include <gtest/gtest.h>

#include "tests/support/replica_host.h"

namespace sextant {
namespace {

using fixtures::ReplicaHost;
using fixtures::run_endpoint;

SimTime at_s(double s) { return SimTime() + SimDuration::rounded(Seconds(s)); }

EndpointSpec endpoint(std::vector<RatePoint> requests) {
  EndpointSpec spec;
  spec.name = "chat";
  spec.requests = std::move(requests);
  spec.period = Seconds(1000);
  spec.requests_per_s_per_replica = 10;
  spec.target_utilisation = 0.5;
  spec.most = 100;
  return spec;
}

TEST(EndpointScaler, SettlesAtTheClosedForm) {
  // 42 / (10 · 0.5) = 8.4.
  const EndpointSpec spec = endpoint({{Seconds(0), 42}});
  const EndpointOutcome outcome = run_endpoint(spec, Seconds(0), Seconds(3600));
  EXPECT_EQ(outcome.name, "chat");
  EXPECT_EQ(outcome.most_replicas, 9);
  EXPECT_DOUBLE_EQ(outcome.requests, 42 * 3600.0);
  EXPECT_DOUBLE_EQ(outcome.unserved, 0);
  EXPECT_DOUBLE_EQ(outcome.replica_seconds, 9 * 3600.0);
  EXPECT_EQ(outcome.scale_outs + outcome.scale_ins, 0);
}

TEST(EndpointScaler, IsExactAtTheEdge) {
  EXPECT_EQ(run_endpoint(endpoint({{Seconds(0), 35}}), Seconds(0), Seconds(60)).most_replicas, 7);
  EndpointSpec limited = endpoint({{Seconds(0), 35}});
  limited.most = 3;
  EXPECT_EQ(run_endpoint(limited, Seconds(0), Seconds(60)).most_replicas, 3);
  limited = endpoint({{Seconds(0), 0}});
  limited.least = 2;
  EXPECT_EQ(run_endpoint(limited, Seconds(0), Seconds(60)).most_replicas, 2);
}

TEST(EndpointScaler, RequestsDuringTheStartAreLost) {
  // Two replicas start for 100 s and serve then.
  const EndpointOutcome outcome =
      run_endpoint(endpoint({{Seconds(0), 10}}), Seconds(100), Seconds(600));
  EXPECT_DOUBLE_EQ(outcome.unserved, 1000);
  EXPECT_DOUBLE_EQ(outcome.short_seconds, 100);
  EXPECT_DOUBLE_EQ(outcome.starting_seconds, 200);
  EXPECT_DOUBLE_EQ(outcome.replica_seconds, 1000);
}

TEST(EndpointScaler, FollowsTheCurveOutAndIn) {
  // Steps of 1 s between 10 and 40: 2 and 8 replicas.
  EndpointSpec spec = endpoint({{Seconds(0), 10},
                                {Seconds(299), 10},
                                {Seconds(300), 40},
                                {Seconds(599), 40},
                                {Seconds(600), 10}});
  spec.evaluate_every = Seconds(60);
  spec.scale_in_cooldown = Seconds(150);
  const EndpointOutcome outcome = run_endpoint(spec, Seconds(0), Seconds(1000));
  EXPECT_EQ(outcome.scale_outs, 1);  // at 300 s
  EXPECT_EQ(outcome.scale_ins, 1);   // at 600 s
  EXPECT_DOUBLE_EQ(outcome.replica_seconds, 2 * 700.0 + 8 * 300.0);
  // Before 300 s the rate rises above 20 for two thirds of a second.
  EXPECT_NEAR(outcome.unserved, 20.0 / 2 * 2 / 3, 1e-6);
}

TEST(EndpointScaler, WaitsForItsCooldowns) {
  EndpointSpec spec = endpoint({{Seconds(0), 0}, {Seconds(500), 100}});
  spec.evaluate_every = Seconds(10);
  spec.scale_out_cooldown = Seconds(100);
  spec.scale_in_cooldown = Seconds(200);
  const EndpointOutcome outcome = run_endpoint(spec, Seconds(0), Seconds(1000));
  EXPECT_EQ(outcome.scale_outs, 5);  // at 100, 200 … 500 s
  EXPECT_EQ(outcome.scale_ins, 2);   // at 700 and 900 s
}

TEST(EndpointScaler, TakesBackReplicasThatDoNotServeFirst) {
  // Two serve; the other six have no room. When the load falls those go, and the two stay.
  EndpointSpec spec = endpoint({{Seconds(0), 10},
                                {Seconds(99), 10},
                                {Seconds(100), 40},
                                {Seconds(499), 40},
                                {Seconds(500), 10}});
  Simulation simulation;
  ReplicaHost host(simulation, Seconds(0));
  host.room = 2;
  EndpointScaler scaler(simulation, host, spec);
  simulation.start(scaler.run());
  simulation.run_until(at_s(300));
  EXPECT_EQ(host.submitted(), 8);
  simulation.run_until(at_s(999));
  EXPECT_EQ(host.withdrawn(), 6);
  EXPECT_EQ(host.working_count(), 2);
  EXPECT_DOUBLE_EQ(scaler.outcome(simulation.now()).replica_seconds, 2 * 999.0);
}

TEST(EndpointScaler, CountsWhatALostReplicaDoesNotServe) {
  EndpointSpec spec = endpoint({{Seconds(0), 10}});
  spec.target_utilisation = 1;  // one replica, fully used
  Simulation simulation;
  ReplicaHost host(simulation, Seconds(20));
  EndpointScaler scaler(simulation, host, spec);
  simulation.start(scaler.run());
  simulation.run_until(at_s(100.5));
  host.lose(JobNumber{0});  // and starts again
  simulation.run_until(at_s(200));
  const EndpointOutcome outcome = scaler.outcome(simulation.now());
  EXPECT_DOUBLE_EQ(outcome.unserved, 400);
  EXPECT_DOUBLE_EQ(outcome.starting_seconds, 40);
  EXPECT_DOUBLE_EQ(outcome.replica_seconds, 160);
}

TEST(EndpointScaler, BeginsWhenItsReplicasMayBeSubmitted) {
  EndpointSpec spec = endpoint({{Seconds(0), 10}});
  spec.replica.submit = at_s(500);
  const EndpointOutcome outcome = run_endpoint(spec, Seconds(0), Seconds(1000));
  EXPECT_DOUBLE_EQ(outcome.requests, 5000);
  EXPECT_DOUBLE_EQ(outcome.replica_seconds, 1000);
}

}  // namespace
}  // namespace sextant
