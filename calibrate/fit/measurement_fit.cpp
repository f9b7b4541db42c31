#include "calibrate/fit/measurement_fit.h"

#include <algorithm>
#include <optional>

namespace sextant::fit {
namespace {

using ingest::Environment;
using ingest::Memory;
using ingest::Operation;
using ingest::Sample;

bool counts_all_ranks(Operation operation) {
  return operation == Operation::kAllGather || operation == Operation::kReduceScatter ||
         operation == Operation::kAllToAll;
}

bool is_collective(Operation operation) {
  return operation == Operation::kAllReduce || counts_all_ranks(operation) ||
         operation == Operation::kPointToPoint;
}

bool is_kernel(Operation operation) {
  return operation == Operation::kGemm || operation == Operation::kAttention ||
         operation == Operation::kMemoryStream;
}

bool is_storage(Operation operation) {
  return operation == Operation::kStorageWrite || operation == Operation::kStorageRead;
}

/// Ranks on each node, from whatever of ranks, nodes and ranks per node is known; 0: not known.
int ranks_per_node(const Sample& sample, const Environment& environment) {
  if (sample.ranks_per_node > 0) return sample.ranks_per_node;
  const int nodes = sample.nodes > 0 ? sample.nodes : environment.nodes.value_or(0);
  if (nodes > 0 && sample.ranks % nodes == 0) return sample.ranks / nodes;
  return environment.ranks_per_node.value_or(0);
}

std::optional<GemmFormat> format_of(const Sample& sample) {
  const std::string type = sample.precision.value_or("bf16");
  if (type == "bf16" || type == "fp16" || type == "half" || type == "bfloat16") {
    return GemmFormat::k16bit;
  }
  if (type.starts_with("fp8")) return GemmFormat::kFp8;
  if (type == "tf32") return GemmFormat::kTf32;
  if (type == "fp32" || type == "float") return GemmFormat::kFp32;
  return std::nullopt;
}

/// Null, or why the sample is no collective of training on such nodes.
const char* foreign_collective(const Sample& sample, const Environment& environment,
                               const FitNode& node) {
  const Memory memory = ingest::memory_of(sample, environment);
  if (memory != Memory::kUnknown && memory != node.memory) {
    return memory == Memory::kHost
               ? "between buffers of hosts, and the instance's ranks compute in those of devices"
               : "between buffers of devices, and the instance's ranks compute in those of hosts";
  }
  const std::string backend = ingest::condition(environment, "backend");
  if (backend.empty() || backend == node.backend) return nullptr;
  return node.backend == "nccl" ? "not by NCCL, which training uses between accelerators"
                                : "not by MPI, which was measured as well";
}

const char* add_collective(const Sample& sample, const Environment& environment,
                           const FitNode& node, FitPoints& points) {
  CollectivePoint point{.operation = sample.operation,
                        .bytes = Bytes(sample.bytes),
                        .ranks = sample.ranks,
                        .per_node = ranks_per_node(sample, environment),
                        .time = Seconds(sample.time_s)};
  if (sample.p50_s) point.p50 = Seconds(*sample.p50_s);
  if (sample.p99_s) point.p99 = Seconds(*sample.p99_s);
  if (sample.operation == Operation::kPointToPoint) {
    point.ranks = 2;
    point.per_node = sample.nodes == 1 ? 2 : 1;
  }
  if (point.per_node == 0 && node.ranks > 0) {
    point.per_node = node.ranks;
    ++points.full_nodes_assumed;
  }
  if (point.ranks < 2 || point.per_node < 1) return "ranks or ranks per node are not known";
  if (point.per_node > point.ranks) point.per_node = point.ranks;
  if (sample.bytes <= 0) return "no bytes";
  if (const char* reason = foreign_collective(sample, environment, node)) return reason;
  if (sample.flagged("connection_setup")) return "holds the set-up of connections";
  if (sample.flagged("per_rank_bytes") && counts_all_ranks(sample.operation)) {
    point.bytes = point.bytes * static_cast<double>(point.ranks);
  }
  const bool in_a_node = point.ranks <= point.per_node;
  if (in_a_node && sample.algorithm == "ring" && point.operation == Operation::kAllReduce) {
    // Where the links reduce, an all-reduce takes them unless it is told not to; its ring is that
    // of the halves.
    point.operation = Operation::kAllGather;
    point.time = point.time / 2.0;
    if (point.p50) point.p50 = *point.p50 / 2.0;
    if (point.p99) point.p99 = *point.p99 / 2.0;
  }
  points.collectives.push_back(point);
  return nullptr;
}

/// Null, or why the sample is no kernel of such nodes' ranks.
const char* foreign_kernel(const Environment& environment, const FitNode& node) {
  const std::string device = ingest::condition(environment, "device");
  if (device.empty() || (device == "cpu") == (node.memory == Memory::kHost)) return nullptr;
  return device == "cpu" ? "a kernel of the host's processors, and the instance has accelerators"
                         : "a kernel of an accelerator, and the instance computes on processors";
}

const char* add_kernel(const Sample& sample, const Environment& environment, const FitNode& node,
                       FitPoints& points) {
  if (const char* reason = foreign_kernel(environment, node)) return reason;
  KernelPoint point;
  point.time = Seconds(sample.time_s);
  point.bytes = Bytes(sample.bytes);
  point.attention = sample.operation == Operation::kAttention;
  if (sample.operation != Operation::kMemoryStream) {
    if (!sample.m || !sample.n || !sample.k) return "a GEMM without m, n and k";
    const std::optional<GemmFormat> format = format_of(sample);
    if (!format) return "a GEMM in a precision that no coefficient describes";
    point.gemm = {
        .m = *sample.m, .n = *sample.n, .k = *sample.k, .batch = sample.batch.value_or(1.0)};
    point.format = *format;
  } else if (sample.bytes <= 0) {
    return "no bytes";
  }
  points.kernels.push_back(point);
  return nullptr;
}

const char* add_storage(const Sample& sample, const FitNode& node, FitPoints& points) {
  if (node.files && sample.flagged("s3")) {
    return "of S3, beside a file system: fit them apart, each with its --storage NAME";
  }
  if (sample.bytes <= 0) return "no bytes";
  points.storage.push_back({.write = sample.operation == Operation::kStorageWrite,
                            .bytes = Bytes(sample.bytes),
                            .clients = sample.clients.value_or(1.0),
                            .time = Seconds(sample.time_s)});
  return nullptr;
}

/// Null, or why the sample is not fitted.
const char* add(const Sample& sample, const Environment& environment, const FitNode& node,
                FitPoints& points) {
  const Operation operation = sample.operation;
  if (!(sample.time_s > 0)) return "no time";
  if (const char* reason = ingest::set_apart(sample)) return reason;
  if (sample.flagged("bimodal")) return "its repetitions fall into two groups (bimodal)";
  if (is_collective(operation)) return add_collective(sample, environment, node, points);
  if (is_kernel(operation)) return add_kernel(sample, environment, node, points);
  if (is_storage(operation)) return add_storage(sample, node, points);
  return "no coefficient describes the operation";
}

}  // namespace

FitNode fit_node(const Accelerator& accelerator, int ranks,
                 std::span<const ingest::Measurements> documents) {
  FitNode node{.ranks = ranks};
  bool mpi = false;
  for (const ingest::Measurements& document : documents) {
    const auto by_mpi = [](const Environment& environment) {
      return ingest::condition(environment, "backend") == "mpi";
    };
    mpi = mpi || by_mpi(document.environment);
    for (const auto& file : document.files) mpi = mpi || by_mpi(file.environment);
    for (const Sample& sample : document.samples) {
      node.files = node.files || (is_storage(sample.operation) && !sample.flagged("s3"));
    }
  }
  if (accelerator.generation.starts_with("cpu")) {
    node.memory = Memory::kHost;
    node.backend = mpi ? "mpi" : "ofi";
  }
  return node;
}

void add_points(const ingest::Measurements& measurements, const FitNode& node, FitPoints& points) {
  for (const Sample& sample : measurements.samples) {
    const Environment& environment =
        sample.file ? measurements.files.at(static_cast<std::size_t>(*sample.file)).environment
                    : measurements.environment;
    const char* reason = add(sample, environment, node, points);
    if (reason) ++points.left_out[reason];
  }
}

}  // namespace sextant::fit
