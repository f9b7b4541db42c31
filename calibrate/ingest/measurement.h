#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "calibrate/ingest/nccl_log.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/field.h"

namespace sextant::ingest {

/// What was timed. Collectives are those of nccl-tests and mean the same in every other tool.
enum class Operation {
  kAllReduce,
  kAllGather,
  kReduceScatter,
  kAllToAll,
  kBroadcast,
  kReduce,
  kGather,
  kScatter,
  kSendRecv,                   ///< every rank to the next one at once (sendrecv_perf)
  kPointToPoint,               ///< one message at a time: the time of one way
  kPointToPointStream,         ///< many messages in flight: the time that each adds
  kPointToPointBidirectional,  ///< the same, both ways at once: bytes of both
  kHostToDevice,
  kDeviceToHost,
  kDeviceToDevice,  ///< between accelerators of a node
  kMemoryStream,    ///< an accelerator's own memory: bytes read and written
  kGemm,            ///< shape in m, n, k, batch
  kAttention,       ///< scores of m × n, k wide, for `batch` heads, written and read again
  kKernelLaunch,    ///< host time of one launch
  kStorageWrite,
  kStorageRead
};

}  // namespace sextant::ingest

namespace sextant {

template <>
struct EnumNames<ingest::Operation> {
  using Operation = ingest::Operation;
  static constexpr std::array table{
      std::pair{Operation::kAllReduce, "all_reduce"},
      std::pair{Operation::kAllGather, "all_gather"},
      std::pair{Operation::kReduceScatter, "reduce_scatter"},
      std::pair{Operation::kAllToAll, "all_to_all"},
      std::pair{Operation::kBroadcast, "broadcast"},
      std::pair{Operation::kReduce, "reduce"},
      std::pair{Operation::kGather, "gather"},
      std::pair{Operation::kScatter, "scatter"},
      std::pair{Operation::kSendRecv, "send_recv"},
      std::pair{Operation::kPointToPoint, "point_to_point"},
      std::pair{Operation::kPointToPointStream, "point_to_point_stream"},
      std::pair{Operation::kPointToPointBidirectional, "point_to_point_bidirectional"},
      std::pair{Operation::kHostToDevice, "host_to_device"},
      std::pair{Operation::kDeviceToHost, "device_to_host"},
      std::pair{Operation::kDeviceToDevice, "device_to_device"},
      std::pair{Operation::kMemoryStream, "memory_stream"},
      std::pair{Operation::kGemm, "gemm"},
      std::pair{Operation::kAttention, "attention"},
      std::pair{Operation::kKernelLaunch, "kernel_launch"},
      std::pair{Operation::kStorageWrite, "storage_write"},
      std::pair{Operation::kStorageRead, "storage_read"}};
};

}  // namespace sextant

namespace sextant::ingest {

/// One timed point. Rows of one size from one table may share a sample (see repetitions).
struct Sample {
  Operation operation = Operation::kAllReduce;
  /// Bytes as nccl-tests prints them: per rank for all-reduce, broadcast and reduce; of all ranks
  /// together for all-gather, reduce-scatter, gather, scatter and all-to-all. In a sample flagged
  /// `per_rank_bytes` (OSU) also the latter count one rank's.
  double bytes = 0;
  int ranks = 0;           ///< 0: not known
  int nodes = 0;           ///< 0: not known
  int ranks_per_node = 0;  ///< 0: not known
  double time_s = 0;       ///< mean over the repetitions [s], slowest rank where the tool says so
  std::optional<double> repetitions;
  std::optional<double> p50_s;
  std::optional<double> p99_s;
  std::optional<std::string> algorithm;  ///< ring, tree, nvls, nvls_tree, collnet, pat
  std::optional<std::string> protocol;   ///< ll, ll128, simple
  std::optional<std::string> precision;  ///< of a GEMM or the elements: float, half, bf16, fp8 …
  std::optional<double> m, n, k;         ///< of a GEMM; of attention: rows, columns, width
  std::optional<double> batch;           ///< products, or heads of attention, at once; absent: 1
  std::optional<double> clients;         ///< concurrent streams of a storage operation
  std::optional<int> file;  ///< which of Measurements::files it comes from, if there are several
  /// in_place, per_rank_bytes, retyped, half_precision_figures …: see calibrate/ingest/README.md.
  std::vector<std::string> flags;

