#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sextant/compute/compute_coefficients.h"
#include "sextant/kernel/coefficient.h"
#include "sextant/network/collective_coefficients.h"
#include "sextant/network/fabric_coefficients.h"
#include "sextant/storage/storage_target.h"

namespace sextant {

/// Coefficients of a software generation.
struct SoftwareCoefficients {
  Coefficient<Seconds> host_per_kernel;  ///< host time to launch one kernel
  Coefficient<Seconds> between_kernels;  ///< that the device idles, besides its own gap
  Coefficient<double> overlap_cost;      ///< compute lost per second of overlapped communication
  /// Memory traffic of elementwise kernels and unfused attention, relative to the count of the
  /// model: 1 where each operation passes its data once.
  Coefficient<double> elementwise_passes;
  Coefficient<double> tensor_overlap_hidden;  ///< share of TP communication that overlap hides
  /// Time of collectives in a step, relative to back-to-back ones: other streams, ranks that arrive
  /// at different times.
  Coefficient<double> collective_cost;
  /// How much less time kernels take per year of releases: exp(-yearly_gain (release - then)).
  Coefficient<double> yearly_gain;
  Coefficient<double> release;        ///< year of the release for which the others stand
  Coefficient<double> logit_traffic;  ///< bytes per logit that the loss moves, both passes
  /// Bytes per parameter that adding up the 32-bit gradients of microbatches moves.
  Coefficient<double> accumulation_traffic;
  /// How sharply the longer of a pass's host and device time takes over:
  /// (host^p + device^p)^(1/p).
  Coefficient<double> host_sharpness;
  /// Parameters that one collective reduces or gathers with ZeRO 0 to 2, at least; 0: tensor by
  /// tensor. With ZeRO-3, 0 means the same, and anything else layer by layer.
  Coefficient<double> reduce_bucket;
  Coefficient<double> gather_bucket;
  Coefficient<double> bucket_per_rank;  ///< buckets have so many per data-parallel rank, at least
  /// Standard deviation of log(measured / predicted) of its runs; absent: that of all.
  std::optional<Coefficient<double>> log_spread;
};

template <class Archive>
void visit(Archive& a, SoftwareCoefficients& s) {
  a.object("software_coefficients", "Coefficients of a software generation.");
  a.field("host_per_kernel", s.host_per_kernel,
          {.doc = "Host time to launch one kernel", .min = 0, .required = true});
  a.field("between_kernels", s.between_kernels,
          {.doc = "Time that the device idles from kernel to kernel, besides its own gap",
           .min = 0,
           .required = true});
  a.field("overlap_cost", s.overlap_cost,
          {.doc = "Compute time lost per second of overlapped communication",
           .min = 0,
           .max = 1,
           .required = true});
  a.field("elementwise_passes", s.elementwise_passes,
          {.doc = "Memory traffic of elementwise kernels, relative to the model's count",
           .min = 0,
           .required = true});
  a.field("tensor_overlap_hidden", s.tensor_overlap_hidden,
          {.doc = "Share of tensor-parallel communication that overlap hides",
           .min = 0,
           .max = 1,
           .required = true});
  a.field("collective_cost", s.collective_cost,
          {.doc = "Time of collectives in a step, relative to back-to-back ones",
           .min = 0,
           .required = true});
  a.field("yearly_gain", s.yearly_gain,
          {.doc = "Share of the kernels' time that a year of releases saves", .min = 0, .max = 1});
  a.field("release", s.release,
          {.doc = "Year of the release for which the other coefficients stand", .min = 0});
  a.field("logit_traffic", s.logit_traffic,
          {.doc = "Bytes per logit that the loss moves, forward and backward",
           .min = 0,
           .required = true});
  a.field("accumulation_traffic", s.accumulation_traffic,
          {.doc = "Bytes per parameter that adding up the 32-bit gradients of microbatches moves",
           .min = 0,
           .required = true});
  a.field(
      "host_sharpness", s.host_sharpness,
      {.doc = "p in (host^p + device^p)^(1/p), the time of a pass", .min = 1, .required = true});
  a.field("reduce_bucket", s.reduce_bucket,
          {.doc = "Parameters whose gradients one collective reduces; 0: tensor by tensor",
           .min = 0,
           .required = true});
  a.field("gather_bucket", s.gather_bucket,
          {.doc = "Parameters that one collective gathers; 0: tensor by tensor",
           .min = 0,
           .required = true});
  a.field("bucket_per_rank", s.bucket_per_rank,
          {.doc = "Parameters per data-parallel rank that a bucket holds at least", .min = 0});
  a.field(
      "log_spread", s.log_spread,
      {.doc = "Standard deviation of log(measured / predicted), families left out; absent: that "
              "of all software",
       .min = 0});
}

/// What the coefficients were fitted on. A forecast outside of it is marked extrapolated.
struct FittedDomain {
  std::vector<std::string> accelerators;  ///< "h100/fp8": generation and precision
  std::vector<std::string> fabrics;
  std::vector<std::string> frameworks;
  std::vector<std::string> features;  ///< as step_features names them
  std::array<double, 2> ranks{};
  std::array<double, 2> hidden{};
  std::array<double, 2> sequence_length{};
};

template <class Archive>
void visit(Archive& a, FittedDomain& s) {
  a.object("fitted_domain", "What the coefficients were fitted on.");
  a.field("accelerators", s.accelerators, {.doc = "Generation and precision, as in h100/fp8"});
  a.field("fabrics", s.fabrics, {.doc = "Networks between nodes"});
  a.field("frameworks", s.frameworks, {.doc = "Training software"});
  a.field("features", s.features,
          {.doc = "What some of the runs had besides the common: experts, an encoder …"});
  a.field("ranks", s.ranks, {.doc = "Fewest and most accelerators"});
  a.field("hidden", s.hidden, {.doc = "Smallest and largest hidden size"});
  a.field("sequence_length", s.sequence_length, {.doc = "Shortest and longest sequence"});
}

/// Every coefficient that a step forecast uses besides datasheets.
struct Calibration {
  std::string name;
  std::string title;
  std::map<std::string, ComputeCoefficients> accelerators;  ///< by generation
  std::map<std::string, FabricCoefficients> fabrics;
  /// By instance, where its collectives were measured: they take the place of `fabrics` and of the
  /// accelerator's `link`.
  std::map<std::string, CollectiveCoefficients> collectives;
  /// Measured stores by name: what a scenario's checkpoint storage of that name does not say.
  std::map<std::string, StorageTarget> storage;
  std::map<std::string, SoftwareCoefficients> software;
  Coefficient<double>
      rank_spread;                 ///< standard deviation of the speeds of ranks: the slowest waits
  Coefficient<double> log_spread;  ///< standard deviation of log(measured / predicted)
  FittedDomain domain;
};

template <class Archive>
void visit(Archive& a, Calibration& s) {
  a.object("calibration", "Coefficients that a step forecast uses besides datasheets.");
  a.field("name", s.name, {.doc = "Name in the catalogue", .required = true});
  a.field("title", s.title, {.doc = "What it was fitted on"});
  a.field("accelerators", s.accelerators, {.doc = "By accelerator generation", .required = true});
  a.field("fabrics", s.fabrics, {.doc = "By network between nodes", .required = true});
  a.field("collectives", s.collectives, {.doc = "By instance: its measured collectives"});
  a.field("storage", s.storage, {.doc = "By name: its measured stores"});
  a.field("software", s.software, {.doc = "By framework", .required = true});
  a.field("rank_spread", s.rank_spread,
          {.doc = "Standard deviation of the speeds of ranks, of which the slowest sets the pace",
           .min = 0,
           .required = true});
  a.field("log_spread", s.log_spread,
          {.doc = "Standard deviation of log(measured / predicted), families left out",
           .min = 0,
           .required = true});
  a.field("domain", s.domain, {.doc = "What the coefficients were fitted on"});
}

}  // namespace sextant
