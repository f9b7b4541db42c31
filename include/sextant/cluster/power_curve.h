#pragma once

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// Power of one instance, accelerators and host together, at three loads.
struct PowerCurve {
  Coefficient<Watts> idle;  ///< rented, nothing running
  Coefficient<Watts> half;  ///< about half of the training load: stalls, collectives that spin
  Coefficient<Watts> full;  ///< steady training
};

template <class Archive>
void visit(Archive& a, PowerCurve& s) {
  a.object("power_curve", "Power of one instance, accelerators and host together.");
  a.field("idle", s.idle, {.doc = "Rented, nothing running", .min = 0, .required = true});
  a.field("half", s.half,
          {.doc = "Stalled or spinning in a collective", .min = 0, .required = true});
  a.field("full", s.full, {.doc = "Steady training", .min = 0, .required = true});
}

}  // namespace sextant
