#include "calibrate/comm/compute/cpu_kernels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace sextant::comm {
namespace {

using testing::Each;
using testing::FloatNear;
using testing::Pointwise;

/// Small numbers of either sign, the same on every call.
std::vector<float> values(std::size_t count) {
  std::vector<float> result(count);
  for (std::size_t i = 0; i < count; ++i) {
    result[i] = static_cast<float>(static_cast<int>(i * 37 % 101) - 50) / 50.0F;
  }
  return result;
}

std::vector<float> product(const std::vector<float>& a, const std::vector<float>& b, std::size_t m,
                           std::size_t n, std::size_t k, bool transposed) {
  std::vector<float> c(m * n);
  for (std::size_t row = 0; row < m; ++row) {
    for (std::size_t column = 0; column < n; ++column) {
      double sum = 0.0;
      for (std::size_t i = 0; i < k; ++i) {
        sum += a[row * k + i] * b[transposed ? column * k + i : i * n + column];
      }
      c[row * n + column] = static_cast<float>(sum);
    }
  }
  return c;
}

/// Every set of vector instructions that this processor has.
class CpuKernelsTest : public testing::TestWithParam<NamedKernels> {};

TEST_P(CpuKernelsTest, MultiplyAsTheDefinitionDoes) {
  for (const auto& [m, n, k] : {std::array<std::size_t, 3>{1, 1, 1},
                                {3, 5, 7},
                                {64, 48, 32},
                                {65, 1, 130},
                                {17, 129, 96}}) {
    const std::vector<float> a = values(m * k), b = values(k * n);
    std::vector<float> c(m * n);
    GetParam().kernels->multiply(a.data(), b.data(), c.data(), m, n, k);
    EXPECT_THAT(c, Pointwise(FloatNear(1e-4F), product(a, b, m, n, k, false)));
    GetParam().kernels->multiply_transposed(a.data(), b.data(), c.data(), m, n, k);
    EXPECT_THAT(c, Pointwise(FloatNear(1e-4F), product(a, b, m, n, k, true)));
  }
}

TEST_P(CpuKernelsTest, SoftmaxRowsSumToOneAndKeepTheirOrder) {
  constexpr std::size_t kRows = 5, kColumns = 37;
  const std::vector<float> before = values(kRows * kColumns);
  std::vector<float> scores = before;
  GetParam().kernels->softmax(scores.data(), kRows, kColumns, 0.5F);
  for (std::size_t row = 0; row < kRows; ++row) {
    const float* const first = scores.data() + row * kColumns;
    EXPECT_NEAR(std::accumulate(first, first + kColumns, 0.0), 1.0, 1e-5);
    const float* const raw = before.data() + row * kColumns;
    EXPECT_NEAR(std::log(first[3] / first[8]), 0.5F * (raw[3] - raw[8]), 1e-4);
  }
}

TEST_P(CpuKernelsTest, SoftmaxOfLargeScoresDoesNotOverflow) {
  std::vector<float> scores{1000.0F, 1000.0F, -1000.0F, 0.0F};
  GetParam().kernels->softmax(scores.data(), 1, 4, 1.0F);
  EXPECT_NEAR(scores[0], 0.5F, 1e-6);
  EXPECT_NEAR(scores[2], 0.0F, 1e-6);
}

TEST_P(CpuKernelsTest, StreamMovesEveryElement) {
  const std::vector<float> from = values(1001);
  std::vector<float> to(from.size(), -9.0F), doubled = from;
  GetParam().kernels->stream(from.data(), to.data(), from.size(), 1.0F);
  EXPECT_EQ(to, from);
  GetParam().kernels->stream(nullptr, nullptr, 0, 1.0F);
}

INSTANTIATE_TEST_SUITE_P(Processor, CpuKernelsTest, testing::ValuesIn(cpu_kernels()),
                         [](const auto& set) { return set.param.instructions; });

TEST(CpuKernelsTest, EndWithThoseOfEveryProcessor) {
  EXPECT_STREQ(cpu_kernels().back().instructions, "baseline");
}

}  // namespace
}  // namespace sextant::comm
