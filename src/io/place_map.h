#pragma once

#include <map>
#include <typeindex>
#include <utility>

#include "src/io/node.h"

namespace sextant::io {

/// Remembers where each member of a declarative struct was read, by the member's address, so that a
/// check of two members against each other can show both places:
///
///     places.of(scenario.cluster.nodes)
///
/// A member that the file leaves out has the place of the object that would hold it. Valid while
/// the struct is neither moved nor resized.
class PlaceMap {
 public:
  template <class T>
  void record(const T& member, const Place& place) {
    places_.insert_or_assign({&member, typeid(T)}, place);
  }

  /// Nowhere, if the member was never visited.
  template <class T>
  Place of(const T& member) const {
    const auto found = places_.find({&member, typeid(T)});
    return found == places_.end() ? Place{} : found->second;
  }

 private:
  std::map<std::pair<const void*, std::type_index>, Place> places_;
};

}  // namespace sextant::io
