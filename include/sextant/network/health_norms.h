#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/field.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// Collectives that norms exist for; named and counted as nccl-tests does.
enum class NormedOperation { kAllReduce, kAllGather, kReduceScatter, kAllToAll };

/// Software whose version decides.
enum class StackPart { kNccl, kPlugin, kLibfabric, kEfaInstaller };

/// How much a deviation matters: `advice` makes no cluster ill.
enum class Concern { kCritical, kWarning, kAdvice };

template <>
struct EnumNames<NormedOperation> {
  static constexpr std::array table{std::pair{NormedOperation::kAllReduce, "all_reduce"},
                                    std::pair{NormedOperation::kAllGather, "all_gather"},
                                    std::pair{NormedOperation::kReduceScatter, "reduce_scatter"},
                                    std::pair{NormedOperation::kAllToAll, "all_to_all"}};
};

template <>
struct EnumNames<StackPart> {
  static constexpr std::array table{
      std::pair{StackPart::kNccl, "nccl"}, std::pair{StackPart::kPlugin, "plugin"},
      std::pair{StackPart::kLibfabric, "libfabric"}, std::pair{StackPart::kEfaInstaller, "efa"}};
};

template <>
struct EnumNames<Concern> {
  static constexpr std::array table{std::pair{Concern::kCritical, "critical"},
                                    std::pair{Concern::kWarning, "warning"},
                                    std::pair{Concern::kAdvice, "advice"}};
};

/// Something that a healthy cluster has and that is no number.
struct ExpectedFact {
  std::string value = {};  ///< as logs say it, where there is more than yes
  std::string reason = {};
  std::string source = {};
  std::string date = {};
};

/// From this version on; also where the version is not known.
struct StackVersion {
  StackPart part = StackPart::kNccl;
  std::string version = {};
};

/// The oldest version to be content with.
struct SoftwareNorm {
  StackPart part = StackPart::kNccl;
  std::string oldest = {};
  Concern concern = Concern::kWarning;
  std::optional<StackVersion> with =
      {};  ///< holds only beside a part of this version or newer, known
  std::string reason = {};
  std::string source = {};
  std::string date = {};
};

/// A variable that should not be set, or not to some values. Without `wrong`, `right` and `below`
/// every value is wrong. What the plugin sets by itself is never wrong.
struct VariableNorm {
  std::string name = {};
  std::vector<std::string> wrong = {};     ///< these values are wrong, in any case of letters
  std::vector<std::string> right = {};     ///< every other value is wrong
  std::optional<double> below = {};        ///< numbers below are wrong
  std::vector<std::string> networks = {};  ///< only on these; empty: on every network
  int nodes = 1;                           ///< only from so many nodes on
  std::optional<StackVersion> since = {};  ///< right before this version
  Concern concern = Concern::kWarning;
  std::string reason = {};
  std::string remedy = {};
  std::string source = {};
  std::string date = {};
};

/// What healthy clusters reached, from a message size on.
struct BandwidthNorm {
  NormedOperation operation = NormedOperation::kAllReduce;
  int nodes = 1;
  Bytes from = {};  ///< size as nccl-tests prints it
  Coefficient<BytesPerSecond> bus_bandwidth = {};
  double tolerance = 0.3;  ///< share below it that still passes for healthy
};

/// Time of a small message.
struct LatencyNorm {
  NormedOperation operation = NormedOperation::kAllReduce;
  int nodes = 1;
  Bytes up_to = {};
  Coefficient<Seconds> time = {};
  double factor = 3.0;  ///< above this multiple of it, something is wrong
};

/// What is normal on one kind of node, as far as anyone has published it. The entry "common" holds
/// what applies to every cluster.
struct HealthNorms {
  std::string name = {};  ///< of the instance
  std::string title = {};
  std::vector<std::string> devices = {};       ///< parts of the accelerator's name in logs: "A100"
  int ranks_per_node = 0;                      ///< a full node; 0: not known
  std::vector<std::string> networks = {};      ///< providers that logs name: "efa", "IB"
  std::optional<Coefficient<int>> cards = {};  ///< that the provider finds on a node
  std::optional<Coefficient<int>> network_devices = {};  ///< that NCCL spreads its connections over
  std::optional<Coefficient<int>> channels = {};         ///< fewest collective channels
  std::optional<ExpectedFact> gpu_direct = {};
  std::optional<ExpectedFact> nvls = {};
  std::optional<ExpectedFact> transport = {};  ///< protocol of aws-ofi-nccl
  std::optional<ExpectedFact> tuner = {};
  int tuner_nodes = 3;  ///< nodes from which the tuner decides
  std::vector<SoftwareNorm> software = {};
  std::vector<VariableNorm> variables = {};
  std::vector<BandwidthNorm> bandwidths = {};
  std::vector<LatencyNorm> latencies = {};
};

template <class Archive>
void visit(Archive& a, ExpectedFact& s) {
  a.object("expected_fact", "Something that a healthy cluster has.");
  a.field("value", s.value, {.doc = "As logs say it; empty: it is there"});
  a.field("reason", s.reason, {.doc = "Why it matters", .required = true});
  a.field("source", s.source, {.doc = "Where it was read", .required = true});
  a.field("date", s.date, {.doc = "Date of the source, ISO 8601", .required = true});
}

