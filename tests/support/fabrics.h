#pragma once

#include "sextant/cluster/fabric.h"

namespace sextant::test {

inline constexpr BytesPerSecond kCard{12.5e9};   ///< of a p5: 100 Gb/s
inline constexpr BytesPerSecond kNvlink{450e9};  ///< of an H100

inline Accelerator fabric_accelerator() {
  Accelerator accelerator;
  accelerator.name = "h100-80gb";
  accelerator.link_bandwidth.value = kNvlink;
  return accelerator;
}

/// As many accelerators and cards as asked for, 100 Gb/s each card.
inline Instance fabric_instance(int accelerators, int cards) {
  Instance instance;
  instance.name = "node";
  instance.accelerators = accelerators;
  instance.network_bandwidth.value = kCard * static_cast<double>(cards);
  instance.network_cards.value = cards;
  return instance;
}

inline Instance p5() { return fabric_instance(8, 32); }

inline FabricPlan fabric_plan(FabricKind kind) {
  FabricPlan plan;
  plan.kind = kind;
  return plan;
}

inline Fabric fabric_of(const FabricPlan& plan, const Instance& instance, int nodes) {
  return make_fabric(plan, instance, fabric_accelerator(), nodes);
}

}  // namespace sextant::test
