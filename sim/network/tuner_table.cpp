#include "sextant/network/tuner_table.h"

#include <algorithm>

namespace sextant {

std::vector<TunerRegion> TunerTable::regions_for(const std::string& instance) const {
  for (const Platform& platform : platforms) {
    const auto& names = platform.instances;
    if (std::find(names.begin(), names.end(), instance) != names.end()) return platform.regions;
  }
  return {};
}

}  // namespace sextant