template <class Archive>
void visit(Archive& a, StackVersion& s) {
  a.object("stack_version", "A version of a part of the software.");
  a.field("part", s.part, {.doc = "nccl, plugin, libfabric or efa (installer)", .required = true});
  a.field("version", s.version, {.doc = "Numbers with dots", .required = true});
}

template <class Archive>
void visit(Archive& a, SoftwareNorm& s) {
  a.object("software_norm", "The oldest version to be content with.");
  a.field("part", s.part, {.doc = "nccl, plugin, libfabric or efa (installer)", .required = true});
  a.field("oldest", s.oldest, {.doc = "Numbers with dots", .required = true});
  a.field("concern", s.concern, {.doc = "How much an older one matters"});
  a.field("with", s.with, {.doc = "Holds only beside this version or newer"});
  a.field("reason", s.reason, {.doc = "What is wrong with older ones", .required = true});
  a.field("source", s.source, {.doc = "Where it was read", .required = true});
  a.field("date", s.date, {.doc = "Date of the source, ISO 8601", .required = true});
}

template <class Archive>
void visit(Archive& a, VariableNorm& s) {
  a.object("variable_norm", "A variable that should not be set, or not to some values.");
  a.field("name", s.name, {.doc = "Of the variable", .required = true});
  a.field("wrong", s.wrong, {.doc = "Values that are wrong"});
  a.field("right", s.right, {.doc = "Every other value is wrong"});
  a.field("below", s.below, {.doc = "Numbers below are wrong"});
  a.field("networks", s.networks, {.doc = "Only on these; empty: on every network"});
  a.field("nodes", s.nodes, {.doc = "Only from so many nodes on", .min = 1});
  a.field("since", s.since, {.doc = "Right before this version"});
  a.field("concern", s.concern, {.doc = "How much it matters"});
  a.field("reason", s.reason, {.doc = "What it does", .required = true});
  a.field("remedy", s.remedy, {.doc = "What to do", .required = true});
  a.field("source", s.source, {.doc = "Where it was read", .required = true});
  a.field("date", s.date, {.doc = "Date of the source, ISO 8601", .required = true});
}

template <class Archive>
void visit(Archive& a, BandwidthNorm& s) {
  a.object("bandwidth_norm", "What healthy clusters reached, from a message size on.");
  a.field("operation", s.operation, {.doc = "Collective", .required = true});
  a.field("nodes", s.nodes, {.doc = "Nodes that took part", .min = 1, .required = true});
  a.field("from", s.from, {.doc = "Smallest size that it holds for", .min = 1, .required = true});
  a.field("bus_bandwidth", s.bus_bandwidth,
          {.doc = "As nccl-tests counts it", .min = 1, .required = true});
  a.field("tolerance", s.tolerance,
          {.doc = "Share below it that still passes for healthy", .min = 0, .max = 1});
}

template <class Archive>
void visit(Archive& a, LatencyNorm& s) {
  a.object("latency_norm", "Time of a small message.");
  a.field("operation", s.operation, {.doc = "Collective", .required = true});
  a.field("nodes", s.nodes, {.doc = "Nodes that took part", .min = 1, .required = true});
  a.field("up_to", s.up_to, {.doc = "Largest size that it holds for", .min = 1, .required = true});
  a.field("time", s.time, {.doc = "Of one collective", .min = 0, .required = true});
  a.field("factor", s.factor, {.doc = "Above this multiple something is wrong", .min = 1});
}

template <class Archive>
void visit(Archive& a, HealthNorms& s) {
  a.object("health_norms", "What is normal for the communication of one kind of node.");
  a.field("name", s.name, {.doc = "Name of the instance", .required = true});
  a.field("title", s.title, {.doc = "Name for people", .required = true});
  a.field("devices", s.devices, {.doc = "Parts of the accelerator's name in logs"});
  a.field("ranks_per_node", s.ranks_per_node, {.doc = "Of a full node; 0: not known", .min = 0});
  a.field("networks", s.networks, {.doc = "Providers as logs name them"});
  a.field("cards", s.cards, {.doc = "Cards that the provider finds on a node", .min = 1});
  a.field("network_devices", s.network_devices,
          {.doc = "Devices that NCCL spreads its connections over", .min = 1});
  a.field("channels", s.channels, {.doc = "Fewest collective channels", .min = 1});
  a.field("gpu_direct", s.gpu_direct, {.doc = "Cards reach the accelerators' memory"});
  a.field("nvls", s.nvls, {.doc = "NVLink SHARP reduces inside the switches"});
  a.field("transport", s.transport, {.doc = "Protocol of aws-ofi-nccl"});
  a.field("tuner", s.tuner, {.doc = "A tuner plugin chooses algorithms"});
  a.field("tuner_nodes", s.tuner_nodes, {.doc = "Nodes from which the tuner decides", .min = 1});
  a.field("software", s.software, {.doc = "Oldest versions to be content with"});
  a.field("variables", s.variables, {.doc = "Variables that should not be set"});
  a.field("bandwidths", s.bandwidths, {.doc = "Bus bandwidths that healthy clusters reached"});
  a.field("latencies", s.latencies, {.doc = "Times of small messages"});
}

}  // namespace sextant
