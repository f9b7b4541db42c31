#include <algorithm>

#include "src/io/figures.h"
#include "src/report/coefficient_json.h"
#include "src/report/fit_report.h"

namespace sextant::report {
namespace {

using Json = nlohmann::ordered_json;

/// An archive that lists the curves of a struct.
class CurveLister {
 public:
  explicit CurveLister(Json& curves) : curves_(curves) {}

  void object(const char*, const char*) {}

  void field(const char* key, const TransferCurve& curve, const Field& field = {}) {
    if (curve.points.empty()) return;
    const CurvePoint &least = curve.points.front(), &most = curve.points.back();
    curves_.push_back({{"key", key},
                       {"doc", field.doc},
                       {"method", enum_name(curve.method)},
                       {"samples", curve.samples},
                       {"median_error", curve.samples > 0 ? Json(curve.error) : Json()},
                       {"source", curve.source},
                       {"date", curve.date},
                       {"smallest", {{"bytes", least.bytes.si()}, {"time_s", least.time.si()}}},
                       {"largest", {{"bytes", most.bytes.si()}, {"time_s", most.time.si()}}}});
  }

  template <class T>
  void field(const char*, const T&, const Field& = {}) {}

 private:
  Json& curves_;
};

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json errors_json(const fit::CollectiveErrors& errors) {
  Json rows = Json::array();
  for (const FitErrors& row : errors.by_count) {
    rows.push_back({{"operation", row.operation},
                    {"nodes", row.nodes},
                    {"smallest_bytes", row.smallest.si()},
                    {"largest_bytes", row.largest.si()},
                    {"points", row.points},
                    {"fitted_median", row.fitted_median},
                    {"left_out_median", or_null(row.left_out_median)},
                    {"left_out_p90", or_null(row.left_out_p90)}});
  }
  return rows;
}

Json collectives_json(const FittedCollectives& fitted) {
  const fit::CollectiveErrors& errors = fitted.errors;
  CollectiveCoefficients coefficients = fitted.coefficients;
  Json curves = Json::array();
  CurveLister lister(curves);
  visit(lister, coefficients);
  Json left_out;
  if (errors.points > 0) {
    left_out = {{"points", errors.points},
                {"median", errors.left_out_median},
                {"p90", errors.left_out_p90}};
  }
  return {{"points", fitted.points.size()},
          {"library", coefficients.library},
          {"ranks_per_node", coefficients.ranks_per_node},
          {"log_spread", coefficients.log_spread.value},
          {"errors", errors_json(errors)},
          {"without_each_number_of_nodes", std::move(left_out)},
          {"curves", std::move(curves)},
          {"coefficients", coefficients_json(io::figures_of(coefficients))}};
}

Json kernels_json(const FittedKernels& kernels) {
  const fit::ComputeFit& fit = kernels.fit;
  std::vector<io::Figure> figures = io::figures_of(fit.coefficients);
  std::erase_if(figures, [&](const io::Figure& figure) {
    return std::find(fit.fitted.begin(), fit.fitted.end(), figure.key) == fit.fitted.end();
  });
  Json checks = Json::array();
  for (const fit::ComputeCheck& check : fit.checks) {
    checks.push_back({{"kernels", check.kernels},
                      {"points", check.points},
                      {"median_error", check.median_error}});
  }
  const std::size_t fitted = fit::fitted_points(kernels.points);
  return {{"generation", kernels.generation},
          {"points", fitted},
          {"median_error", fitted > 0 ? Json(fit.median_error) : Json()},
          {"checks", std::move(checks)},
          {"coefficients", coefficients_json(figures)}};
}

Json store_json(const FittedStore& store) {
  std::vector<io::Figure> figures = io::figures_of(store.fit.target);
  std::erase_if(figures, [](const io::Figure& f) { return f.method != Method::kFitted; });
  return {{"name", store.name},
          {"points", store.points.size()},
          {"median_error", store.fit.median_error},
          {"coefficients", coefficients_json(figures)}};
}

Json node_json(const FittedNode& node) {
  Json json = {{"instance", node.instance},
               {"ranks_per_node", node.prior.ranks_per_node},
               {"link_bytes_per_s", node.prior.link.si()},
               {"network_bytes_per_s", node.prior.network.si()},
               {"assumed_from", node.assumed_from.empty() ? Json() : Json(node.assumed_from)},
               {"sources", node.sources},
               {"date", node.date}};
  if (node.collectives) json["collectives"] = collectives_json(*node.collectives);
  if (node.kernels) json["kernels"] = kernels_json(*node.kernels);
  if (node.store) json["storage"] = store_json(*node.store);
  json["full_nodes_assumed"] = node.full_nodes_assumed;
  json["left_out"] = Json::array();
  for (const auto& [reason, n] : node.left_out) {
    json["left_out"].push_back({{"reason", reason}, {"n", n}});
  }
  return json;
}

}  // namespace

Json measurement_fit_json(const MeasurementFit& fit) {
  Json nodes = Json::array();
  for (const FittedNode& node : fit.nodes) nodes.push_back(node_json(node));
  return {{"schema", "sextant.fit/1"},
          {"kind", "measurements"},
          {"name", fit.name},
          {"base", fit.base},
          {"nodes", std::move(nodes)}};
}

}  // namespace sextant::report
