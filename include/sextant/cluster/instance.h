#pragma once

#include <optional>
#include <string>

#include "sextant/cluster/embodied.h"
#include "sextant/cluster/host.h"
#include "sextant/cluster/power_curve.h"
#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// What can be rented by the hour. Collectives use EFA (or InfiniBand), storage uses IP: two
/// limits, on some types of the same cards. Both are per instance and per direction.
struct Instance {
  std::string name;
  std::string title;
  std::optional<std::string> accelerator;  ///< name of an accelerator; absent: none, only a host
  int accelerators = 0;
  /// Accelerators in one NVLink or NeuronLink domain, which may span instances (GB200: 72 of 4 per
  /// host). Absent: those of the instance.
  std::optional<Coefficient<int>> link_domain;
  /// Accelerators that fail together. Absent: those of the instance.
  std::optional<Coefficient<int>> blast_radius;
  std::string fabric;  ///< Key of the network's coefficients in a calibration, e.g. "efa".
  Coefficient<BytesPerSecond> network_bandwidth;
  Coefficient<int> network_cards;
  std::optional<Coefficient<int>> interfaces_per_card;
  std::optional<Coefficient<BytesPerSecond>> ip_bandwidth;
  /// Cards that have an IP interface. Absent: one.
  std::optional<Coefficient<int>> ip_cards;
  bool ip_apart = false;  ///< those are cards of their own, beside the fabric's
  std::optional<Host> host;
  std::optional<PowerCurve> power;
  std::optional<Embodied> embodied;

  int accelerators_per_link_domain() const { return link_domain ? *link_domain : accelerators; }
  int accelerators_per_failure() const { return blast_radius ? *blast_radius : accelerators; }
};

template <class Archive>
void visit(Archive& a, Instance& s) {
  a.object("instance", "What can be rented by the hour; bandwidths per instance and direction.");
  a.field("name", s.name, {.doc = "Name in the catalogue", .required = true});
  a.field("title", s.title, {.doc = "Name for people", .required = true});
  a.field("accelerator", s.accelerator, {.doc = "Name of an accelerator; absent: only a host"});
  a.field("accelerators", s.accelerators, {.doc = "Accelerators per instance", .min = 0});
  a.field(
      "link_domain", s.link_domain,
      {.doc = "Accelerators of one NVLink or NeuronLink domain; absent: the instance's", .min = 1});
  a.field("blast_radius", s.blast_radius,
          {.doc = "Accelerators that fail together; absent: the instance's", .min = 1});
  a.field("fabric", s.fabric,
          {.doc = "Key of the network's coefficients in a calibration", .required = true});
  a.field("network_bandwidth", s.network_bandwidth,
          {.doc = "EFA or InfiniBand, all cards together", .min = 1, .required = true});
  a.field("network_cards", s.network_cards, {.doc = "Network cards", .min = 1, .required = true});
  a.field("interfaces_per_card", s.interfaces_per_card,
          {.doc = "EFA or InfiniBand interfaces of each card; absent: one", .min = 1});
  a.field("ip_bandwidth", s.ip_bandwidth, {.doc = "TCP/IP traffic: storage", .min = 1});
  a.field("ip_cards", s.ip_cards, {.doc = "Cards with an IP interface; absent: one", .min = 1});
  a.field("ip_apart", s.ip_apart,
          {.doc = "Those are cards of their own: what IP takes, the fabric does not lose"});
  a.field("host", s.host, {.doc = "Processors, memory and local disks; absent: not known"});
  a.field("power", s.power, {.doc = "Power at three loads; absent: derived from the accelerators"});
  a.field("embodied", s.embodied,
          {.doc = "Emissions of manufacture; absent: they are not forecast"});
}

}  // namespace sextant
