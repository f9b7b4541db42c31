#pragma once

#include <optional>
#include <string>

#include "src/catalog/catalogue.h"

namespace sextant::cli {

/// An entry of the catalogue of models for a name of somebody else's.
struct NearestModel {
  std::string name;    ///< "llama3-70b"
  bool exact = false;  ///< the same model; else the nearest of the same family and size
};

/// Finds "meta-llama/Meta-Llama-3-70B-Instruct" or "meta-textgeneration-llama-3-70b": names and
/// titles are compared without owner, separators, and words that do not change the shape.
std::optional<NearestModel> nearest_model(const std::string& name, catalog::Catalogue& catalogue);

}  // namespace sextant::cli
