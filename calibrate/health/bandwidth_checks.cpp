#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "calibrate/health/checkup.h"
#include "calibrate/ingest/sample_kind.h"

namespace sextant::health {
namespace {

/// Bus bandwidth [B/s] by message size; the best of those that were repeated: what the cluster can
/// do. How often it does is another check.
using Curve = std::map<double, double>;
/// One curve per collective and number of nodes.
using Curves = std::map<std::pair<NormedOperation, int>, Curve>;

/// Norms are those of buffers of accelerators.
bool between_hosts(const ingest::Sample& sample, const CheckedLog& log) {
  return ingest::memory_of(sample, log.environment) == ingest::Memory::kHost;
}

Curves curves_of(const CheckedLog& log) {
  Curves out_of_place, all;
  for (const ingest::Sample& sample : log.samples) {
    if (between_hosts(sample, log)) continue;
    const auto operation = normed(sample.operation);
    const auto bandwidth = bus_bandwidth(sample);
    const int nodes = sample.nodes > 0 ? sample.nodes : log.nodes();
    if (!operation || !bandwidth || nodes == 0) continue;
    for (Curves* curves : {&all, &out_of_place}) {
      if (curves == &out_of_place && sample.flagged("in_place")) continue;
      double& best = (*curves)[{*operation, nodes}][sample.bytes];
      best = std::max(best, *bandwidth);
    }
  }
  return out_of_place.empty() ? all : out_of_place;
}

/// The number of nodes whose norm to take: bandwidth falls with nodes, so that of the next larger
/// number asks for too little rather than for too much. One node and two are worlds apart. Beyond
/// twice the largest number that was measured, nothing is known: 0.
template <class Norm>
int normed_nodes(const std::vector<Norm>& norms, NormedOperation operation, int nodes) {
  int next = 0, largest = 0;
  for (const Norm& norm : norms) {
    if (norm.operation != operation || (norm.nodes == 1) != (nodes == 1)) continue;
    largest = std::max(largest, norm.nodes);
    if (norm.nodes >= nodes && (next == 0 || norm.nodes < next)) next = norm.nodes;
  }
  if (next > 0) return next;
  return nodes <= 2 * largest ? largest : 0;
}

/// The norms of one collective and number of nodes, by the size from which they hold.
std::map<double, const BandwidthNorm*> norms_for(const HealthNorms& norms,
                                                 NormedOperation operation, int nodes) {
  const int like = normed_nodes(norms.bandwidths, operation, nodes);
  std::map<double, const BandwidthNorm*> found;
  for (const BandwidthNorm& norm : norms.bandwidths) {
    if (like > 0 && norm.operation == operation && norm.nodes == like) {
      found[norm.from.si()] = &norm;
    }
  }
  return found;
}

/// The norm that holds for a size: that with the largest smaller `from`; null: none.
const BandwidthNorm* norm_at(const std::map<double, const BandwidthNorm*>& norms, double bytes) {
  const auto above = norms.upper_bound(bytes);
  return above == norms.begin() ? nullptr : std::prev(above)->second;
}

double least(const BandwidthNorm& norm) {
  return norm.bus_bandwidth.value.si() * (1 - norm.tolerance);
}

void report_low(Checkup& checkup, NormedOperation operation, int nodes, double bytes,
                double bandwidth, const BandwidthNorm& norm) {
  const std::string name(enum_name(operation));
  checkup.find(
      {.illness = Illness::kBandwidth,
       .about = fmt::format("{} on {}", name, nodes_text(nodes)),
       .concern =
           bandwidth < 0.5 * norm.bus_bandwidth.value.si() ? Concern::kCritical : Concern::kWarning,
       .title = fmt::format("{} on {} reaches {}", name, nodes_text(nodes),
                            gigabytes_per_second(bandwidth)),
       .seen =
           fmt::format("bus bandwidth {} at {}", gigabytes_per_second(bandwidth), size_text(bytes)),
       .normal = fmt::format("{} from {} on, measured on {}; {} still passes",
                             gigabytes_per_second(norm.bus_bandwidth.value.si()),
                             size_text(norm.from.si()), nodes_text(norm.nodes),
                             gigabytes_per_second(least(norm))),
       .source = norm.bus_bandwidth.source,
       .remedy = nodes == 1
                     ? "check NVLink (`nvidia-smi nvlink -s`), the fabric manager and clocks; run "
                       "node by node to find the one that is slow"
                     : "heal what else was found first; then run pairs of nodes to find the one "
                       "that is slow, and check placement group and topology order of the hosts"});
}

/// A ring inside a node passes for healthy, and is yet a fifth slower than NVLS.
void advise_nvls(Checkup& checkup, double bytes, double bandwidth, const BandwidthNorm& norm) {
  constexpr double kRing = 0.85;
  constexpr double kLarge = 1073741824.0;
  const bool slow = bandwidth < kRing * norm.bus_bandwidth.value.si() && bytes >= kLarge;
  if (!slow || !checkup.norms || !checkup.norms->nvls) return;
  checkup.find(
      {.illness = Illness::kNvls,
       .concern = Concern::kAdvice,
       .title = "all_reduce inside the node is as fast as a ring",
       .seen =
           fmt::format("bus bandwidth {} at {}", gigabytes_per_second(bandwidth), size_text(bytes)),
       .normal = fmt::format("{} with NVLS", gigabytes_per_second(norm.bus_bandwidth.value.si())),
       .source = norm.bus_bandwidth.source,
       .remedy =
           fmt::format("{}, and look for \"NVLS multicast support\" and NCCL_ALGO", kMoreLines)});
}

/// The largest size below its norm, if it is the largest of all, or if half of the sizes are below
/// theirs: a single one among good neighbours is a dip (see check_variance).
std::optional<double> low_size(const std::map<double, const BandwidthNorm*>& norms,
                               const Curve& curve) {
  std::optional<double> largest;
  int compared = 0, low = 0;
  for (const auto& [bytes, bandwidth] : curve) {
    const BandwidthNorm* norm = norm_at(norms, bytes);
    if (!norm) continue;
    ++compared;
    if (bandwidth >= least(*norm)) continue;
    ++low;
    largest = bytes;
  }
  const bool at_the_end = largest == curve.rbegin()->first;
  return at_the_end || 2 * low >= compared ? largest : std::nullopt;
}

/// Whether the curve has a size that a norm holds for.
bool compare(Checkup& checkup, const HealthNorms& norms, NormedOperation operation, int nodes,
             const Curve& curve) {
  const auto by_size = norms_for(norms, operation, nodes);
  const auto& [bytes, bandwidth] = *curve.rbegin();
  const BandwidthNorm* largest = norm_at(by_size, bytes);
  if (!largest) return false;
  checkup.report.compared.push_back({checkup.log.file, std::string(enum_name(operation)), nodes,
                                     bytes, bandwidth, largest->bus_bandwidth.value.si(),
                                     least(*largest)});
  if (const auto low = low_size(by_size, curve)) {
    report_low(checkup, operation, nodes, *low, curve.at(*low), *norm_at(by_size, *low));
    return true;
  }
  if (operation == NormedOperation::kAllReduce && nodes == 1) {
    advise_nvls(checkup, bytes, bandwidth, *largest);
  }
  return true;
}

/// The floor of the entry "common" is for nodes of several accelerators that it names.
bool floor_holds(const Checkup& checkup) {
  constexpr int kSeveral = 4;
  const auto& devices = checkup.common.devices;
  return checkup.log.ranks_per_node() >= kSeveral &&
         std::any_of(devices.begin(), devices.end(), [&](const std::string& device) {
           return names_device(checkup.log.environment.accelerator, device);
         });
}

}  // namespace

void check_bandwidth(Checkup& checkup) {
  bool any = false;
  const Curves curves = curves_of(checkup.log);
  for (const auto& [what, curve] : curves) {
    const auto& [operation, nodes] = what;
    const bool known = checkup.norms && checkup.full_node() &&
                       compare(checkup, *checkup.norms, operation, nodes, curve);
    any |= known ||
           (floor_holds(checkup) && compare(checkup, checkup.common, operation, nodes, curve));
  }
  if (any) return;
  const auto& samples = checkup.log.samples;
  if (!samples.empty() && std::all_of(samples.begin(), samples.end(), [&](const auto& sample) {
        return between_hosts(sample, checkup.log);
      })) {
    checkup.leave_unchecked("bandwidth",
                            "no norms are known between buffers of hosts: measure those of "
                            "accelerators, with --backend nccl");
  } else if (curves.empty()) {
    checkup.leave_unchecked("bandwidth",
                            "give a log of nccl-tests with ranks and nodes, or say "
                            "--nodes and --ranks-per-node");
  } else if (!checkup.norms) {
    checkup.leave_unchecked("bandwidth", "say which instance it is: --instance NAME");
  } else {
    checkup.leave_unchecked("bandwidth",
                            "no norm is known for these nodes and sizes: run "
                            "all_reduce_perf -b 8 -e 8G -f 2 on full nodes");
  }
}

void check_latency(Checkup& checkup) {
  if (!checkup.norms || !checkup.full_node()) return;
  std::map<std::pair<NormedOperation, int>, std::pair<double, const LatencyNorm*>> fastest;
  for (const ingest::Sample& sample : checkup.log.samples) {
    const auto operation = normed(sample.operation);
    const int nodes = sample.nodes > 0 ? sample.nodes : checkup.log.nodes();
    if (!operation || nodes == 0 || sample.bytes <= 0) continue;
    if (between_hosts(sample, checkup.log)) continue;
    const int like = normed_nodes(checkup.norms->latencies, *operation, nodes);
    for (const LatencyNorm& norm : checkup.norms->latencies) {
      if (norm.operation != *operation || norm.nodes != like) continue;
      if (sample.bytes > norm.up_to.si()) continue;
      auto [entry, fresh] = fastest.try_emplace({*operation, nodes}, sample.time_s, &norm);
      if (!fresh) entry->second.first = std::min(entry->second.first, sample.time_s);
    }
  }
  for (const auto& [what, point] : fastest) {
    const auto& [time, norm] = point;
    if (time <= norm->factor * norm->time.value.si()) continue;
    checkup.find(
        {.illness = Illness::kLatency,
         .about = fmt::format("{} on {}", enum_name(what.first), nodes_text(what.second)),
         .title = fmt::format("small messages take {:.0f} us", time * 1e6),
         .seen = fmt::format("{} on {}: {:.1f} us at best up to {}", enum_name(what.first),
                             nodes_text(what.second), time * 1e6, size_text(norm->up_to.si())),
         .normal = fmt::format("{:.0f} us; {:.0f} times that still passes",
                               norm->time.value.si() * 1e6, norm->factor),
         .source = norm->time.source,
         .remedy = "check that nothing else runs on the nodes, processor clocks and the "
                   "pinning of ranks, and the findings above"});
  }
}

}  // namespace sextant::health
