#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/io/description.h"
#include "src/io/node.h"

namespace sextant::serve {

/// A member of a scenario that a page may change.
struct PointerInfo {
  std::string pointer;  ///< "/cluster/nodes"
  std::string doc;
  io::TypeDescription type;
};

/// Every member of scenarios that is no object, outermost first: those of lists and maps as far as
/// `scenario`, a whole one, has elements.
std::vector<PointerInfo> pointers_of(const io::Node& scenario);

/// What may be written there, for people: "a whole number", "one of …", "a time such as …".
std::string expected_text(const io::TypeDescription& type);

/// [{pointer, doc, expects}]: what completion offers.
nlohmann::ordered_json pointers_json(const std::vector<PointerInfo>& pointers);

/// The value at a JSON pointer of a tree; null if there is none.
const io::Node* find_at(const io::Node& root, std::string_view pointer);

}  // namespace sextant::serve
