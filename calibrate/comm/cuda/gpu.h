#pragma once

#include <string>

#include "calibrate/ingest/measurement.h"

namespace sextant::comm {

/// The GPUs that this process may use.
struct Gpus {
  int count = 0;
  std::string fault;  ///< in CUDA's words, where it cannot say: no driver, or one that is too old
};
Gpus gpus_here();

/// The index of the one that belongs to the rank: its place on the node, or 0 where the launcher
/// shows each rank one GPU only.
/// @throws CommError if there is none, or fewer than ranks
int gpu_of_rank(int local_rank, const Gpus& gpus);

/// A GPU of this node.
class Gpu {
 public:
  /// @throws CommError if the rank has none
  explicit Gpu(int local_rank);

  /// What this thread calls from now on is for this GPU.
  void use() const;
  const std::string& name() const { return name_; }
  /// Compute capability as one number: 90 for 9.0.
  int capability() const { return capability_; }
  /// Its name, the driver, the CUDA runtime.
  void describe(ingest::Environment& environment) const;

 private:
  int index_;
  std::string name_;
  int capability_ = 0;
};

/// CUDA's version numbers as people write them: 13000 is "13.0".
std::string cuda_version_text(int version);

}  // namespace sextant::comm
