#pragma once

#include <string>
#include <utility>

#include "src/io/diagnostics.h"
#include "src/io/place_map.h"
#include "src/scenario/scenario.h"

namespace sextant::scenario {

/// What the checks of a scenario have in common: they find the place of a member in the file.
class MemberChecks {
 protected:
  MemberChecks(const Scenario& scenario, const io::PlaceMap& places, io::Diagnostics& diagnostics)
      : s_(scenario), places_(places), diagnostics_(diagnostics) {}

  /// An error at a member, to which note() may add the other members of a conflict.
  template <class T>
  io::Diagnostic& error(const T& member, const std::string& message) {
    return diagnostics_.error(places_.of(member), message);
  }
  template <class T>
  void note(io::Diagnostic& entry, const T& member, std::string text) {
    const io::Place place = places_.of(member);
    if (place.document) entry.notes.push_back({place, std::move(text)});
  }

  const Scenario& s_;
  const io::PlaceMap& places_;
  io::Diagnostics& diagnostics_;
};

}  // namespace sextant::scenario
