#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "calibrate/fit/collective_fit.h"
#include "calibrate/fit/compute_fit.h"
#include "calibrate/fit/storage_fit.h"
#include "calibrate/ingest/measurement.h"
#include "calibrate/ingest/sample_kind.h"

namespace sextant::fit {

/// What is known of a kind of node before its measurements are read.
struct FitNode {
  int ranks = 0;  ///< of a full node; 0: not known
  /// Where its ranks compute, so where training's collectives have their buffers.
  ingest::Memory memory = ingest::Memory::kDevice;
  /// Of `sextant-comm`, the one whose collectives training uses there: nccl on accelerators; on
  /// processors mpi, or ofi where MPI was not measured.
  std::string backend = "nccl";
  bool files = false;  ///< a file system was measured: S3, if it was as well, is another store
};

/// Of nodes with such accelerators. Those of a generation whose name begins with "cpu" are the
/// host's processors: their memory is the host's.
FitNode fit_node(const Accelerator& accelerator, int ranks,
                 std::span<const ingest::Measurements> documents);

/// The samples of measurements documents, sorted by what they are fitted to.
struct FitPoints {
  std::vector<CollectivePoint> collectives;
  std::vector<KernelPoint> kernels;
  std::vector<StoragePoint> storage;
  /// Why samples are not fitted, and how many.
  std::map<std::string, int> left_out;
  int full_nodes_assumed = 0;  ///< samples of which nothing says how many ranks a node had
};

/// Adds a document's samples. What a sample does not say of ranks and nodes, the environment of its
/// file does; where that is silent as well, all ranks of a node took part. Per-rank bytes become
/// those of all ranks.
///
/// Left out, with the reason: samples that are set apart from the plain operation (see
/// ingest::set_apart) or flagged `bimodal` (their mean lies where hardly a repetition did);
/// collectives between buffers in another memory than `node` computes in, or by another back end
/// than its own; kernels of a host's processors where accelerators compute, and the reverse; S3
/// beside a file system, which is fitted apart. A document tells these by its conditions "backend"
/// (mpi, ofi, nccl), "memory" (host, device: where the buffers were) and "device" (cpu, cuda: what
/// the kernels ran on). One that says nothing of them, as most logs do not, is taken to have
/// measured what training uses.
void add_points(const ingest::Measurements& measurements, const FitNode& node, FitPoints& points);

}  // namespace sextant::fit
