#pragma once

#include <filesystem>

#include "src/run/parallel_for.h"
#include "src/serve/service.h"

namespace sextant::serve {

/// The documents of pages that have no inputs: what the scenario's file says is simulated whole.
/// @throws io::InputError, plan::InfeasiblePlan
nlohmann::ordered_json govern_document(const Question& question,
                                       const std::filesystem::path& models,
                                       const run::ParallelOptions& parallel);
nlohmann::ordered_json endpoints_document(const Question& question,
                                          const std::filesystem::path& models,
                                          const run::ParallelOptions& parallel);

}  // namespace sextant::serve
