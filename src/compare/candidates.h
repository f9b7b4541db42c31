#pragma once

#include <string>
#include <vector>

#include "src/catalog/catalogue.h"
#include "src/compare/compare.h"

namespace sextant::compare {

/// One scenario, on which other hardware.
struct HardwareChoices {
  std::vector<std::string> instances{};  ///< empty: the scenario's own
  std::vector<int> nodes{};              ///< empty: the scenario's number; one: for all instances
  bool same_accelerators = false;        ///< as many nodes as have the scenario's accelerators
  bool keep_layout = false;              ///< the scenario's, where it fits
};

/// The scenario on each of the instances, in their order; with one instance, on each number of
/// nodes. Where it cannot be, the candidate says why.
/// @pre `nodes` has one entry, or as many as the instances; or there is one instance at most
/// @throws io::InputError for a name that the catalogue does not have
std::vector<Candidate> on_hardware(const scenario::Scenario& scenario,
                                   const HardwareChoices& choices, catalog::Catalogue& catalogue);

}  // namespace sextant::compare
