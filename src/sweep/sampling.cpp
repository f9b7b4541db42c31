#include "src/sweep/sampling.h"

#include <boost/random/sobol.hpp>
#include <numeric>
#include <utility>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/distributions.h"
#include "src/sweep/permutation.h"

namespace sextant::sweep {
namespace {

/// Somewhere within a slice, on a grid that is coarse enough for `slice + offset` to be exact.
double offset_in_slice(RandomStream& stream) {
  return (static_cast<double>(stream.next() >> 44) + 0.5) * 0x1p-20;
}

/// Point `i` of the Sobol sequence of so many dimensions, the origin being point 0, each dimension
/// shifted digitally: its bits are those of the sequence or their opposites, as the seed says.
UnitPoint sobol_point(std::int64_t i, int dimensions, std::uint64_t seed) {
  boost::random::sobol sequence(static_cast<std::size_t>(dimensions));  // leaves the origin out
  if (i > 0) sequence.seed(static_cast<std::uint64_t>(i - 1));
  const RandomStream shifts(seed, "sweep.sobol");
  UnitPoint point;
  for (int dimension = 0; dimension < dimensions; ++dimension) {
    RandomStream shift = shifts.of_entity(static_cast<std::uint32_t>(dimension));
    const std::uint64_t bits = (i > 0 ? sequence() : 0) ^ shift.next();
    point.push_back(static_cast<double>(bits >> 11) * 0x1p-53);
  }
  return point;
}

/// The inputs in random order.
std::vector<int> shuffled_inputs(int inputs, RandomStream& stream) {
  std::vector<int> order(static_cast<std::size_t>(inputs));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t left = order.size(); left > 1; --left) {
    std::swap(order[left - 1], order[draw_index(stream, left)]);
  }
  return order;
}

}  // namespace

UnitPoint latin_hypercube_point(std::int64_t point, std::int64_t count, int inputs,
                                std::uint64_t seed) {
  SEXTANT_ASSERT(point >= 0 && point < count && count <= std::int64_t{1} << 31, "point {} of {}",
                 point, count);
  UnitPoint unit;
  for (int input = 0; input < inputs; ++input) {
    const auto coordinate = static_cast<std::uint32_t>(input);
    RandomStream within(seed, "sweep.latin_hypercube.offset", coordinate,
                        static_cast<std::uint32_t>(point));
    const std::int64_t slice = Permutation(count, coordinate, seed)(point);
    unit.push_back((static_cast<double>(slice) + offset_in_slice(within)) /
                   static_cast<double>(count));
  }
  return unit;
}

UnitPoint MorrisDesign::point(std::int64_t i) const {
  SEXTANT_ASSERT(i >= 0 && i < count() && levels >= 2 && levels % 2 == 0,
                 "point {} of {}, {} levels", i, count(), levels);
  const int half = levels / 2;
  RandomStream stream(seed, "sweep.morris", static_cast<std::uint32_t>(i / (inputs + 1)));
  std::vector<int> level, step;
  for (int input = 0; input < inputs; ++input) {
    const int low = static_cast<int>(draw_index(stream, static_cast<std::uint64_t>(half)));
    const bool up = draw_index(stream, 2) == 1;
    level.push_back(up ? low : low + half);
    step.push_back(up ? half : -half);
  }
  const std::vector<int> order = shuffled_inputs(inputs, stream);
  for (std::int64_t k = 0; k < i % (inputs + 1); ++k) {
    const auto input = static_cast<std::size_t>(order[static_cast<std::size_t>(k)]);
    level[input] += step[input];
  }
  UnitPoint unit;
  for (const int l : level) unit.push_back(static_cast<double>(l) / (levels - 1));
  return unit;
}

UnitPoint SobolDesign::point(std::int64_t i) const {
  SEXTANT_ASSERT(i >= 0 && i < count() && inputs <= kMostInputs, "point {} of {}, {} inputs", i,
                 count(), inputs);
  const UnitPoint both = sobol_point(i / (inputs + 2), 2 * inputs, seed);
  const auto b = both.begin() + inputs;
  const std::int64_t place = i % (inputs + 2);  // A, B, A with the first coordinate of B, ...
  if (place == 1) return {b, both.end()};
  UnitPoint unit(both.begin(), b);
  if (place >= 2) unit[static_cast<std::size_t>(place - 2)] = b[place - 2];
  return unit;
}

}  // namespace sextant::sweep
