#include "src/io/description.h"

#include <algorithm>

#include "sextant/kernel/assert.h"

namespace sextant::io {

const ObjectDescription& Description::object(const std::string& name) const {
  const auto found = std::find_if(objects_.begin(), objects_.end(),
                                  [&](const auto& candidate) { return candidate->name == name; });
  SEXTANT_ASSERT(found != objects_.end(), "no struct of the description is called {}", name);
  return **found;
}

}  // namespace sextant::io
