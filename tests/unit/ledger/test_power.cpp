#include "sextant/ledger/power.h"

#include <gtest/gtest.h>

namespace sextant {
namespace {

Instance eight() {
  Instance instance;
  instance.accelerators = 8;
  return instance;
}

Accelerator accelerator(double tdp, double idle) {
  Accelerator chip;
  chip.tdp.value = Watts(tdp);
  chip.idle_power.value = Watts(idle);
  return chip;
}

TEST(PowerCurve, IsTheInstancesOwnWhereItHasOne) {
  Instance instance = eight();
  instance.power = PowerCurve{};
  instance.power->full = {Watts(7750), "measured", "2025", Method::kMeasured, std::nullopt};
  EXPECT_EQ(power_curve(instance, accelerator(700, 70)).full.value, Watts(7750));
}

struct Server {
  const char* name;
  double tdp, idle, published_full;
};

// Published powers under load: Teads (V100, A100), Newkirk et al. 2025 (H100).
TEST(PowerCurve, DerivedMeetsPublishedServers) {
  for (const Server& server : {Server{"V100", 300, 35, 3786}, Server{"A100", 400, 60, 5245},
                               Server{"H100", 700, 70, 7750}}) {
    const PowerCurve curve = power_curve(eight(), accelerator(server.tdp, server.idle));
    EXPECT_NEAR(curve.full.value.si() / server.published_full, 1, 0.1) << server.name;
    EXPECT_LT((*curve.full.range)[0].si(), server.published_full) << server.name;
    EXPECT_GT((*curve.full.range)[1].si(), server.published_full) << server.name;
    EXPECT_LT(curve.idle.value, curve.half.value) << server.name;
    EXPECT_LT(curve.half.value, curve.full.value) << server.name;
    EXPECT_EQ(curve.full.method, Method::kDerived) << server.name;
  }
}

TEST(PowerCurve, DerivedIdleCoversTheMeasurements) {
  const PowerCurve curve = power_curve(eight(), accelerator(400, 60));
  EXPECT_LE((*curve.idle.range)[0].si(), 1512 * 0.6);  // Acme trace, 5 % quantile
  EXPECT_GE((*curve.idle.range)[1].si(), 1512);
}

}  // namespace
}  // namespace sextant
