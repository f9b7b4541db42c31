#pragma once

#include <string>
#include <utility>

#include "src/io/diagnostics.h"
#include "src/io/place_map.h"
#include "src/scenario/scenario.h"

namespace sextant::scenario {

/// What checks have in common: they find the place of a member in the file.
class PlacedChecks {
 protected:
  PlacedChecks(const io::PlaceMap& places, io::Diagnostics& diagnostics)
      : places_(places), diagnostics_(diagnostics) {}

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

  const io::PlaceMap& places_;
  io::Diagnostics& diagnostics_;
};

/// Checks of a scenario.
class MemberChecks : protected PlacedChecks {
 protected:
  MemberChecks(const Scenario& scenario, const io::PlaceMap& places, io::Diagnostics& diagnostics)
      : PlacedChecks(places, diagnostics), s_(scenario) {}

  /// The scenario's store of this name, which `member` gives. Null, with an error there, if it has
  /// none.
  template <class T>
  const StorageSystem* known_store(const T& member, const std::string& name) {
    if (const StorageSystem* found = s_.find_store(name)) return found;
    error(member, "found \"" + name + "\", expected one of the scenario's stores").help =
        nearest_store(name);
    return nullptr;
  }

  const Scenario& s_;

 private:
  /// What else it may have meant.
  std::string nearest_store(const std::string& name) const;
};

}  // namespace sextant::scenario
