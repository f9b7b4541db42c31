#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "sextant/cluster/fabric.h"
#include "src/catalog/families.h"

namespace sextant::catalog {
namespace {

using testing::ElementsAre;

struct Shipped {
  Catalogue catalogue{SEXTANT_SOURCE_DIR "/models"};

  FabricPlan plan(const std::string& name) { return catalogue.load<FabricPlan>(name); }
  Instance instance(const std::string& name) { return catalogue.load<Instance>(name); }
  Accelerator accelerator_of(const Instance& instance) {
    return catalogue.load<Accelerator>(*instance.accelerator);
  }
  Fabric fabric(const std::string& name, const std::string& node, int nodes) {
    const Instance it = instance(node);
    return make_fabric(plan(name), it, accelerator_of(it), nodes);
  }
};

TEST(ShippedFabrics, JoinEveryInstanceThatHasAccelerators) {
  Shipped shipped;
  int joined = 0;
  for (const std::string& node : shipped.catalogue.names("instances")) {
    const Instance instance = shipped.instance(node);
    if (!instance.accelerator) continue;
    const Accelerator accelerator = shipped.accelerator_of(instance);
    for (const std::string& name : shipped.catalogue.names("fabrics")) {
      SCOPED_TRACE(name + " of " + node);
      const FabricPlan plan = shipped.plan(name);
      EXPECT_THAT(fabric_faults(plan, instance, accelerator, 40), ElementsAre());
      const Fabric fabric = make_fabric(plan, instance, accelerator, 40);
      EXPECT_FALSE(fabric.route(fabric.accelerator(0, 0), fabric.accelerator(39, 0)).empty());
      ++joined;
    }
  }
  EXPECT_GE(joined, 200);
}

TEST(ShippedFabrics, KeepTheirPromiseOfBandwidth) {
  Shipped shipped;
  const std::map<std::string, double> oversubscribed{{"rail-clos-4to1", 4.0},
                                                     {"fat-tree-2to1", 2.0}};
  const double half = 256 * shipped.instance("p5.48xlarge").network_bandwidth.value.si();
  for (const std::string& name : shipped.catalogue.names("fabrics")) {
    const auto found = oversubscribed.find(name);
    const double expected = half / (found == oversubscribed.end() ? 1.0 : found->second);
    const double bisection = shipped.fabric(name, "p5.48xlarge", 512).bisection().si();
    if (name == "llama3-roce") continue;  // its pods have 384 nodes: the next test
    EXPECT_NEAR(bisection / expected, 1.0, 1e-6) << name;
  }
}

TEST(ShippedFabrics, Llama3HasEightPodsWithASeventhOfTheirBandwidthBetweenThem) {
  Shipped shipped;
  const Fabric fabric = shipped.fabric("llama3-roce", "grand-teton-h100", 3072);
  EXPECT_EQ(fabric.leaf_groups(), 8 * 192);
  const double half = 1536 * shipped.instance("grand-teton-h100").network_bandwidth.value.si();
  EXPECT_NEAR(fabric.bisection().si() * 7.0 / half, 1.0, 1e-6);
}

}  // namespace
}  // namespace sextant::catalog
