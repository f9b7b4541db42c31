#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

#include "tests/support/flow_worker.h"
#include "tests/support/random_flows.h"
#include "tests/support/reference_flows.h"

namespace sextant {
namespace {

/// Within a millionth, or a nanosecond.
bool same_time(double a, double b) {
  return (std::isinf(a) && std::isinf(b)) || std::abs(a - b) <= std::max(1e-6 * a, 1e-9);
}

void expect_same(const FlowResult& ours, const FlowResult& reference) {
  RC_ASSERT(ours.end.size() == reference.end.size());
  for (std::size_t i = 0; i < reference.end.size(); ++i) {
    RC_ASSERT(same_time(ours.start[i], reference.start[i]));
    RC_ASSERT(same_time(ours.moving[i], reference.moving[i]));
    RC_ASSERT(same_time(ours.end[i], reference.end[i]));
  }
}

/// Two problems a case, so that a hundred cases are two hundred problems.
TEST(FlowEngine, AgreesWithProgressiveFilling) {
  SEXTANT_NEEDS_FLOW_WORKER();
  EXPECT_TRUE(rc::check([] {
    for (int problems = 0; problems < 2; ++problems) {
      const FlowProblem problem = fixtures::some_flows();
      expect_same(run::run_flows(problem, tests::flow_worker()),
                  fixtures::reference_flows(problem));
    }
  }));
}

}  // namespace
}  // namespace sextant
