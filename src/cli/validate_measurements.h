#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sextant/training/calibration.h"
#include "src/catalog/catalogue.h"
#include "src/pages/validate_page.h"
#include "src/report/text_style.h"

namespace sextant::cli {

/// Errors of forecasts of measured collectives: one operation on one number of nodes of a kind.
struct CollectiveSet {
  std::string name;  ///< "p5.48xlarge, all_gather, 16 nodes"
  int n = 0;
  int extrapolated = 0;                           ///< beyond the nodes or buffers that were fitted
  double mape = 0, median = 0, p90 = 0, max = 0;  ///< of |predicted / measured − 1|
  double bias = 0;                                ///< mean of predicted / measured − 1
};

/// Sets, and the points that they sum up.
struct CollectiveValidation {
  std::vector<CollectiveSet> sets;  ///< then "all"
  std::vector<pages::CollectiveForecast> points;
};

/// Forecasts the collectives of measurements documents, buffers of 1 MB and more, with the
/// calibration's curves of the same instance; samples that a fit would leave out are left out.
/// @throws io::InputError if a document's instance is not among them
CollectiveValidation validate_measurements(const std::vector<std::string>& files,
                                           const Calibration& calibration,
                                           catalog::Catalogue& catalogue);

std::string collective_validation_text(const std::vector<CollectiveSet>& sets,
                                       report::TextStyle style);
/// sets[] with kind "measurements".
nlohmann::ordered_json collective_validation_json(const std::vector<CollectiveSet>& sets);

}  // namespace sextant::cli
