#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "calibrate/ingest/measurement.h"
#include "sextant/compute/kernel_timer.h"

namespace sextant::comm {

/// What a rank computes on: an accelerator, or a core of the host. Work is queued in order; the
/// host may run ahead until wait(). One thread at a time.
class Device {
 public:
  virtual ~Device() = default;
  virtual std::string name() const = 0;  ///< "NVIDIA H200", "AMD EPYC 9R14, one core"
  virtual void describe(ingest::Environment& environment) const = 0;
  virtual bool supports(GemmFormat format) const = 0;
  /// As they stand in a sample's `precision`: "float", "tf32", "bf16", "fp8".
  virtual std::string precision_name(GemmFormat format) const = 0;

  /// C[m×n] = A[m×k]·B[k×n], `batch` times, on memory of its own.
  /// @throws CommError if there is no room for the operands, or no such format
  virtual void gemm(const Gemm& gemm, GemmFormat format) = 0;
  /// Moves so many bytes through its memory, half of them read and half written, in as few passes
  /// over memory larger than any cache as that takes.
  virtual void stream(std::size_t bytes) = 0;
  /// Attention that keeps its scores: for each of `batch` heads rows × columns scores of `width`,
  /// softmax, and the product with the values.
  virtual void attention(double batch, double rows, double columns, double width,
                         GemmFormat format) = 0;
  virtual void launch() = 0;  ///< a kernel that does nothing
  virtual void wait() = 0;    ///< until all that was queued has ended
};

/// The accelerator of this rank if the build and the node have one for it, else a core of the host.
/// `local_rank` chooses among those of a node.
/// @throws CommError if `kind` ("cuda", "cpu"; empty: whatever there is) is not to be had
std::unique_ptr<Device> make_device(const std::string& kind, int local_rank);

}  // namespace sextant::comm
