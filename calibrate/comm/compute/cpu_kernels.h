#pragma once

#include <cstddef>
#include <vector>

namespace sextant::comm {

/// The numeric kernels of a core of the host, on one thread, compiled for one set of vector
/// instructions. Matrices are dense and stand row by row.
struct CpuKernels {
  /// C[m×n] = A[m×k]·B[k×n].
  void (*multiply)(const float* a, const float* b, float* c, std::size_t m, std::size_t n,
                   std::size_t k);
  /// C[m×n] = A[m×k]·Bᵀ, B[n×k].
  void (*multiply_transposed)(const float* a, const float* b, float* c, std::size_t m,
                              std::size_t n, std::size_t k);
  /// Every row becomes exp(scale · row), divided by its sum.
  void (*softmax)(float* scores, std::size_t rows, std::size_t columns, float scale);
  /// to = factor · from: reads once, writes once.
  void (*stream)(const float* from, float* to, std::size_t elements, float factor);
};

struct NamedKernels {
  const char* instructions;  ///< "avx512", "avx2", or "baseline": what every such processor has
  const CpuKernels* kernels;
};

/// Those that the build has and this processor can run, the widest first; never empty.
std::vector<NamedKernels> cpu_kernels();

}  // namespace sextant::comm
