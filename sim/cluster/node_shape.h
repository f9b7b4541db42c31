#pragma once

#include "sextant/cluster/accelerator.h"
#include "sextant/cluster/fabric_plan.h"
#include "sextant/cluster/instance.h"

namespace sextant {

/// How a node is wired inside. Its vertices stand in this order: accelerators, PCIe switches, host,
/// cards, link switches. PCIe switches are as many as divide both accelerators and cards evenly:
/// one for each accelerator of a p5, with four cards; one for two accelerators and a card of a p4d.
struct NodeShape {
  int accelerators = 0;
  int pcie_switches = 0;
  int cards = 0;
  int link_switches = 0;     ///< of the node alone; 0: its link domain spans nodes
  int nodes_per_domain = 1;  ///< that share a link switch where it spans nodes
  BytesPerSecond link;       ///< accelerator to link switch
  BytesPerSecond lane;       ///< accelerator to PCIe switch: no narrower than that switch's cards
  BytesPerSecond card;       ///< PCIe switch to card, and card to leaf
  BytesPerSecond host_link;  ///< PCIe switch to host

  int host() const { return accelerators + pcie_switches; }
  int first_card() const { return host() + 1; }
  int first_link_switch() const { return first_card() + cards; }
  int vertices() const { return first_link_switch() + link_switches; }
};

/// @pre the instance has accelerators and cards
NodeShape node_shape(const FabricPlan& plan, const Instance& instance,
                     const Accelerator& accelerator);

}  // namespace sextant
