#pragma once

#include <array>
#include <string>
#include <vector>

#include "sextant/kernel/coefficient.h"
#include "src/catalog/families.h"

namespace sextant::catalog {

/// What the sourced figures of a family rest on.
struct FamilyCount {
  std::string family;
  int entries = 0;
  int figures = 0;                                               ///< with a source
  std::array<int, EnumNames<Method>::table.size()> by_method{};  ///< in the order of the names
  int undated = 0;
};

/// A figure that a reader should doubt.
struct Doubt {
  std::string entry;  ///< family/name
  io::Figure figure;
};

struct CheckResult {
  std::vector<FamilyCount> families;
  std::vector<Doubt> assumed;
  std::vector<Doubt> undated;  ///< without a date or a source: such a figure may not stay
};

/// Reads every entry, of one family or one entry if `what` names it, and looks at its figures.
/// @throws io::InputError with the errors of all entries that are wrong
CheckResult check(Catalogue& catalogue, const std::string& what = "");

}  // namespace sextant::catalog
