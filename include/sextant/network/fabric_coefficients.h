#pragma once

#include <optional>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// What collectives and transfers reach of a network between nodes.
struct FabricCoefficients {
  Coefficient<double> efficiency;  ///< fraction of the line rate, large collectives
  /// Time by which a collective that layers wait for is later for every node that it crosses: idle
  /// channels, rendezvous, ranks that arrive at different times …
  Coefficient<Seconds> crossing;
  /// … and where messages between pipeline stages use the same cards.
  Coefficient<Seconds> shared_crossing;
  Coefficient<Seconds> latency;  ///< per step of a ring across nodes, from rank to rank
  /// Standard deviation of log(measured / predicted) where tensor-parallel groups cross nodes;
  /// absent: no more than elsewhere.
  std::optional<Coefficient<double>> crossing_spread;
};

template <class Archive>
void visit(Archive& a, FabricCoefficients& s) {
  a.object("fabric_coefficients", "What collectives reach of a network between nodes.");
  a.field("efficiency", s.efficiency,
          {.doc = "Large collectives, fraction of the line rate",
           .min = 0,
           .max = 1,
           .required = true});
  a.field(
      "crossing", s.crossing,
      {.doc = "Delay per node of a collective that layers wait for", .min = 0, .required = true});
  a.field(
      "shared_crossing", s.shared_crossing,
      {.doc = "Likewise, where pipeline messages use the same cards", .min = 0, .required = true});
  a.field(
      "crossing_spread", s.crossing_spread,
      {.doc = "Standard deviation of log(measured / predicted) where tensor-parallel groups cross "
              "nodes; absent: as elsewhere",
       .min = 0});
  a.field(
      "latency", s.latency,
      {.doc = "Per step, from rank to rank, of a ring across nodes", .min = 0, .required = true});
}

}  // namespace sextant
