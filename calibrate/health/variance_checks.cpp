#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "calibrate/health/checkup.h"

namespace sextant::health {
namespace {

constexpr double kLargeEnough = 1048576;  ///< smaller messages vary on healthy clusters too [B]
constexpr double kMostSpread = 1.2;       ///< fastest / slowest of a repeated measurement
constexpr double kDip = 0.5;              ///< of the lower neighbour
constexpr double kMostApart = 1.5;        ///< out of place / in place
constexpr double kApartFrom = 16 * kLargeEnough;
constexpr double kMostTail = 2.0;  ///< 99th percentile / median
constexpr const char* kSource =
    "https://github.com/mlcommons/training_results_v5.0: the same eight "
    "nodes at 240 and at 320 GB/s";

/// What must be equal for two measurements to be the same one, repeated.
using Key = std::tuple<std::string, std::string, std::string, ingest::Operation, int, int,
                       std::string, bool, double>;

Key key_of(const CheckedLog& log, const ingest::Sample& sample) {
  const auto& environment = log.environment;
  return {
      environment.instance.empty() ? environment.accelerator : environment.instance,
      environment.nccl,
      environment.provider,
      sample.operation,
      sample.ranks,
      sample.nodes,
      sample.precision.value_or("") + sample.algorithm.value_or("") + sample.protocol.value_or(""),
      sample.flagged("in_place"),
      sample.bytes};
}

/// "236-240 GB/s" of sorted values.
std::string range_text(std::vector<double>::const_iterator begin,
                       std::vector<double>::const_iterator end) {
  const double low = *begin / 1e9, high = *std::prev(end) / 1e9;
  if (fmt::format("{:.4g}", low) == fmt::format("{:.4g}", high)) {
    return fmt::format("{:.4g} GB/s", low);
  }
  return fmt::format("{:.4g} to {:.4g} GB/s", low, high);
}

/// Where sorted values fall apart into two groups: the widest gap, if it is wider than both groups.
std::vector<double>::const_iterator second_mode(const std::vector<double>& sorted) {
  auto upper = sorted.end();
  double widest = 0;
  for (auto it = std::next(sorted.begin()); it != sorted.end(); ++it) {
    if (*it - *std::prev(it) > widest) {
      widest = *it - *std::prev(it);
      upper = it;
    }
  }
  const bool apart = upper != sorted.end() && sorted.size() >= 3 &&
                     widest > *std::prev(upper) - sorted.front() && widest > sorted.back() - *upper;
  return apart ? upper : sorted.end();
}

void check_repeated(const ingest::Sample& sample, std::vector<double> bandwidths,
                    const std::string& file, HealthReport& report) {
  std::sort(bandwidths.begin(), bandwidths.end());
  if (bandwidths.size() < 2 || bandwidths.back() < kMostSpread * bandwidths.front()) return;
  const auto upper = second_mode(bandwidths);
  const bool two = upper != bandwidths.end();
  const auto count = [](auto begin, auto end) { return std::distance(begin, end); };
  report.findings.push_back(
      {.illness = Illness::kVariance,
       .about = fmt::format("repeated {}", enum_name(sample.operation)),
       .title = two ? "the same measurement falls into two groups"
                    : "the same measurement varies too much",
       .seen = fmt::format(
           "{} of {} on {} ranks: {} in {}{}", enum_name(sample.operation), size_text(sample.bytes),
           sample.ranks,
           two ? range_text(bandwidths.begin(), upper)
               : range_text(bandwidths.begin(), bandwidths.end()),
           two ? count(bandwidths.cbegin(), upper) : static_cast<std::ptrdiff_t>(bandwidths.size()),
           two ? fmt::format(" runs, {} in {}", range_text(upper, bandwidths.end()),
                             count(upper, bandwidths.cend()))
               : " runs"),
       .file = file,
       .normal = fmt::format("at most {:.0f} % between the slowest and the fastest",
                             100 * (kMostSpread - 1)),
       .source = kSource,
       .remedy = "look for a neighbour's traffic, another order or placement of the hosts, and a "
                 "node that is slow now and then; measure ten times and keep all of them"});
}

void check_all_repeated(const std::vector<CheckedLog>& logs, HealthReport& report) {
  struct Repeated {
    ingest::Sample sample;
    std::vector<double> bandwidths;
    std::string file;
  };
  std::map<Key, Repeated> repeated;
  for (const CheckedLog& log : logs) {
    for (const ingest::Sample& sample : log.samples) {
      const auto bandwidth = bus_bandwidth(sample);
      if (!bandwidth || sample.bytes < kLargeEnough) continue;
      auto [entry, fresh] = repeated.try_emplace(key_of(log, sample));
      if (fresh) entry->second = {sample, {}, log.file};
      if (entry->second.file != log.file) entry->second.file.clear();
      entry->second.bandwidths.push_back(*bandwidth);
    }
  }
  // One finding per collective is enough: that of the largest size, which comes last.
  std::map<ingest::Operation, HealthReport> last;
  for (const auto& [key, one] : repeated) {
    HealthReport found;
    check_repeated(one.sample, one.bandwidths, one.file, found);
    if (!found.findings.empty()) last[one.sample.operation] = found;
  }
  for (const auto& [operation, found] : last) {
    report.findings.push_back(found.findings.front());
  }
}

/// One table's bus bandwidth [B/s] by size.
using Curve = std::map<double, double>;
struct Table {
  Curve out_of_place, in_place;
};
std::map<std::tuple<ingest::Operation, int, int, std::string>, Table> tables_of(
    const CheckedLog& log) {
  std::map<std::tuple<ingest::Operation, int, int, std::string>, Table> tables;
  for (const ingest::Sample& sample : log.samples) {
    const auto bandwidth = bus_bandwidth(sample);
    if (!bandwidth || sample.bytes < kLargeEnough) continue;
    Table& table = tables[{sample.operation, sample.ranks, sample.nodes,
                           sample.precision.value_or("") + sample.algorithm.value_or("") +
                               sample.protocol.value_or("")}];
    double& best = (sample.flagged("in_place") ? table.in_place : table.out_of_place)[sample.bytes];
    best = std::max(best, *bandwidth);
  }
  return tables;
}

Finding dip(const CheckedLog& log, ingest::Operation operation, double bytes, double bandwidth,
            double neighbour) {
  return {.illness = Illness::kVariance,
          .about = fmt::format("dip of {}", enum_name(operation)),
          .title = fmt::format("{} dips at {}", enum_name(operation), size_text(bytes)),
          .seen = fmt::format("{} beside {} at neighbouring sizes", gigabytes_per_second(bandwidth),
                              gigabytes_per_second(neighbour)),
          .file = log.file,
          .normal = fmt::format("at least {:.0f} % of both neighbours", 100 * kDip),
          .source = "https://github.com/NVIDIA/nccl/issues/1531",
          .remedy =
              "measure again with more iterations (-n 100); if it stays, update NCCL and "
              "aws-ofi-nccl, and see which algorithm is taken there "
              "(NCCL_DEBUG_SUBSYS=TUNING)"};
}

void check_dips(const CheckedLog& log, ingest::Operation operation, const Curve& curve,
                HealthReport& report) {
  constexpr double kNeighbour = 4.0;  // a wider step is no neighbour
  for (auto point = curve.begin(); point != curve.end(); ++point) {
    if (point == curve.begin()) continue;
    const auto before = std::prev(point), behind = std::next(point);
    if (point->first > kNeighbour * before->first) continue;
    const bool last = behind == curve.end();
    if (!last && behind->first > kNeighbour * point->first) continue;
    const double lower = last ? before->second : std::min(before->second, behind->second);
    if (point->second >= kDip * lower) continue;
    report.findings.push_back(dip(log, operation, point->first, point->second, lower));
    return;
  }
}

/// An all-to-all in place is another collective: nccl-tests calls it one only for its name.
void check_in_place(const CheckedLog& log, ingest::Operation operation, const Table& table,
                    HealthReport& report) {
  if (operation == ingest::Operation::kAllToAll) return;
  for (auto point = table.out_of_place.rbegin(); point != table.out_of_place.rend(); ++point) {
    const auto other = table.in_place.find(point->first);
    if (other == table.in_place.end() || point->first < kApartFrom) continue;
    const auto [low, high] = std::minmax(point->second, other->second);
    if (high < kMostApart * low) continue;
    report.findings.push_back(
        {.illness = Illness::kVariance,
         .about = fmt::format("in place {}", enum_name(operation)),
         .title = fmt::format("{} in place and out of place are far apart", enum_name(operation)),
         .seen =
             fmt::format("{} out of place, {} in place at {}", gigabytes_per_second(point->second),
                         gigabytes_per_second(other->second), size_text(point->first)),
         .file = log.file,
         .normal = fmt::format("at most {:.0f} % apart", 100 * (kMostApart - 1)),
         .source = "nccl-tests: the same collective on the same links",
         .remedy = "the cluster was not quiet: measure again, with nothing else on the nodes"});
    return;
  }
}

void check_tails(const CheckedLog& log, HealthReport& report) {
  for (const ingest::Sample& sample : log.samples) {
    if (!sample.p50_s || !sample.p99_s || sample.bytes < kLargeEnough) continue;
    if (*sample.p99_s <= kMostTail * *sample.p50_s) continue;
    report.findings.push_back(
        {.illness = Illness::kVariance,
         .about = fmt::format("tail of {}", enum_name(sample.operation)),
         .title = fmt::format("{} is slow now and then", enum_name(sample.operation)),
         .seen = fmt::format("99th percentile {:.4g} ms, median {:.4g} ms at {}",
                             *sample.p99_s * 1e3, *sample.p50_s * 1e3, size_text(sample.bytes)),
         .file = log.file,
         .normal = fmt::format("at most {:.0f} times the median", kMostTail),
         .source = kSource,
         .remedy = "look for other jobs, throttled clocks and retransmissions on the nodes"});
    return;
  }
}

}  // namespace

void check_variance(const std::vector<CheckedLog>& logs, HealthReport& report) {
  check_all_repeated(logs, report);
  for (const CheckedLog& log : logs) {
    for (const auto& [key, table] : tables_of(log)) {
      const ingest::Operation operation = std::get<ingest::Operation>(key);
      const Curve& curve = table.out_of_place.empty() ? table.in_place : table.out_of_place;
      check_dips(log, operation, curve, report);
      check_in_place(log, operation, table, report);
    }
    check_tails(log, report);
  }
}

}  // namespace sextant::health
