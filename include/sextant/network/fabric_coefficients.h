#pragma once

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// What collectives and transfers reach of a network between nodes.
struct FabricCoefficients {
  Coefficient<double> efficiency;  ///< fraction of the line rate, large collectives
  Coefficient<Seconds> latency;    ///< per step of a ring across nodes
};

template <class Archive>
void visit(Archive& a, FabricCoefficients& s) {
  a.object("fabric_coefficients", "What collectives reach of a network between nodes.");
  a.field("efficiency", s.efficiency,
          {.doc = "Large collectives, fraction of the line rate",
           .min = 0,
           .max = 1,
           .required = true});
  a.field("latency", s.latency,
          {.doc = "Per step of a ring across nodes", .min = 0, .required = true});
}

}  // namespace sextant
