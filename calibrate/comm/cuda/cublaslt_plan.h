#pragma once

#include <cublasLt.h>

#include <cstddef>
#include <memory>

#include "calibrate/comm/cuda/precision.h"

namespace sextant::comm {

/// @throws CommError with cuBLASLt's own words if `code` is not success
void check_cublaslt(cublasStatus_t code, const char* call);

template <auto Destroy>
struct CublasLtDestroy {
  template <class T>
  void operator()(T* handle) const {
    Destroy(handle);
  }
};
template <class Handle, auto Destroy>
using CublasLtHandle = std::unique_ptr<std::remove_pointer_t<Handle>, CublasLtDestroy<Destroy>>;

/// A (batched) product with everything chosen: layouts, and the algorithm that cuBLASLt's heuristic
/// puts first. Operands lie as a linear map stores them, both with the inner dimension contiguous
/// (the only layout that Hopper has for fp8); fp8 accumulates fast, as forward passes do.
class CublasLtPlan {
 public:
  /// @throws CommError if cuBLASLt has no algorithm for it
  CublasLtPlan(cublasLtHandle_t library, const Gemm& gemm, const GpuPrecision& precision,
               std::size_t workspace_bytes);

  std::size_t a_bytes() const { return a_bytes_; }
  std::size_t b_bytes() const { return b_bytes_; }
  std::size_t c_bytes() const { return c_bytes_; }

  /// Queues it.
  void run(cublasLtHandle_t library, const std::byte* a, const std::byte* b, std::byte* c,
           std::byte* workspace, cudaStream_t stream) const;

 private:
  using Layout = CublasLtHandle<cublasLtMatrixLayout_t, cublasLtMatrixLayoutDestroy>;
  using Operation = CublasLtHandle<cublasLtMatmulDesc_t, cublasLtMatmulDescDestroy>;
  static Layout layout(cudaDataType_t type, double rows, double columns, double batch);
  static Operation operation(const GpuPrecision& precision);

  Operation operation_;
  Layout a_, b_, c_;
  std::size_t a_bytes_, b_bytes_, c_bytes_;
  std::size_t workspace_bytes_;
  cublasLtMatmulAlgo_t algorithm_{};
};

}  // namespace sextant::comm
