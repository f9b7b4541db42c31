#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sextant/training/step_profile.h"

namespace sextant::plan {

/// What the pipeline stages need, one of them more than an accelerator has.
struct MemoryNeed {
  std::vector<StageMemory> stages;
  Bytes capacity;
};

/// One reason why a plan cannot work, and what would make it work.
struct Obstacle {
  std::string reason;                 ///< one sentence
  std::vector<std::string> details;   ///< the figures behind it
  std::vector<std::string> remedies;  ///< each alone is enough
  std::optional<MemoryNeed> memory{};
};

/// The plan cannot work. `what()` is the full text for people.
class InfeasiblePlan : public std::runtime_error {
 public:
  explicit InfeasiblePlan(std::vector<Obstacle> obstacles);

  const std::vector<Obstacle>& obstacles() const { return obstacles_; }

 private:
  std::vector<Obstacle> obstacles_;
};

}  // namespace sextant::plan
