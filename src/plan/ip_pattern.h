#pragma once

#include "sextant/cluster/fabric.h"
#include "sextant/cluster/instance.h"
#include "sextant/kernel/quantity.h"
#include "sextant/network/flow_problem.h"

namespace sextant::plan {

/// A transfer over IP between the host of a node and the store, from one to the other.
///
/// It takes the cards that have an IP interface, in equal shares, as NetworkCards has it, and
/// beyond them the ways of the fabric; where those cards are not the fabric's, it meets the
/// fabric's traffic beyond the nodes only. Where the instance's IP bandwidth is not known, or one
/// path is chosen by a hash, it goes as the fabric's own messages do.
TransferPattern ip_pattern(const Fabric& fabric, const Instance& instance, Fabric::VertexId from,
                           Fabric::VertexId to, Bytes bytes);

}  // namespace sextant::plan
