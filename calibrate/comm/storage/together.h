#pragma once

#include <functional>
#include <string>
#include <vector>

#include "calibrate/comm/world.h"

namespace sextant::comm {

/// What failed on this rank so far. The rank goes on with the others, idle, until all of them
/// agree to stop: so that all can clean up.
class Failure {
 public:
  explicit Failure(const World& world) : world_(world) {}

  /// Runs `body`, unless something has failed before; keeps the CommError that it throws.
  void guard(const std::function<void()>& body);
  /// All ranks call it. @throws CommError on all of them with the first failed rank's words, and
  /// on the others with its place, if one failed
  void agree();

 private:
  const World& world_;
  std::string text_;
};

/// Runs `body` on this rank. @throws CommError on all ranks if it fails on one; all call it
void together(const World& world, const std::function<void()>& body);

/// The sums over all ranks, element by element. All ranks call it.
void sum(const World& world, std::vector<double>& values);

/// The values of all ranks on the root, none elsewhere. All ranks call it.
std::vector<double> gathered(const World& world, const std::vector<double>& own);

}  // namespace sextant::comm
