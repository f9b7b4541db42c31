#include "calibrate/fit/measurement_fit.h"

#include <algorithm>
#include <optional>

namespace sextant::fit {
namespace {

using ingest::Environment;
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

const char* add_collective(const Sample& sample, const Environment& environment, int full_node,
                           FitPoints& points) {
  CollectivePoint point{.operation = sample.operation,
                        .bytes = Bytes(sample.bytes),
                        .ranks = sample.ranks,
                        .per_node = ranks_per_node(sample, environment),
                        .time = Seconds(sample.time_s)};
  if (sample.operation == Operation::kPointToPoint) {
    point.ranks = 2;
    point.per_node = sample.nodes == 1 ? 2 : 1;
  }
  if (point.per_node == 0 && full_node > 0) {
    point.per_node = full_node;
    ++points.full_nodes_assumed;
  }
  if (point.ranks < 2 || point.per_node < 1) return "ranks or ranks per node are not known";
  if (point.per_node > point.ranks) point.per_node = point.ranks;
  if (sample.bytes <= 0) return "no bytes";
  const bool may_be_of_hosts = environment.tool.starts_with("osu");
  if (may_be_of_hosts && !sample.flagged("device_buffers")) return "between buffers of hosts";
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
  }
  points.collectives.push_back(point);
  return nullptr;
}

const char* add_kernel(const Sample& sample, FitPoints& points) {
  KernelPoint point;
  point.time = Seconds(sample.time_s);
  point.bytes = Bytes(sample.bytes);
  if (sample.operation == Operation::kGemm) {
    if (!sample.m || !sample.n || !sample.k) return "a GEMM without m, n and k";
    const std::optional<GemmFormat> format = format_of(sample);
    if (!format) return "a GEMM in a precision that no coefficient describes";
    point.gemm = {.m = *sample.m, .n = *sample.n, .k = *sample.k};
    point.format = *format;
  } else if (sample.bytes <= 0) {
    return "no bytes";
  }
  points.kernels.push_back(point);
  return nullptr;
}

const char* add_storage(const Sample& sample, FitPoints& points) {
  if (sample.bytes <= 0) return "no bytes";
  points.storage.push_back({.write = sample.operation == Operation::kStorageWrite,
                            .bytes = Bytes(sample.bytes),
                            .clients = sample.clients.value_or(1.0),
                            .time = Seconds(sample.time_s)});
  return nullptr;
}

/// Null, or why the sample is not fitted.
const char* add(const Sample& sample, const Environment& environment, int full_node,
                FitPoints& points) {
  const Operation operation = sample.operation;
  if (!(sample.time_s > 0)) return "no time";
  if (is_collective(operation)) return add_collective(sample, environment, full_node, points);
  if (operation == Operation::kGemm || operation == Operation::kMemoryStream) {
    return add_kernel(sample, points);
  }
  if (operation == Operation::kStorageWrite || operation == Operation::kStorageRead) {
    return add_storage(sample, points);
  }
  return "no coefficient describes the operation";
}

}  // namespace

void add_points(const ingest::Measurements& measurements, int full_node, FitPoints& points) {
  for (const Sample& sample : measurements.samples) {
    const Environment& environment =
        sample.file ? measurements.files.at(static_cast<std::size_t>(*sample.file)).environment
                    : measurements.environment;
    const char* reason = add(sample, environment, full_node, points);
    if (reason) ++points.left_out[reason];
  }
}

}  // namespace sextant::fit
