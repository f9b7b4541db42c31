// Laws of the endpoint autoscaler, on random request curves.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/replica_host.h"

namespace sextant {
namespace {

using fixtures::run_endpoint;

EndpointSpec drawn_endpoint() {
  EndpointSpec spec;
  int at = *rc::gen::inRange(0, 500);
  for (int n = *rc::gen::inRange(1, 8); n > 0; --n) {
    spec.requests.push_back({Seconds(at), static_cast<double>(*rc::gen::inRange(0, 400))});
    at += *rc::gen::inRange(1, 3000);
  }
  spec.period = Seconds(at);
  spec.requests_per_s_per_replica = *rc::gen::inRange(1, 20);
  spec.target_utilisation = 0.05 * *rc::gen::inRange(2, 21);
  spec.most = 1'000'000;
  spec.scale_out_cooldown = Seconds(*rc::gen::inRange(0, 300));
  spec.scale_in_cooldown = Seconds(*rc::gen::inRange(0, 600));
  return spec;
}

Seconds drawn_length() { return Seconds(*rc::gen::inRange(1, 20'000)); }

double peak(const EndpointSpec& spec) {
  double most = 0;
  for (const RatePoint& point : spec.requests) most = std::max(most, point.requests_per_s);
  return most;
}

RC_GTEST_PROP(Endpoints, AConstantRateSettlesAtTheClosedForm, ()) {
  EndpointSpec spec = drawn_endpoint();
  spec.requests.resize(1);
  const double rate = peak(spec);
  const double one = spec.requests_per_s_per_replica * spec.target_utilisation;
  const double wanted = std::max(1.0, std::ceil(rate / one - 1e-9));
  const double length = drawn_length().si();
  const EndpointOutcome outcome = run_endpoint(spec, Seconds(0), Seconds(length));
  RC_ASSERT(static_cast<double>(outcome.most_replicas) == wanted);
  RC_ASSERT(std::abs(outcome.replica_seconds - wanted * length) <= 1e-6 * wanted * length);
  RC_ASSERT(outcome.unserved == 0);
}

RC_GTEST_PROP(Endpoints, AmpleCapacityServesEverything, ()) {
  EndpointSpec spec = drawn_endpoint();
  spec.least = static_cast<int>(std::ceil(peak(spec) / spec.requests_per_s_per_replica));
  const EndpointOutcome outcome = run_endpoint(spec, Seconds(0), drawn_length());
  RC_ASSERT(outcome.unserved <= 1e-9 * outcome.requests);
}

RC_GTEST_PROP(Endpoints, MoreUtilisationNeedsNoMoreReplicas, ()) {
  EndpointSpec spec = drawn_endpoint();
  spec.scale_out_cooldown = spec.scale_in_cooldown = Seconds(0);
  const Seconds length = drawn_length();
  const EndpointOutcome lower = run_endpoint(spec, Seconds(0), length);
  spec.target_utilisation = std::min(1.0, spec.target_utilisation + 0.1);
  const EndpointOutcome higher = run_endpoint(spec, Seconds(0), length);
  RC_ASSERT(higher.most_replicas <= lower.most_replicas);
  RC_ASSERT(higher.replica_seconds <= lower.replica_seconds * (1 + 1e-9));
  RC_ASSERT(higher.unserved >= lower.unserved * (1 - 1e-9));
}

RC_GTEST_PROP(Endpoints, ServedAndUnservedAreAllRequests, ()) {
  // Requests do not depend on who serves them, and no replica serves more than it can.
  const EndpointSpec spec = drawn_endpoint();
  const Seconds length = drawn_length();
  const EndpointOutcome slow = run_endpoint(spec, Seconds(*rc::gen::inRange(1, 900)), length);
  const EndpointOutcome fast = run_endpoint(spec, Seconds(0), length);
  RC_ASSERT(std::abs(slow.requests - fast.requests) <= 1e-9 * (1 + fast.requests));
  RC_ASSERT(fast.unserved <= slow.unserved + 1e-9 * (1 + slow.requests));
  const double could = slow.replica_seconds * spec.requests_per_s_per_replica;
  RC_ASSERT(slow.requests - slow.unserved <= could + 1e-6 * (1 + could));
  RC_ASSERT(slow.short_seconds <= length.si() * (1 + 1e-9));
}

}  // namespace
}  // namespace sextant
