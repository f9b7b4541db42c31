// Compiled once for each set of vector instructions (see CMakeLists.txt), which defines
// SEXTANT_SIMD as its name and, but for the plainest, Eigen as a namespace of its own: inline
// functions of one name compiled for different processors must not meet in one program. For the
// same reason nothing here uses the standard library's templates.
#include <Eigen/Core>

#include "calibrate/comm/compute/cpu_kernels.h"

namespace sextant::comm::SEXTANT_SIMD {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Values = Eigen::Array<float, Eigen::Dynamic, 1>;

Eigen::Map<const Matrix> matrix(const float* values, std::size_t rows, std::size_t columns) {
  return {values, static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns)};
}

Eigen::Map<Matrix> matrix(float* values, std::size_t rows, std::size_t columns) {
  return {values, static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns)};
}

void multiply(const float* a, const float* b, float* c, std::size_t m, std::size_t n,
              std::size_t k) {
  matrix(c, m, n).noalias() = matrix(a, m, k) * matrix(b, k, n);
}

void multiply_transposed(const float* a, const float* b, float* c, std::size_t m, std::size_t n,
                         std::size_t k) {
  matrix(c, m, n).noalias() = matrix(a, m, k) * matrix(b, n, k).transpose();
}

void softmax(float* scores, std::size_t rows, std::size_t columns, float scale) {
  for (std::size_t row = 0; row < rows; ++row) {
    Eigen::Map<Values> values(scores + row * columns, static_cast<Eigen::Index>(columns));
    values = (scale * (values - values.maxCoeff())).exp();
    values *= 1.0F / values.sum();
  }
}

void stream(const float* from, float* to, std::size_t elements, float factor) {
  const auto size = static_cast<Eigen::Index>(elements);
  Eigen::Map<Values>(to, size) = factor * Eigen::Map<const Values>(from, size);
}

}  // namespace

extern const CpuKernels kKernels;
const CpuKernels kKernels{multiply, multiply_transposed, softmax, stream};

}  // namespace sextant::comm::SEXTANT_SIMD
