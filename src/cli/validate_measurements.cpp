#include "src/cli/validate_measurements.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "calibrate/fit/measurement_fit.h"
#include "calibrate/ingest/measurement_file.h"
#include "sextant/network/collective_use.h"
#include "src/catalog/families.h"
#include "src/io/diagnostics.h"
#include "src/report/human.h"
#include "src/report/text_table.h"

namespace sextant::cli {
namespace {

constexpr double kJudgedBytes = 1e6;

struct Errors {
  std::vector<double> signed_errors;
  int extrapolated = 0;

  CollectiveSet summary(const std::string& name) const {
    CollectiveSet set{.name = name, .n = static_cast<int>(signed_errors.size())};
    set.extrapolated = extrapolated;
    if (signed_errors.empty()) return set;
    std::vector<double> sizes;
    for (const double error : signed_errors) {
      sizes.push_back(std::abs(error));
      set.bias += error / set.n;
      set.mape += std::abs(error) / set.n;
    }
    std::sort(sizes.begin(), sizes.end());
    const auto at = [&](double share) {
      return sizes[static_cast<std::size_t>(std::lround(share * (set.n - 1)))];
    };
    set.median = at(0.5);
    set.p90 = at(0.9);
    set.max = sizes.back();
    return set;
  }
};

CollectiveKind kind_of(ingest::Operation operation) {
  if (operation == ingest::Operation::kAllReduce) return CollectiveKind::kAllReduce;
  if (operation == ingest::Operation::kAllToAll) return CollectiveKind::kAllToAll;
  if (operation == ingest::Operation::kPointToPoint) return CollectiveKind::kMessage;
  return CollectiveKind::kHalfAllReduce;
}

const CollectiveCoefficients& fitted_on(const std::string& instance, const std::string& file,
                                        const Calibration& calibration) {
  const auto found = calibration.collectives.find(instance);
  if (found != calibration.collectives.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [name, collectives] : calibration.collectives) known.push_back(name);
  io::Diagnostics diagnostics;
  diagnostics
      .error_in_file(file, fmt::format("was measured on \"{}\", and calibration '{}' has no "
                                       "measured collectives of it",
                                       instance, calibration.name))
      .help = known.empty() ? std::string("give --calibration one that has, p5 for example")
                            : fmt::format("it has those of {}", fmt::join(known, ", "));
  diagnostics.throw_if_errors();
  return found->second;  // not reached
}

Instance instance_of(const ingest::Measurements& document, const std::string& file,
                     catalog::Catalogue& catalogue) {
  const std::string& name = document.environment.instance;
  if (!name.empty()) return catalogue.load<Instance>(name);
  io::Diagnostics diagnostics;
  diagnostics.error_in_file(file, "does not say on which instances it was measured").help =
      "write \"instance\" into its environment";
  diagnostics.throw_if_errors();
  return {};  // not reached
}

fit::FitNode node_of(const Instance& instance, int ranks, catalog::Catalogue& catalogue,
                     const std::vector<ingest::Measurements>& documents) {
  if (!instance.accelerator) return {.ranks = ranks};
  return fit::fit_node(catalogue.load<Accelerator>(*instance.accelerator), ranks, documents);
}

}  // namespace

CollectiveValidation validate_measurements(const std::vector<std::string>& files,
                                           const Calibration& calibration,
                                           catalog::Catalogue& catalogue) {
  CollectiveValidation result;
  std::map<std::string, Errors> sets;
  Errors all;
  std::vector<ingest::Measurements> documents;
  for (const std::string& file : files) documents.push_back(ingest::read_measurements(file));
  for (std::size_t i = 0; i < files.size(); ++i) {
    const ingest::Measurements& document = documents[i];
    const Instance instance = instance_of(document, files[i], catalogue);
    const CollectiveCoefficients& fitted = fitted_on(instance.name, files[i], calibration);
    const auto node = node_of(instance, fitted.ranks_per_node, catalogue, documents);
    fit::FitPoints points;
    fit::add_points(document, node, points);
    for (const fit::CollectivePoint& point : points.collectives) {
      if (point.bytes.si() < kJudgedBytes) continue;
      const Seconds predicted = fit::forecast(fitted, point);
      if (predicted <= Seconds(0)) continue;
      CollectiveUse use;
      use.record(kind_of(point.operation), point.bytes, {point.ranks, point.per_node});
      const bool outside = !use.beyond(fitted).empty();
      const std::string name =
          fmt::format("{}, {}, {:2} node{}", instance.name, enum_name(point.operation),
                      point.nodes(), point.nodes() == 1 ? "" : "s");
      result.points.push_back(
          {name, point.bytes.si(), point.ranks, point.time.si(), predicted.si(), outside});
      for (Errors* errors : {&sets[name], &all}) {
        errors->signed_errors.push_back(predicted / point.time - 1.0);
        errors->extrapolated += outside ? 1 : 0;
      }
    }
  }
  for (const auto& [name, errors] : sets) result.sets.push_back(errors.summary(name));
  result.sets.push_back(all.summary("all"));
  return result;
}

std::string collective_validation_text(const std::vector<CollectiveSet>& sets,
                                       report::TextStyle style) {
  using Align = report::TextTable::Align;
  report::TextTable table({Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight,
                           Align::kRight, Align::kRight});
  using report::percent;
  table.row({"collectives, 1 MB and more", "n", "MAPE", "median", "p90", "bias", "extrapolated"});
  for (const CollectiveSet& set : sets) {
    table.row({set.name, fmt::format("{}", set.n), percent(set.mape), percent(set.median),
               percent(set.p90), fmt::format("{:+.1f} %", 100.0 * set.bias),
               set.extrapolated ? fmt::format("{}", set.extrapolated) : ""});
  }
  return style.bold("Validation: measured collectives") + "\n" + table.render();
}

nlohmann::ordered_json collective_validation_json(const std::vector<CollectiveSet>& sets) {
  auto list = nlohmann::ordered_json::array();
  for (const CollectiveSet& set : sets) {
    list.push_back({{"kind", "measurements"},
                    {"set", set.name},
                    {"n", set.n},
                    {"refused", 0},
                    {"mape", set.mape},
                    {"median", set.median},
                    {"p90", set.p90},
                    {"max", set.max},
                    {"bias", set.bias},
                    {"extrapolated", set.extrapolated}});
  }
  return list;
}

}  // namespace sextant::cli
