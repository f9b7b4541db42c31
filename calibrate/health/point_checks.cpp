#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>

#include "calibrate/health/checkup.h"

namespace sextant::health {
namespace {

constexpr double kLargeEnough = 1048576;  ///< smaller messages vary on healthy clusters too [B]
constexpr double kTooManyBimodal = 0.1;   ///< of the large points
constexpr double kSlowRail = 0.8;         ///< of the median rail
constexpr std::size_t kFewestRails = 3;   ///< of two, neither is the normal one
constexpr std::string_view kRail = "rail:";

std::string point_text(const ingest::Sample& sample) {
  return fmt::format("{} of {} on {}", enum_name(sample.operation), size_text(sample.bytes),
                     nodes_text(std::max(sample.nodes, 1)));
}

void check_bimodal(const CheckedLog& log, HealthReport& report) {
  int large = 0, bimodal = 0;
  const ingest::Sample* largest = nullptr;
  for (const ingest::Sample& sample : log.samples) {
    if (sample.bytes < kLargeEnough || sample.ranks < 2) continue;
    ++large;
    if (!sample.flagged("bimodal")) continue;
    ++bimodal;
    if (!largest || sample.bytes > largest->bytes) largest = &sample;
  }
  if (!largest || bimodal < kTooManyBimodal * large) return;
  report.findings.push_back(
      {.illness = Illness::kVariance,
       .about = "bimodal",
       .title = "repetitions of the same point fall into two groups",
       .seen = fmt::format(
           "{} of {} points of 1 MiB and more; {}: median {:.4g} ms, mean {:.4g} ms, 99th "
           "percentile {:.4g} ms",
           bimodal, large, point_text(*largest), 1e3 * largest->p50_s.value_or(largest->time_s),
           1e3 * largest->time_s, 1e3 * largest->p99_s.value_or(largest->time_s)),
       .file = log.file,
       .normal = fmt::format("fewer than {:.0f} % of the points", 100 * kTooManyBimodal),
       .source = "https://github.com/mlcommons/training_results_v5.0: the same eight nodes at 240 "
                 "and at 320 GB/s",
       .remedy = "run with nothing else on the nodes; leave out one node after the other to find "
                 "one that is slow now and then; look for a neighbour's traffic"});
}

std::optional<std::string> rail_of(const ingest::Sample& sample) {
  for (const std::string& flag : sample.flags) {
    if (flag.starts_with(kRail)) return flag.substr(kRail.size());
  }
  return std::nullopt;
}

struct RailPoint {
  ingest::Sample sample;
  std::map<std::string, double> bandwidths;  ///< by rail [B/s]
};

/// What was measured on one card after the other, by operation, nodes and size: the largest last.
std::map<std::tuple<ingest::Operation, int, double>, RailPoint> rail_points(const CheckedLog& log) {
  std::map<std::tuple<ingest::Operation, int, double>, RailPoint> points;
  for (const ingest::Sample& sample : log.samples) {
    const auto rail = rail_of(sample);
    if (!rail || sample.bytes < kLargeEnough || !(sample.time_s > 0)) continue;
    RailPoint& point = points[{sample.operation, sample.nodes, sample.bytes}];
    point.sample = sample;
    double& best = point.bandwidths[*rail];
    best = std::max(best, sample.bytes / sample.time_s);
  }
  return points;
}

double median(const std::map<std::string, double>& by_rail) {
  std::vector<double> values;
  for (const auto& [rail, value] : by_rail) values.push_back(value);
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Of each card that is slow, the last point that shows it.
void check_rails(const CheckedLog& log, HealthReport& report) {
  std::map<std::string, Finding> slow;
  for (const auto& [key, point] : rail_points(log)) {
    if (point.bandwidths.size() < kFewestRails) continue;
    const double normal = median(point.bandwidths);
    for (const auto& [rail, bandwidth] : point.bandwidths) {
      if (bandwidth >= kSlowRail * normal) continue;
      slow[rail] = {
          .illness = Illness::kRails,
          .about = rail,
          .title = fmt::format("card {} is slower than the others", rail),
          .seen = fmt::format("{}: {} where the median card has {}", point_text(point.sample),
                              gigabytes_per_second(bandwidth), gigabytes_per_second(normal)),
          .file = log.file,
          .normal = fmt::format("within {:.0f} % of each other", 100 * (1 - kSlowRail)),
          .source = "the cards of a node are alike",
          .remedy =
              "measure the same card between other pairs of nodes (--rail) to find "
              "whose it is, and replace that node"};
    }
  }
  for (auto& [rail, finding] : slow) report.findings.push_back(std::move(finding));
}

}  // namespace

void check_points(const std::vector<CheckedLog>& logs, HealthReport& report) {
  for (const CheckedLog& log : logs) {
    check_bimodal(log, report);
    check_rails(log, report);
  }
}

}  // namespace sextant::health
