#include <fmt/format.h>

#include <algorithm>

#include "calibrate/health/checkup.h"
#include "calibrate/health/version.h"

namespace sextant::health {
namespace {

constexpr const char* kInstallEfa =
    "install the EFA software (libfabric and aws-ofi-nccl) in the image, put libnccl-net.so on "
    "LD_LIBRARY_PATH, and give the job its EFA devices (Kubernetes: vpc.amazonaws.com/efa)";
constexpr const char* kShowCards =
    "see that the cards are there (`fi_info -p efa`, `ibstat`) and visible inside the container";

/// Below this no collective of several accelerators stays inside a node [B/s].
constexpr double kLeastInsideNode = 12.5e9;

double best_bandwidth(const CheckedLog& log) {
  double best = 0;
  for (const ingest::Sample& sample : log.samples) {
    best = std::max(best, bus_bandwidth(sample).value_or(0));
  }
  return best;
}

/// Whether nodes took part beside the first; where the log does not say, by the bandwidth.
bool crosses_nodes(const CheckedLog& log) {
  const int nodes = log.nodes();
  return nodes > 1 || (nodes == 0 && best_bandwidth(log) < kLeastInsideNode);
}

std::string networks_text(const HealthNorms& norms) {
  return fmt::format("{}", fmt::join(norms.networks, " or "));
}

void check_plugin(Checkup& checkup) {
  const CheckedLog& log = checkup.log;
  const std::string& failure = log.nccl().plugin_failure;
  const std::string& provider = log.environment.provider;
  if (failure.empty() || !checkup.on("efa") || !checkup.certain || !crosses_nodes(log)) return;
  // Beside ranks that have loaded it, one without it falls back to what NCCL brings.
  const bool internal = failure.find("internal") != std::string::npos;
  if (!internal && (provider == "efa" || provider == "libfabric")) return;
  checkup.find({.illness = Illness::kNoPlugin,
                .concern = Concern::kCritical,
                .title = "the network plugin aws-ofi-nccl is not used",
                .seen = failure,
                .line = log.line_of("plugin_failure"),
                .normal = "NET/OFI Initializing aws-ofi-nccl",
                .source = "aws-ofi-nccl, src/nccl_ofi_net.cpp",
                .remedy = kInstallEfa});
}

void check_provider(Checkup& checkup) {
  const CheckedLog& log = checkup.log;
  const std::string& provider = log.environment.provider;
  if (provider.empty() || !crosses_nodes(log)) return;
  const bool tcp = log.over_tcp();
  const auto is_expected = [&](const std::string& network) {
    return provider == "libfabric" || provider.rfind(network, 0) == 0;
  };
  if (!tcp) {
    if (!checkup.norms || !checkup.certain) return;
    const auto& networks = checkup.norms->networks;
    if (std::any_of(networks.begin(), networks.end(), is_expected)) return;
  }
  const std::string& failure = log.nccl().plugin_failure;
  checkup.find(
      {.illness = Illness::kProvider,
       .concern = Concern::kCritical,
       .title = tcp ? "traffic between nodes goes over TCP"
                    : fmt::format("traffic between nodes does not go over {}",
                                  networks_text(*checkup.norms)),
       .seen = fmt::format("network {}{}", provider, failure.empty() ? "" : "; " + failure),
       .line = log.line_of("provider"),
       .normal =
           checkup.norms ? networks_text(*checkup.norms) : "a network with RDMA: efa, IB, cxi",
       .source = "\"NET/OFI Selected Provider is efa\": AWS, training large models: best practices",
       .remedy = checkup.on("efa")
                     ? kInstallEfa
                     : "see which network NCCL looked for and did not find; install its "
                       "plugin and make its cards visible inside the container"});
}

void check_gpu_direct(Checkup& checkup) {
  const CheckedLog& log = checkup.log;
  const bool expected = checkup.norms && checkup.norms->gpu_direct;
  if (log.over_tcp() || log.nodes() == 1) return;
  const auto& devices = checkup.common.devices;
  const bool known = std::any_of(devices.begin(), devices.end(), [&](const std::string& device) {
    return names_device(log.environment.accelerator, device);
  });
  if (!expected && !known) return;
  const auto direct = log.environment.gpu_direct;
  if (!direct) {
    if (log.initialised()) checkup.leave_unchecked("GPU direct", kMoreLines);
    return;
  }
  if (*direct) return;
  const ingest::NcclLog& nccl = log.nccl();
  const int all = nccl.direct_connections + nccl.staged_connections;
  checkup.find({.illness = Illness::kGpuDirect,
                .concern = Concern::kCritical,
                .title = "GPU direct (GDRDMA) is not used",
                .seen = all > 0 ? fmt::format("{} of {} connections between nodes lack GDRDMA",
                                              nccl.staged_connections, all)
                                : "GPU direct is off",
                .line = log.line_of("gpu_direct"),
                .normal = fmt::format("GDRDMA on every connection{}",
                                      expected ? ": " + checkup.norms->gpu_direct->reason : ""),
                .source = expected ? checkup.norms->gpu_direct->source
                                   : "NVIDIA NCCL user guide, NCCL_NET_GDR_LEVEL",
                .remedy = "load efa_nv_peermem or nvidia_peermem (or take a kernel and driver with "
                          "DMA-BUF), then look for GDRDMA again"});
}

void check_cards(Checkup& checkup) {
  const CheckedLog& log = checkup.log;
  const auto cards = log.environment.cards;
  if (!checkup.norms || !checkup.norms->cards || !checkup.certain || !cards) return;
  const Coefficient<int>& normal = *checkup.norms->cards;
  if (log.over_tcp() || *cards >= normal.value) return;
  const int most = log.nccl().cards_most.value_or(*cards);
  checkup.find({.illness = Illness::kCards,
                .concern = 2 * *cards <= normal.value ? Concern::kCritical : Concern::kWarning,
                .title = fmt::format("{} of {} network cards are found", *cards, normal.value),
                .seen = most > *cards ? fmt::format("{} on one rank, {} on another", *cards, most)
                                      : fmt::format("the provider found {}", *cards),
                .line = log.line_of("cards"),
                .normal = fmt::format("{} on every node", normal.value),
                .source = normal.source,
                .remedy = fmt::format("attach all interfaces and give all to the job (Kubernetes: "
                                      "vpc.amazonaws.com/efa: {}); {}",
                                      normal.value, kShowCards)});
}

/// How many devices should carry connections at least: all, if every accelerator of a node logged;
/// else the share of the accelerators that logged connections, for each has a device near it.
int least_devices(const ingest::NcclLog& nccl, const HealthNorms& norms) {
  const int all = norms.network_devices->value, ranks = norms.ranks_per_node;
  if (static_cast<int>(nccl.accelerators.size()) >= ranks) return all;
  return (static_cast<int>(nccl.connected.size()) * all + ranks - 1) / ranks;
}

void check_rails(Checkup& checkup) {
  const CheckedLog& log = checkup.log;
  const auto& devices = log.nccl().devices;
  if (!checkup.norms || !checkup.norms->network_devices || !checkup.certain) return;
  const Coefficient<int>& normal = *checkup.norms->network_devices;
  if (devices.empty() || log.over_tcp() || !checkup.full_node()) return;
  const auto used = static_cast<int>(devices.size());
  if (checkup.norms->ranks_per_node == 0 || used >= least_devices(log.nccl(), *checkup.norms)) {
    return;
  }
  checkup.find(
      {.illness = Illness::kRails,
       .concern = Concern::kCritical,
       .title = fmt::format("{} of {} network devices carry all traffic", used, normal.value),
       .seen = fmt::format("connections via device {}", fmt::join(devices, ", ")),
       .normal = fmt::format("connections via all {}", normal.value),
       .source = normal.source,
       .remedy = "NCCL does not see which card is near which accelerator: in a virtual "
                 "machine give it the topology file (NCCL_TOPO_FILE), and check NCCL_IB_HCA"});
}

void check_channels(Checkup& checkup) {
  const auto channels = checkup.log.environment.channels;
  if (!checkup.norms || !checkup.norms->channels || !channels || !checkup.full_node()) return;
  const Coefficient<int>& normal = *checkup.norms->channels;
  if (*channels >= normal.value) return;
  checkup.find({.illness = Illness::kChannels,
                .concern = Concern::kCritical,
                .title = fmt::format("only {} channels", *channels),
                .seen = fmt::format("{} coll channels", *channels),
                .line = checkup.log.line_of("channels"),
                .normal = fmt::format("{} or more", normal.value),
                .source = normal.source,
                .remedy = "NCCL does not see the node's topology: give it the topology file "
                          "(NCCL_TOPO_FILE; aws-ofi-nccl brings one for p4d), and unset limits of "
                          "channels (https://github.com/aws/aws-ofi-nccl/issues/64)"});
}

void check_transport(Checkup& checkup) {
  const std::string& transport = checkup.log.nccl().transport;
  if (!checkup.norms || !checkup.norms->transport || transport.empty()) return;
  const ExpectedFact& normal = *checkup.norms->transport;
  if (transport == normal.value) return;
  checkup.find({.illness = Illness::kTransport,
                .title = "the plugin uses the wrong transport protocol",
                .seen = "transport protocol " + transport,
                .line = checkup.log.line_of("transport"),
                .normal = normal.value + ": " + normal.reason,
                .source = normal.source,
                .remedy = "unset OFI_NCCL_PROTOCOL and update aws-ofi-nccl"});
}

/// Up to 2.20 only the TUNING subsystem says that there is no tuner, since then ENV does.
bool would_say_tuner(const CheckedLog& log) {
  return log.nccl().env_printed && is_at_least(log.environment.nccl, "2.21");
}

void check_tuner(Checkup& checkup) {
  const CheckedLog& log = checkup.log;
  if (!checkup.norms || !checkup.norms->tuner || log.nodes() < checkup.norms->tuner_nodes) return;
  const ExpectedFact& normal = *checkup.norms->tuner;
  if (log.environment.tuner.find("ofi") != std::string::npos) return;
  std::string seen = log.nccl().tuner_failure;
  if (seen.empty() && !log.environment.tuner.empty()) seen = log.environment.tuner;
  if (seen.empty() && would_say_tuner(log)) seen = "no line says that a tuner was loaded";
  if (seen.empty()) {
    if (log.initialised()) checkup.leave_unchecked("the tuner", kMoreLines);
    return;
  }
  checkup.find({.illness = Illness::kTuner,
                .title = "the tuner of aws-ofi-nccl is not used",
                .seen = seen,
                .line = log.line_of("tuner"),
                .normal = "Using tuner plugin " + normal.value + ": " + normal.reason,
                .source = normal.source,
                .remedy = "take aws-ofi-nccl 1.10 or newer with NCCL 2.21 or newer, set "
                          "NCCL_TUNER_PLUGIN=libnccl-ofi-tuner.so if it is not found, and unset "
                          "NCCL_ALGO, NCCL_PROTO and OFI_NCCL_TUNER_TYPE"});
}

}  // namespace

void check_network(Checkup& checkup) {
  const CheckedLog& log = checkup.log;
  if (!log.initialised() && log.environment.provider.empty() && log.nodes() != 1) {
    checkup.leave_unchecked("provider, cards, GPU direct, plugin, tuner, channels", kMoreLines);
  }
  check_plugin(checkup);
  check_provider(checkup);
  check_gpu_direct(checkup);
  check_cards(checkup);
  check_rails(checkup);
  check_channels(checkup);
  check_transport(checkup);
  check_tuner(checkup);
}

}  // namespace sextant::health
