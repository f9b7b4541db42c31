#pragma once

#include <optional>
#include <string_view>

namespace sextant::validate {

/// Year of a software release, as in 2024.67 for September 2024, from words that name it: the first
/// date (2023-05), NVIDIA container (24.09) or Neuron SDK (2.14; a release about every eight weeks
/// since 2.10 of May 2023). Nothing where there is none.
std::optional<double> release_date(std::string_view words);

}  // namespace sextant::validate
