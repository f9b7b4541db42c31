#include "calibrate/comm/cuda/cublaslt_plan.h"

#include <fmt/format.h>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {
namespace {

std::size_t size_of(double rows, double columns, double batch, std::size_t element) {
  return static_cast<std::size_t>(rows * columns * batch) * element;
}

}  // namespace

void check_cublaslt(cublasStatus_t code, const char* call) {
  if (code == CUBLAS_STATUS_SUCCESS) return;
  throw CommError(fmt::format("{} failed: {}", call, cublasLtGetStatusString(code)));
}

CublasLtPlan::Layout CublasLtPlan::layout(cudaDataType_t type, double rows, double columns,
                                          double batch) {
  cublasLtMatrixLayout_t handle = nullptr;
  const auto height = static_cast<std::uint64_t>(rows);
  check_cublaslt(
      cublasLtMatrixLayoutCreate(&handle, type, height, static_cast<std::uint64_t>(columns),
                                 static_cast<std::int64_t>(rows)),
      "cublasLtMatrixLayoutCreate");
  Layout result(handle);
  const auto count = static_cast<std::int32_t>(batch);
  const auto stride = static_cast<std::int64_t>(rows * columns);
  check_cublaslt(cublasLtMatrixLayoutSetAttribute(handle, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT,
                                                  &count, sizeof count),
                 "cublasLtMatrixLayoutSetAttribute");
  check_cublaslt(cublasLtMatrixLayoutSetAttribute(
                     handle, CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, &stride, sizeof stride),
                 "cublasLtMatrixLayoutSetAttribute");
  return result;
}

CublasLtPlan::Operation CublasLtPlan::operation(const GpuPrecision& precision) {
  cublasLtMatmulDesc_t handle = nullptr;
  check_cublaslt(cublasLtMatmulDescCreate(&handle, precision.compute, CUDA_R_32F),
                 "cublasLtMatmulDescCreate");
  Operation result(handle);
  const cublasOperation_t transposed = CUBLAS_OP_T;
  check_cublaslt(cublasLtMatmulDescSetAttribute(handle, CUBLASLT_MATMUL_DESC_TRANSA, &transposed,
                                                sizeof transposed),
                 "cublasLtMatmulDescSetAttribute");
  if (precision.operand_bytes == 1) {
    const std::int8_t fast = 1;
    check_cublaslt(
        cublasLtMatmulDescSetAttribute(handle, CUBLASLT_MATMUL_DESC_FAST_ACCUM, &fast, sizeof fast),
        "cublasLtMatmulDescSetAttribute");
  }
  return result;
}

/// cuBLASLt's matrices stand column by column: it is asked for Cᵀ[n×m] = Bᵀ·Aᵀ, with Bᵀ as the
/// transposed of a k × n matrix.
CublasLtPlan::CublasLtPlan(cublasLtHandle_t library, const Gemm& gemm,
                           const GpuPrecision& precision, std::size_t workspace_bytes)
    : operation_(operation(precision)),
      a_(layout(precision.operand, gemm.k, gemm.m, gemm.batch)),
      b_(layout(precision.operand, gemm.k, gemm.n, gemm.batch)),
      c_(layout(precision.result, gemm.n, gemm.m, gemm.batch)),
      a_bytes_(size_of(gemm.k, gemm.m, gemm.batch, precision.operand_bytes)),
      b_bytes_(size_of(gemm.k, gemm.n, gemm.batch, precision.operand_bytes)),
      c_bytes_(size_of(gemm.n, gemm.m, gemm.batch, precision.result_bytes)),
      workspace_bytes_(workspace_bytes) {
  cublasLtMatmulPreference_t handle = nullptr;
  check_cublaslt(cublasLtMatmulPreferenceCreate(&handle), "cublasLtMatmulPreferenceCreate");
  const CublasLtHandle<cublasLtMatmulPreference_t, cublasLtMatmulPreferenceDestroy> preference(
      handle);
  check_cublaslt(
      cublasLtMatmulPreferenceSetAttribute(handle, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                                           &workspace_bytes, sizeof workspace_bytes),
      "cublasLtMatmulPreferenceSetAttribute");
  cublasLtMatmulHeuristicResult_t best{};
  int found = 0;
  const cublasStatus_t code = cublasLtMatmulAlgoGetHeuristic(
      library, operation_.get(), b_.get(), a_.get(), c_.get(), c_.get(), handle, 1, &best, &found);
  if (code != CUBLAS_STATUS_SUCCESS || found == 0) {
    throw CommError(fmt::format("cuBLASLt has no algorithm for {} GEMMs of {} × {} × {} in {}: {}",
                                gemm.batch, gemm.m, gemm.n, gemm.k, precision.name,
                                cublasLtGetStatusString(code)));
  }
  algorithm_ = best.algo;
}

void CublasLtPlan::run(cublasLtHandle_t library, const std::byte* a, const std::byte* b,
                       std::byte* c, std::byte* workspace, cudaStream_t stream) const {
  const float one = 1.0F, zero = 0.0F;
  check_cublaslt(
      cublasLtMatmul(library, operation_.get(), &one, b, b_.get(), a, a_.get(), &zero, c, c_.get(),
                     c, c_.get(), &algorithm_, workspace, workspace_bytes_, stream),
      "cublasLtMatmul");
}

}  // namespace sextant::comm
