// Whatever the seed and the size: an order has each place once, a latin hypercube has one point in
// each slice, and Morris' trajectories stay in the cube and step by the same width.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

#include "src/sweep/permutation.h"
#include "src/sweep/sampling.h"

namespace sextant::sweep {
namespace {

RC_GTEST_PROP(Permutation, HasEachPlaceOnce, ()) {
  const auto count = *rc::gen::inRange<std::int64_t>(1, 3000);
  const Permutation permutation(count, *rc::gen::arbitrary<std::uint32_t>(),
                                *rc::gen::arbitrary<std::uint64_t>());
  std::vector<int> seen(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) ++seen.at(static_cast<std::size_t>(permutation(i)));
  RC_ASSERT(seen == std::vector<int>(seen.size(), 1));
}

RC_GTEST_PROP(Permutation, StaysInALargeRange, ()) {
  const auto count = *rc::gen::inRange<std::int64_t>(1, std::int64_t{1} << 58);
  const auto place = *rc::gen::inRange<std::int64_t>(0, count);
  const Permutation permutation(count, 0, *rc::gen::arbitrary<std::uint64_t>());
  RC_ASSERT(permutation(place) >= 0);
  RC_ASSERT(permutation(place) < count);
}

RC_GTEST_PROP(LatinHypercube, HasOnePointInEachSlice, ()) {
  const auto count = *rc::gen::inRange<std::int64_t>(1, 500);
  const auto inputs = *rc::gen::inRange(1, 6);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  std::vector<std::vector<int>> seen(static_cast<std::size_t>(inputs),
                                     std::vector<int>(static_cast<std::size_t>(count)));
  for (std::int64_t i = 0; i < count; ++i) {
    const UnitPoint point = latin_hypercube_point(i, count, inputs, seed);
    for (std::size_t input = 0; input < point.size(); ++input) {
      ++seen[input].at(static_cast<std::size_t>(point[input] * static_cast<double>(count)));
    }
  }
  for (const std::vector<int>& slices : seen) {
    RC_ASSERT(slices == std::vector<int>(slices.size(), 1));
  }
}

RC_GTEST_PROP(Morris, StepsByTheSameWidthInTheCube, ()) {
  const MorrisDesign design{.inputs = *rc::gen::inRange(1, 12),
                            .trajectories = *rc::gen::inRange<std::int64_t>(1, 10),
                            .levels = 2 * *rc::gen::inRange(1, 8),
                            .seed = *rc::gen::arbitrary<std::uint64_t>()};
  const double width = design.levels / (2.0 * (design.levels - 1));
  UnitPoint before;
  for (std::int64_t i = 0; i < design.count(); ++i) {
    const UnitPoint point = design.point(i);
    int changed = 0;
    for (std::size_t input = 0; input < point.size(); ++input) {
      RC_ASSERT(point[input] >= 0 && point[input] <= 1);
      if (i % (design.inputs + 1) == 0 || point[input] == before[input]) continue;
      ++changed;
      RC_ASSERT(std::abs(std::abs(point[input] - before[input]) - width) < 1e-12);
    }
    RC_ASSERT(changed == (i % (design.inputs + 1) == 0 ? 0 : 1));
    before = point;
  }
}

RC_GTEST_PROP(Sobol, StaysInTheCube, ()) {
  const SobolDesign design{.inputs = *rc::gen::inRange(1, 30),
                           .base = *rc::gen::inRange<std::int64_t>(1, 1'000'000'000),
                           .seed = *rc::gen::arbitrary<std::uint64_t>()};
  const UnitPoint point = design.point(*rc::gen::inRange<std::int64_t>(0, design.count()));
  RC_ASSERT(std::ssize(point) == design.inputs);
  for (const double x : point) RC_ASSERT(x >= 0 && x < 1);
}

}  // namespace
}  // namespace sextant::sweep
