#include "calibrate/fit/measurement_fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant::fit {
namespace {

using testing::HasSubstr;

using ingest::Operation;
using ingest::Sample;

FitPoints points_of(const Sample& sample, const ingest::Environment& environment = {},
                    const FitNode& node = {}) {
  ingest::Measurements measurements;
  measurements.environment = environment;
  measurements.samples = {sample};
  FitPoints points;
  add_points(measurements, node, points);
  return points;
}

/// Why the sample is not fitted; empty if it is.
std::string reason(const Sample& sample, const ingest::Environment& environment,
                   const FitNode& node = {}) {
  const FitPoints points = points_of(sample, environment, node);
  return points.left_out.empty() ? "" : points.left_out.begin()->first;
}

ingest::Environment conditions(const std::map<std::string, std::string>& conditions) {
  ingest::Environment environment;
  environment.tool = "sextant-comm";
  environment.conditions = conditions;
  return environment;
}

Accelerator of_generation(const std::string& generation) {
  Accelerator accelerator;
  accelerator.generation = generation;
  return accelerator;
}

Sample sample(Operation operation, double bytes, int ranks, int per_node, double time) {
  Sample s;
  s.operation = operation;
  s.bytes = bytes;
  s.ranks = ranks;
  s.ranks_per_node = per_node;
  s.time_s = time;
  return s;
}

TEST(MeasurementFit, TakesNodesFromWhereverTheyAreSaid) {
  Sample s = sample(Operation::kAllReduce, 1e9, 16, 8, 0.01);
  EXPECT_EQ(points_of(s).collectives.at(0).nodes(), 2);
  s.ranks_per_node = 0;
  EXPECT_EQ(points_of(s).left_out.count("ranks or ranks per node are not known"), 1U);
  s.nodes = 4;
  EXPECT_EQ(points_of(s).collectives.at(0).per_node, 4);
  s.nodes = 0;
  ingest::Environment environment;
  environment.ranks_per_node = 8;
  EXPECT_EQ(points_of(s, environment).collectives.at(0).nodes(), 2);
}

TEST(MeasurementFit, WhereNothingSaysSoNodesAreFull) {
  ingest::Measurements measurements;
  measurements.samples = {sample(Operation::kAllReduce, 1e9, 16, 0, 0.01)};
  FitPoints points;
  add_points(measurements, {.ranks = 8}, points);
  EXPECT_EQ(points.collectives.at(0).nodes(), 2);
  EXPECT_EQ(points.full_nodes_assumed, 1);
}

TEST(MeasurementFit, BytesOfOneRankBecomeThoseOfAll) {
  Sample s = sample(Operation::kAllGather, 1e6, 16, 8, 0.01);
  EXPECT_EQ(points_of(s).collectives.at(0).bytes, Bytes(1e6));
  s.flags = {"per_rank_bytes"};
  EXPECT_EQ(points_of(s).collectives.at(0).bytes, Bytes(16e6));
  s.operation = Operation::kAllReduce;
  EXPECT_EQ(points_of(s).collectives.at(0).bytes, Bytes(1e6));
}

TEST(MeasurementFit, BuffersOfHostsAreNotThoseOfAccelerators) {
  ingest::Environment osu;
  osu.tool = "osu 7.5";
  Sample s = sample(Operation::kAllReduce, 1e6, 16, 8, 0.01);
  EXPECT_THAT(reason(s, osu), HasSubstr("between buffers of hosts"));
  EXPECT_EQ(reason(s, osu, fit_node(of_generation("cpu"), 8, {})), "");
  s.flags = {"device_buffers"};
  EXPECT_EQ(points_of(s, osu).collectives.size(), 1U);
}

TEST(MeasurementFit, EachFileHasItsOwnEnvironment) {
  ingest::Measurements measurements;
  for (const int nodes : {2, 4}) {
    ingest::MeasuredFile file;
    file.environment.nodes = nodes;
    measurements.files.push_back(file);
    Sample s = sample(Operation::kAllReduce, 1e6, 16, 0, 0.01);
    s.file = static_cast<int>(measurements.files.size()) - 1;
    measurements.samples.push_back(s);
  }
  FitPoints points;
  add_points(measurements, {}, points);
  EXPECT_EQ(points.collectives.at(0).per_node, 8);
  EXPECT_EQ(points.collectives.at(1).per_node, 4);
}

TEST(MeasurementFit, AForcedRingInANodeIsTwoHalves) {
  Sample s = sample(Operation::kAllReduce, 1e9, 8, 8, 0.01);
  s.algorithm = "ring";
  const CollectivePoint point = points_of(s).collectives.at(0);
  EXPECT_EQ(point.operation, Operation::kAllGather);
  EXPECT_EQ(point.time, Seconds(0.005));
}

TEST(MeasurementFit, KernelsAndStores) {
  Sample gemm = sample(Operation::kGemm, 0, 0, 0, 0.01);
  EXPECT_EQ(points_of(gemm).left_out.count("a GEMM without m, n and k"), 1U);
  gemm.m = gemm.n = gemm.k = 4096;
  gemm.precision = "fp8_e4m3";
  EXPECT_EQ(points_of(gemm).kernels.at(0).format, GemmFormat::kFp8);
  EXPECT_EQ(points_of(gemm).kernels.at(0).gemm.batch, 1.0);
  Sample attention = gemm;
  attention.operation = Operation::kAttention;
  attention.batch = 8;
  EXPECT_TRUE(points_of(attention).kernels.at(0).attention);
  EXPECT_EQ(points_of(attention).kernels.at(0).gemm.batch, 8.0);
  EXPECT_EQ(points_of(sample(Operation::kMemoryStream, 1e9, 0, 0, 0.01)).kernels.size(), 1U);
  Sample write = sample(Operation::kStorageWrite, 1e9, 0, 0, 2.0);
  write.clients = 16;
  EXPECT_EQ(points_of(write).storage.at(0).clients, 16);
  EXPECT_TRUE(points_of(write).storage.at(0).write);
}

TEST(MeasurementFit, SaysWhatItLeavesOut) {
  EXPECT_EQ(points_of(sample(Operation::kBroadcast, 1e9, 16, 8, 0.01))
                .left_out.count("no coefficient describes the operation"),
            1U);
  EXPECT_EQ(points_of(sample(Operation::kAllReduce, 1e9, 16, 8, 0)).left_out.count("no time"), 1U);
  Sample s = sample(Operation::kPointToPoint, 8, 2, 1, 1e-3);
  s.flags = {"connection_setup"};
  EXPECT_EQ(points_of(s).left_out.count("holds the set-up of connections"), 1U);
}

TEST(MeasurementFit, SamplesThatAreSetApartAreNotFitted) {
  Sample s = sample(Operation::kAllReduce, 1e9, 16, 8, 0.01);
  for (const char* flag : {"group:data", "concurrent:tensor", "rail:rdmap16s27-rdm", "uneven",
                           "bisection", "bimodal"}) {
    s.flags = {"unchecked", flag};
    EXPECT_NE(reason(s, {}), "") << flag;
  }
  s.flags = {"unchecked"};
  EXPECT_EQ(reason(s, {}), "");
}

TEST(MeasurementFit, OnAcceleratorsNcclIsTaken) {
  const Sample s = sample(Operation::kAllReduce, 1e9, 16, 8, 0.01);
  EXPECT_EQ(reason(s, conditions({{"backend", "nccl"}, {"memory", "device"}})), "");
  EXPECT_EQ(reason(s, conditions({{"backend", "nccl"}})), "");
  EXPECT_THAT(reason(s, conditions({{"backend", "mpi"}})), HasSubstr("between buffers of hosts"));
  EXPECT_THAT(reason(s, conditions({{"backend", "ofi"}, {"memory", "host"}})),
              HasSubstr("between buffers of hosts"));
  EXPECT_THAT(reason(s, conditions({{"backend", "ofi"}, {"memory", "device"}})),
              HasSubstr("not by NCCL"));
}

TEST(MeasurementFit, OnProcessorsMpiIsTakenOrElseLibfabric) {
  const Sample s = sample(Operation::kAllReduce, 1e9, 16, 8, 0.01);
  std::vector<ingest::Measurements> documents(2);
  const auto mpi = conditions({{"backend", "mpi"}, {"memory", "host"}});
  const auto ofi = conditions({{"backend", "ofi"}, {"memory", "host"}});
  documents[0].environment = ofi;
  const FitNode without = fit_node(of_generation("cpu-zen4"), 8, documents);
  EXPECT_EQ(reason(s, ofi, without), "");
  documents[1].files = {{.file = "second", .environment = mpi}};
  const FitNode with = fit_node(of_generation("cpu-zen4"), 8, documents);
  EXPECT_EQ(with.ranks, 8);
  EXPECT_EQ(reason(s, mpi, with), "");
  EXPECT_THAT(reason(s, ofi, with), HasSubstr("not by MPI"));
  EXPECT_THAT(reason(s, conditions({{"backend", "nccl"}}), with),
              HasSubstr("between buffers of devices"));
  EXPECT_EQ(fit_node(of_generation("h100"), 8, documents).backend, "nccl");
}

TEST(MeasurementFit, KernelsAreThoseOfWhatComputesThere) {
  const Sample s = sample(Operation::kMemoryStream, 1e9, 0, 0, 0.01);
  const FitNode processors = fit_node(of_generation("cpu"), 8, {});
  EXPECT_EQ(reason(s, conditions({{"device", "cuda"}})), "");
  EXPECT_THAT(reason(s, conditions({{"device", "cpu"}})), HasSubstr("has accelerators"));
  EXPECT_EQ(reason(s, conditions({{"device", "cpu"}}), processors), "");
  EXPECT_THAT(reason(s, conditions({{"device", "cuda"}}), processors),
              HasSubstr("computes on processors"));
}

TEST(MeasurementFit, S3IsAnotherStoreThanAFileSystem) {
  ingest::Measurements document;
  Sample get = sample(Operation::kStorageRead, 1e8, 0, 0, 0.5);
  get.flags = {"s3", "multipart"};
  document.samples = {get};
  const Accelerator accelerator = of_generation("h100");
  EXPECT_EQ(reason(get, {}, fit_node(accelerator, 8, {&document, 1})), "");
  document.samples.push_back(sample(Operation::kStorageWrite, 1e8, 0, 0, 0.5));
  EXPECT_THAT(reason(get, {}, fit_node(accelerator, 8, {&document, 1})), HasSubstr("--storage"));
  for (const char* flag : {"small_objects", "slow_down:12", "client_bound", "cached"}) {
    get.flags = {flag};
    EXPECT_NE(reason(get, {}), "") << flag;
  }
}

}  // namespace
}  // namespace sextant::fit
