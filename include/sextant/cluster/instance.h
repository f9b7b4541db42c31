#pragma once

#include <optional>
#include <string>

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

/// What can be rented by the hour. EFA (or InfiniBand) bandwidth serves collectives, IP bandwidth
/// serves storage; both are per instance and per direction.
struct Instance {
  std::string name;
  std::string title;
  std::string accelerator;  ///< Name of an accelerator in the catalogue.
  int accelerators = 8;
  std::string fabric;  ///< Key of the network's coefficients in a calibration, e.g. "efa".
  Coefficient<BytesPerSecond> network_bandwidth;
  Coefficient<int> network_cards;
  std::optional<Coefficient<BytesPerSecond>> ip_bandwidth;
  std::optional<PowerCurve> power;
};

template <class Archive>
void visit(Archive& a, Instance& s) {
  a.object("instance", "What can be rented by the hour; bandwidths per instance and direction.");
  a.field("name", s.name, {.doc = "Name in the catalogue", .required = true});
  a.field("title", s.title, {.doc = "Name for people", .required = true});
  a.field("accelerator", s.accelerator, {.doc = "Name of an accelerator", .required = true});
  a.field("accelerators", s.accelerators, {.doc = "Accelerators per instance", .min = 1});
  a.field("fabric", s.fabric,
          {.doc = "Key of the network's coefficients in a calibration", .required = true});
  a.field("network_bandwidth", s.network_bandwidth,
          {.doc = "EFA or InfiniBand, all cards together", .min = 1, .required = true});
  a.field("network_cards", s.network_cards, {.doc = "Network cards", .min = 1, .required = true});
  a.field("ip_bandwidth", s.ip_bandwidth, {.doc = "TCP/IP traffic: storage", .min = 1});
  a.field("power", s.power, {.doc = "Power at three loads; absent: no energy forecast"});
}

}  // namespace sextant
