#pragma once

#include <cstdint>
#include <vector>

namespace sextant::sweep {

/// A point of the unit cube, one coordinate in [0, 1] for each input.
using UnitPoint = std::vector<double>;

/// Where in the unit cube a design has its points. Each is a function of its number and the seed
/// alone: the same on every machine, in any order.

/// Latin hypercube: in every coordinate exactly one of `count` points lies in each of `count` equal
/// slices (McKay, Beckman, Conover 1979).
/// @pre 0 <= point < count <= 2^31
UnitPoint latin_hypercube_point(std::int64_t point, std::int64_t count, int inputs,
                                std::uint64_t seed);

/// Morris' trajectories: each begins somewhere on a grid of `levels` (even) and changes one input
/// after another, in random order, by levels / (2 (levels - 1)) (Morris 1991; Campolongo 2007).
struct MorrisDesign {
  int inputs = 1;
  std::int64_t trajectories = 10;
  int levels = 4;
  std::uint64_t seed = 1;

  std::int64_t count() const { return trajectories * (inputs + 1); }
  UnitPoint point(std::int64_t i) const;
};

/// Saltelli's design for Sobol indices: `base` rows of a point A, a point B, and for each input A
/// with that coordinate of B (Saltelli 2010): base · (inputs + 2) points. A and B are the two
/// halves of a point of the Sobol sequence with Joe and Kuo's direction numbers (2008), shifted
/// digitally by the seed. Best where `base` is a power of two.
struct SobolDesign {
  /// The sequence has 3,667 dimensions, and each input takes two.
  static constexpr int kMostInputs = 1833;

  int inputs = 1;
  std::int64_t base = 64;
  std::uint64_t seed = 1;

  std::int64_t count() const { return base * (inputs + 2); }
  UnitPoint point(std::int64_t i) const;
};

}  // namespace sextant::sweep
