#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "src/plan/plan.h"
#include "src/serve/service.h"

namespace sextant::serve {

/// Replicas of a page that answers at once. The seed and the luck are those of the full number.
inline constexpr std::int64_t kFewReplicas = 200;

/// Forecasts of scenarios as their files have them, kept: every change is held beside one. Safe
/// from any thread.
class Baselines {
 public:
  std::optional<plan::Forecast> find(const std::string& key) const;
  void keep(const std::string& key, const plan::Forecast& forecast);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, plan::Forecast> kept_;
};

/// The document of a plan's page, with what the changes make of the forecast.
/// @throws io::InputError, plan::InfeasiblePlan
nlohmann::ordered_json plan_document(const Question& question, const std::filesystem::path& models,
                                     const run::ParallelOptions& parallel, Baselines& baselines);

}  // namespace sextant::serve
