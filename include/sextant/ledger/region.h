#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// Carbon intensity of the grid after one set of factors.
struct GridFactor {
  std::string set;
  Coefficient<GramsCo2ePerJoule> intensity;
};

template <class Archive>
void visit(Archive& a, GridFactor& s) {
  a.object("grid_factor", "Carbon intensity of the grid after one set of factors.");
  a.field("set", s.set, {.doc = "Name of the set, e.g. electricity-maps-2024", .required = true});
  a.field("intensity", s.intensity, {.doc = "Carbon intensity", .min = 0, .required = true});
}

/// Where the cluster stands. Published sets of factors differ up to four times for one region, so
/// they stand side by side and a forecast names the one it used: the first, unless another is asked
/// for.
struct Region {
  std::string name;
  std::string title;
  Coefficient<double> pue;
  std::optional<Coefficient<double>> wue;  ///< litres of water per kWh of the computers
  std::vector<GridFactor> location_based;
  std::optional<Coefficient<GramsCo2ePerJoule>> market_based;

  /// The set of that name, or the first one if the name is empty; null if there is none.
  const GridFactor* factor(const std::string& set) const {
    for (const GridFactor& candidate : location_based) {
      if (set.empty() || candidate.set == set) return &candidate;
    }
    return nullptr;
  }
};

template <class Archive>
void visit(Archive& a, Region& s) {
  a.object("region", "Where the cluster stands: overhead of the building, carbon of the grid.");
  a.field("name", s.name, {.doc = "Name in the catalogue", .required = true});
  a.field("title", s.title, {.doc = "Name for people"});
  a.field("pue", s.pue,
          {.doc = "Power usage effectiveness: building / computers", .min = 1, .required = true});
  a.field("wue", s.wue,
          {.doc = "Water usage effectiveness: litres per kWh of the computers", .min = 0});
  a.field("location_based", s.location_based,
          {.doc = "Factors of the local grid; the first is the default"});
  a.field("market_based", s.market_based,
          {.doc = "Factor after the provider's contracts and certificates"});
}

}  // namespace sextant
