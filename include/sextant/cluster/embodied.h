#pragma once

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// Emissions of making one machine, spread evenly over the hours that it will be in use.
struct Embodied {
  Coefficient<GramsCo2e> mass;
  Coefficient<Seconds> life;
};

template <class Archive>
void visit(Archive& a, Embodied& s) {
  a.object("embodied", "Emissions of manufacture, spread over the life of the machine.");
  a.field("mass", s.mass, {.doc = "CO2e of making one instance", .min = 0, .required = true});
  a.field("life", s.life, {.doc = "Time in use until it is replaced", .min = 1, .required = true});
}

}  // namespace sextant
