#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sextant/kernel/field.h"

namespace sextant::ingest {

/// A line that reports an error, and how many more say the same.
struct LoggedError {
  std::string text;
  std::uint64_t line = 0;  ///< the first one's number
  int count = 1;

  bool operator==(const LoggedError&) const = default;
};

/// What the lines of NCCL and its plugins say beyond the fields of Environment: enough to judge
/// whether a cluster is healthy (calibrate/health), not to repeat a measurement. Ranks are many and
/// their lines interleave: where they disagree, the worst one counts.
struct NcclLog {
  bool initialised = false;    ///< INFO lines of the initialisation were printed
  bool env_printed = false;    ///< those of the ENV subsystem too
  std::string fabric;          ///< libfabric's: "efa", "efa-direct"
  std::string transport;       ///< protocol of aws-ofi-nccl: "RDMA", "SENDRECV"
  std::string plugin_failure;  ///< why the network plugin was not loaded or not used
  std::string tuner_failure;   ///< why no tuner plugin is used
  std::optional<bool> nvls;    ///< NVLink SHARP (multicast) is available
  std::optional<int> nvls_channels;
  std::optional<int> cards_most;  ///< cards of the rank that has most; Environment::cards: fewest
  int direct_connections = 0;     ///< between nodes, from device memory (GDRDMA)
  int staged_connections = 0;     ///< between nodes, through host memory
  int shared_memory_links = 0;    ///< between accelerators of a node, through host memory
  std::vector<int> devices;       ///< NCCL's network devices that carry connections, sorted
  std::vector<int> connected;     ///< accelerators that logged such connections, sorted
  std::vector<int> accelerators;  ///< indices of accelerators that logged anything, sorted
  std::vector<std::string> set_by_plugin;  ///< variables that the plugin sets by itself, sorted
  std::vector<LoggedError> errors;         ///< the first kMostErrors different ones
  int errors_left_out = 0;
  /// RDMAV_* variables, for whoever reads the log itself: documents keep Environment::env only.
  std::map<std::string, std::string> rdma_core;
  /// Where the log says it: a field of Environment or of this struct, or "env.NAME" → line.
  std::map<std::string, std::uint64_t> lines;

  static constexpr std::size_t kMostErrors = 20;

  bool operator==(const NcclLog&) const = default;
};

template <class Archive>
void visit(Archive& a, LoggedError& e) {
  a.object("logged_error", "A line that reports an error.");
  a.field("text", e.text, {.doc = "The line", .required = true});
  a.field("line", e.line, {.doc = "Its number, from 1", .min = 0});
  a.field("count", e.count, {.doc = "How many lines say the same", .min = 1});
}

template <class Archive>
void visit(Archive& a, NcclLog& l) {
  a.object("nccl_log", "What NCCL's log lines say beyond the environment.");
  a.field("initialised", l.initialised, {.doc = "INFO lines of the initialisation were printed"});
  a.field("env_printed", l.env_printed, {.doc = "Lines of the ENV subsystem were printed"});
  a.field("fabric", l.fabric, {.doc = "libfabric's fabric: efa, efa-direct"});
  a.field("transport", l.transport, {.doc = "Protocol of aws-ofi-nccl: RDMA, SENDRECV"});
  a.field("plugin_failure", l.plugin_failure, {.doc = "Why no network plugin is used"});
  a.field("tuner_failure", l.tuner_failure, {.doc = "Why no tuner plugin is used"});
  a.field("nvls", l.nvls, {.doc = "NVLink SHARP is available"});
  a.field("nvls_channels", l.nvls_channels, {.doc = "Channels of NVLink SHARP", .min = 0});
  a.field("cards_most", l.cards_most, {.doc = "Cards of the rank that has most", .min = 0});
  a.field("direct_connections", l.direct_connections,
          {.doc = "Connections between nodes from device memory", .min = 0});
  a.field("staged_connections", l.staged_connections,
          {.doc = "Connections between nodes through host memory", .min = 0});
  a.field("shared_memory_links", l.shared_memory_links,
          {.doc = "Links inside a node through host memory", .min = 0});
  a.field("devices", l.devices, {.doc = "Network devices that carry connections", .min = 0});
  a.field("connected", l.connected, {.doc = "Accelerators that logged connections", .min = 0});
  a.field("accelerators", l.accelerators, {.doc = "Accelerators that logged", .min = 0});
  a.field("set_by_plugin", l.set_by_plugin, {.doc = "Variables that the plugin sets itself"});
  a.field("errors", l.errors, {.doc = "Lines that report errors"});
  a.field("errors_left_out", l.errors_left_out, {.doc = "More of them, not kept", .min = 0});
  a.field("lines", l.lines, {.doc = "Field or env.NAME: the line that says it", .min = 0});
}

}  // namespace sextant::ingest
