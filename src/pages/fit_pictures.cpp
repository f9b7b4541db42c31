#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "calibrate/ingest/bus_factor.h"
#include "sextant/compute/kernel_timer.h"
#include "src/pages/calibrate_page.h"

namespace sextant::pages {
namespace {

using Json = nlohmann::ordered_json;
using fit::CollectivePoint;

constexpr std::size_t kMostPoints = 8000;  // of a kind of node
constexpr int kLinePoints = 41;

/// What lies on one curve.
using SeriesKey = std::tuple<ingest::Operation, int, int>;  // operation, nodes, ranks

SeriesKey key_of(const CollectivePoint& point) {
  return {point.operation, point.nodes(), point.ranks};
}

double factor_of(const CollectivePoint& point) {
  return ingest::bus_factor(point.operation, point.ranks);
}

Json number(const std::optional<Seconds>& time) {
  return time ? Json(for_drawing(time->si())) : Json();
}

/// Sizes that are as far apart on a logarithmic scale, a factor of 1.5 beyond what was measured.
std::vector<double> line_sizes(const std::vector<CollectivePoint>& points) {
  constexpr double kBeyond = 1.5;
  const auto [least, most] = std::minmax_element(
      points.begin(), points.end(), [](const auto& a, const auto& b) { return a.bytes < b.bytes; });
  const double from = least->bytes.si() / kBeyond, to = most->bytes.si() * kBeyond;
  std::vector<double> sizes;
  for (int i = 0; i < kLinePoints; ++i) {
    sizes.push_back(from * std::pow(to / from, i / (kLinePoints - 1.0)));
  }
  return sizes;
}

Json line_json(const CollectiveCoefficients& fitted, const std::vector<CollectivePoint>& points) {
  Json bytes = Json::array(), times = Json::array();
  CollectivePoint at = points.front();
  for (const double size : line_sizes(points)) {
    at.bytes = Bytes(size);
    bytes.push_back(for_drawing(size));
    times.push_back(for_drawing(fit::forecast(fitted, at).si()));
  }
  return {{"bytes", std::move(bytes)}, {"time_s", std::move(times)}};
}

Json series_json(const CollectiveCoefficients& fitted, std::vector<CollectivePoint> points,
                 std::size_t every) {
  std::stable_sort(points.begin(), points.end(),
                   [](const auto& a, const auto& b) { return a.bytes < b.bytes; });
  Json series = {{"operation", enum_name(points.front().operation)},
                 {"nodes", points.front().nodes()},
                 {"ranks", points.front().ranks},
                 {"bus_factor", for_drawing(factor_of(points.front()))},
                 {"line", line_json(fitted, points)}};
  for (const char* column : {"bytes", "time_s", "fitted_s"}) series[column] = Json::array();
  const bool spread = std::any_of(points.begin(), points.end(),
                                  [](const CollectivePoint& point) { return point.p99; });
  for (std::size_t i = 0; i < points.size(); i += every) {
    const CollectivePoint& point = points[i];
    series["bytes"].push_back(for_drawing(point.bytes.si()));
    series["time_s"].push_back(for_drawing(point.time.si()));
    series["fitted_s"].push_back(for_drawing(fit::forecast(fitted, point).si()));
    if (!spread) continue;
    series["p50_s"].push_back(number(point.p50));
    series["p99_s"].push_back(number(point.p99));
  }
  return series;
}

Json collectives_json(const report::FittedCollectives& collectives) {
  const std::size_t every = 1 + collectives.points.size() / kMostPoints;
  std::map<SeriesKey, std::vector<CollectivePoint>> by_key;
  for (const CollectivePoint& point : collectives.points) by_key[key_of(point)].push_back(point);
  Json all = Json::array();
  for (auto& [key, points] : by_key) {
    all.push_back(series_json(collectives.coefficients, std::move(points), every));
  }
  return {{"every", every}, {"series", std::move(all)}};
}

Json left_out_json(const std::vector<report::LeftOutPoint>& points) {
  Json list = Json::array();
  const std::size_t every = 1 + points.size() / kMostPoints;
  for (std::size_t i = 0; i < points.size(); i += every) {
    const auto& [point, reason] = points[i];
    list.push_back({{"operation", enum_name(point.operation)},
                    {"nodes", point.nodes()},
                    {"ranks", point.ranks},
                    {"bus_factor", for_drawing(factor_of(point))},
                    {"bytes", for_drawing(point.bytes.si())},
                    {"time_s", for_drawing(point.time.si())},
                    {"reason", reason}});
  }
  return list;
}

const char* format_text(GemmFormat format) {
  switch (format) {
    case GemmFormat::kFp8:
      return "fp8";
    case GemmFormat::kTf32:
      return "tf32";
    case GemmFormat::kFp32:
      return "fp32";
    case GemmFormat::k16bit:
      break;
  }
  return "16 bit";
}

std::string kernel_text(const fit::KernelPoint& point) {
  if (point.gemm.m == 0) return fmt::format("stream of {:.3g} MB", point.bytes.si() / 1e6);
  const auto& [m, n, k, batch] = point.gemm;
  const std::string times = batch > 1 ? fmt::format(", {:.0f} at once", batch) : "";
  return fmt::format("{} {:.0f} × {:.0f} × {:.0f}{}, {}", point.attention ? "attention" : "GEMM", m,
                     n, k, times, format_text(point.format));
}

const char* kernel_kind(const fit::KernelPoint& point) {
  if (point.gemm.m == 0) return "memory stream";
  return point.attention ? "attention" : "GEMM";
}

Json kernels_json(const report::FittedKernels& kernels) {
  const KernelTimer timer(kernels.device, kernels.fit.coefficients);
  Json list = Json::array();
  for (const fit::KernelPoint& point : kernels.points) {
    list.push_back({{"kind", kernel_kind(point)},
                    {"name", kernel_text(point)},
                    {"time_s", for_drawing(point.time.si())},
                    {"fitted_s", for_drawing(fit::forecast(timer, point).si())}});
  }
  return list;
}

Json store_json(const report::FittedStore& store) {
  Json list = Json::array();
  for (std::size_t i = 0; i < store.points.size(); ++i) {
    const fit::StoragePoint& point = store.points[i];
    list.push_back({{"kind", point.write ? "write" : "read"},
                    {"bytes", for_drawing(point.bytes.si())},
                    {"clients", point.clients},
                    {"time_s", for_drawing(point.time.si())},
                    {"fitted_s", for_drawing(store.fit.fitted[i].si())}});
  }
  return list;
}

Json node_json(const report::FittedNode& node) {
  Json json = {{"instance", node.instance}};
  if (node.collectives) json["collectives"] = collectives_json(*node.collectives);
  if (node.kernels) json["kernels"] = kernels_json(*node.kernels);
  if (node.store) json["storage"] = store_json(*node.store);
  json["left_out"] = left_out_json(node.left_out_points);
  return json;
}

}  // namespace

Json fit_pictures(const report::MeasurementFit& fit) {
  Json nodes = Json::array();
  for (const report::FittedNode& node : fit.nodes) nodes.push_back(node_json(node));
  return {{"nodes", std::move(nodes)}};
}

}  // namespace sextant::pages
