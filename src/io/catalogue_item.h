#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "src/io/diagnostics.h"
#include "src/io/node.h"

namespace sextant::io {

/// Folder of models/ in which entries of type T stand. Specialised once per family, in
/// src/catalog/families.h.
template <class T>
inline constexpr const char* kFamily = nullptr;

/// A member that a file gives as a name in the catalogue ("p5.48xlarge"), as a named entry with
/// changes ({"base": "p5.48xlarge", "network_bandwidth": "800 Gb/s"}), or in full.
template <class T>
struct CatalogueItem {
  T value;
  std::string base;  ///< the name it came from; empty if it was given in full

  const T& operator*() const { return value; }
  const T* operator->() const { return &value; }
};

template <class T>
inline constexpr bool kIsCatalogueItem = false;
template <class T>
inline constexpr bool kIsCatalogueItem<CatalogueItem<T>> = true;

/// What the reader asks of a catalogue.
class CatalogueLookup {
 public:
  virtual ~CatalogueLookup() = default;

  /// The entry's tree, with its own `base` merged in, valid as long as the catalogue. Null if there
  /// is no such entry or its file is wrong: the diagnostics say so, at `asked_for`.
  virtual const Node* find(std::string_view family, std::string_view name, const Place& asked_for,
                           Diagnostics& diagnostics) = 0;
};

}  // namespace sextant::io
