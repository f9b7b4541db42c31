#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "src/sweep/open_study.h"
#include "src/sweep/outcome.h"

namespace sextant::sweep {

/// Forecasts single points of a study, from any number of threads.
class PointEvaluator {
 public:
  /// The study outlives it.
  PointEvaluator(const OpenStudy& study, std::filesystem::path models);
  ~PointEvaluator();
  PointEvaluator(const PointEvaluator&) = delete;
  PointEvaluator& operator=(const PointEvaluator&) = delete;

  /// What cannot work, or does not go together, is an outcome too.
  Outcome evaluate(std::int64_t point) const;

 private:
  struct Workspace;
  std::unique_ptr<Workspace> take_workspace() const;
  plan::PlanResult plan(const Workspace& workspace, std::int64_t point) const;

  const OpenStudy& study_;
  std::filesystem::path models_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Workspace>> idle_;
};

}  // namespace sextant::sweep
