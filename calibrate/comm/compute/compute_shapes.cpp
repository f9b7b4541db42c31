#include "calibrate/comm/compute/compute_shapes.h"

#include <algorithm>
#include <cmath>

namespace sextant::comm {

std::vector<double> square_sides(double largest) {
  std::vector<double> sides;
  for (double power = 64.0; power <= largest; power *= 2.0) {
    sides.push_back(power);
    if (power >= 256.0 && 1.5 * power <= largest) sides.push_back(1.5 * power);
  }
  if (sides.empty()) sides.push_back(std::max(1.0, std::floor(largest)));
  return sides;
}

std::vector<Gemm> gemm_shapes(const std::vector<double>& sides) {
  std::vector<Gemm> shapes;
  for (const double side : sides) shapes.push_back({.m = side, .n = side, .k = side});

  const double largest = *std::max_element(sides.begin(), sides.end());
  const double tokens = largest;
  const double hidden = std::max(1.0, std::floor(largest / 2.0));
  shapes.push_back({.m = tokens, .n = 3.0 * hidden, .k = hidden});  // queries, keys and values
  shapes.push_back({.m = tokens, .n = hidden, .k = hidden});
  shapes.push_back({.m = tokens, .n = 4.0 * hidden, .k = hidden});  // feed-forward, up and down
  shapes.push_back({.m = tokens, .n = hidden, .k = 4.0 * hidden});
  shapes.push_back({.m = hidden, .n = 4.0 * hidden, .k = tokens});  // gradient of the weights
  for (double k = 32.0; k <= largest / 2.0; k *= 2.0) {
    shapes.push_back({.m = largest, .n = largest, .k = k});
  }
  for (const double few : {16.0, 64.0}) {
    if (few > largest / 4.0) continue;
    shapes.push_back({.m = few, .n = largest, .k = largest});
    shapes.push_back({.m = largest, .n = few, .k = largest});
  }
  for (double side = 64.0; side <= largest / 4.0; side *= 4.0) {
    shapes.push_back({.m = side, .n = side, .k = side, .batch = 16});
  }
  return shapes;
}

double gemm_bytes(const Gemm& gemm, GemmFormat format) {
  const bool wide = format == GemmFormat::kTf32 || format == GemmFormat::kFp32;
  const double result = wide ? 4.0 : 2.0;
  const double operand = format == GemmFormat::kFp8 ? 1.0 : result;
  return gemm.batch * (operand * (gemm.m * gemm.k + gemm.k * gemm.n) + result * gemm.m * gemm.n);
}

std::vector<std::size_t> stream_sizes(std::size_t largest) {
  std::vector<std::size_t> sizes;
  for (std::size_t bytes = 4096; bytes < largest; bytes *= 4) sizes.push_back(bytes);
  sizes.push_back(largest);
  return sizes;
}

std::vector<Gemm> attention_shapes(double largest) {
  std::vector<Gemm> shapes;
  constexpr double kMostRows = 4096.0;
  for (double rows = 128.0; rows <= std::min(largest, kMostRows); rows *= 2.0) {
    for (const double width : {64.0, 128.0}) {
      shapes.push_back({.m = rows, .n = rows, .k = width, .batch = 8});
    }
  }
  return shapes;
}

}  // namespace sextant::comm