  bool flagged(std::string_view flag) const {
    return std::find(flags.begin(), flags.end(), flag) != flags.end();
  }
};

/// Where and with what the samples were taken. Empty or absent: the log does not say.
struct Environment {
  std::string instance;     ///< catalogue name
  std::string accelerator;  ///< as the tool prints it: "NVIDIA H100 80GB HBM3"
  std::optional<int> nodes;
  std::optional<int> ranks_per_node;
  std::string tool;       ///< "nccl-tests 2.17.6", "osu 5.7.1" …
  std::string nccl;       ///< version of the library: "2.28.7"
  std::string plugin;     ///< network plugin: "aws-ofi-nccl 1.16.3"
  std::string libfabric;  ///< version
  std::string efa;        ///< version of the EFA installer
  std::string driver;     ///< of the accelerator
  std::string provider;   ///< libfabric's provider, or NCCL's network: "efa", "IB", "Socket"
  std::string tuner;      ///< NCCL's tuner plugin, where one was loaded
  std::optional<bool> gpu_direct;  ///< device memory is reached by the cards (GDRDMA)
  std::optional<int> cards;        ///< network cards that NCCL uses on a node
  std::optional<int> channels;     ///< collective channels
  /// Conditions of the measurement: "iterations": "20", "warmup": "5", "graph": "0" …
  std::map<std::string, std::string> conditions;
  std::map<std::string, std::string> env;  ///< only NCCL_*, FI_* and OFI_* variables
  std::optional<NcclLog> nccl_log = {};    ///< present if NCCL or a plugin of it logged anything
};

/// One of several logs that a document was made from.
struct MeasuredFile {
  std::string file;
  Environment environment;
};

inline constexpr const char* kMeasurementsSchema = "sextant.measurements/1";

/// The measurements document: what `calibrate ingest` and `sextant-comm` write.
struct Measurements {
  std::string schema = kMeasurementsSchema;
  Environment environment;  ///< what all files agree on
  std::vector<Sample> samples;
  std::vector<MeasuredFile> files;  ///< if there are several; samples give their index
  std::string source;               ///< where it was published, or who measured it
  std::string date;                 ///< of the measurement, else of its publication: ISO 8601
};

template <class Archive>
void visit(Archive& a, Sample& s) {
  a.object("sample", "One timed point.");
  a.field("operation", s.operation, {.doc = "What was timed", .required = true});
  a.field("bytes", s.bytes, {.doc = "Bytes as nccl-tests counts them", .min = 0});
  a.field("ranks", s.ranks, {.doc = "Ranks that took part; 0: not known", .min = 0});
  a.field("nodes", s.nodes, {.doc = "Nodes; 0: not known", .min = 0});
  a.field("ranks_per_node", s.ranks_per_node, {.doc = "0: not known", .min = 0});
  a.field("time_s", s.time_s, {.doc = "Mean time in seconds", .min = 0, .required = true});
  a.field("repetitions", s.repetitions, {.doc = "How often it was timed", .min = 1});
  a.field("p50_s", s.p50_s, {.doc = "Median time in seconds", .min = 0});
  a.field("p99_s", s.p99_s, {.doc = "99th percentile in seconds", .min = 0});
  a.field("algorithm", s.algorithm, {.doc = "ring, tree, nvls, nvls_tree, collnet, pat"});
  a.field("protocol", s.protocol, {.doc = "ll, ll128, simple"});
  a.field("precision", s.precision, {.doc = "Type of the elements"});
  a.field("m", s.m, {.doc = "Rows of a GEMM, or of attention's scores", .min = 1});
  a.field("n", s.n, {.doc = "Columns of a GEMM, or of attention's scores", .min = 1});
  a.field("k", s.k, {.doc = "Inner dimension of a GEMM, or of attention's scores", .min = 1});
  a.field("batch", s.batch, {.doc = "GEMMs or heads of attention at once; absent: 1", .min = 1});
  a.field("clients", s.clients, {.doc = "Concurrent streams of a storage operation", .min = 1});
  a.field("file", s.file, {.doc = "Index in the document's files, if there are several", .min = 0});
  a.field("flags", s.flags, {.doc = "Conditions of the point: in_place, per_rank_bytes …"});
}

template <class Archive>
void visit(Archive& a, Environment& e) {
  a.object("environment", "Where and with what the samples were taken.");
  a.field("instance", e.instance, {.doc = "Name in the catalogue"});
  a.field("accelerator", e.accelerator, {.doc = "As the tool prints it"});
  a.field("nodes", e.nodes, {.doc = "Nodes", .min = 1});
  a.field("ranks_per_node", e.ranks_per_node, {.doc = "Ranks on each node", .min = 1});
  a.field("tool", e.tool, {.doc = "The benchmark and its version"});
  a.field("nccl", e.nccl, {.doc = "Version of the collective library"});
  a.field("plugin", e.plugin, {.doc = "Network plugin and its version"});
  a.field("libfabric", e.libfabric, {.doc = "Version of libfabric"});
  a.field("efa", e.efa, {.doc = "Version of the EFA installer"});
  a.field("driver", e.driver, {.doc = "Version of the accelerator's driver"});
  a.field("provider", e.provider, {.doc = "libfabric's provider, or NCCL's network"});
  a.field("tuner", e.tuner, {.doc = "NCCL's tuner plugin"});
  a.field("gpu_direct", e.gpu_direct, {.doc = "Device memory is reached by the cards"});
  a.field("cards", e.cards, {.doc = "Network cards that NCCL uses on a node", .min = 0});
  a.field("channels", e.channels, {.doc = "Collective channels", .min = 0});
  a.field("conditions", e.conditions, {.doc = "Iterations, warm-up, graph …"});
  a.field("env", e.env, {.doc = "The NCCL_*, FI_* and OFI_* variables"});
  a.field("nccl_log", e.nccl_log, {.doc = "What NCCL's log lines say beyond this"});
}

template <class Archive>
void visit(Archive& a, MeasuredFile& f) {
  a.object("measured_file", "One of several logs that a document was made from.");
  a.field("file", f.file, {.doc = "Name", .required = true});
  a.field("environment", f.environment, {.doc = "Where and with what", .required = true});
}

template <class Archive>
void visit(Archive& a, Measurements& m) {
  a.object("measurements", "What microbenchmarks measured on a cluster.");
  a.field("schema", m.schema, {.doc = "sextant.measurements/1"});
  a.field("samples", m.samples, {.doc = "The timed points", .required = true});
  a.field("environment", m.environment, {.doc = "What all files agree on", .required = true});
  a.field("files", m.files, {.doc = "The logs, if there are several"});
  a.field("source", m.source, {.doc = "Where it was published, or who measured it"});
  a.field("date", m.date, {.doc = "ISO 8601"});
}

}  // namespace sextant::ingest
