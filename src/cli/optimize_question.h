#pragma once

#include "src/cli/arguments.h"
#include "src/optimize/answer.h"

namespace sextant::cli {

/// What is to be small, in the words of the command line: "cost", or a sum of what each is worth in
/// USD: "cost,time=2000,co2e=80" (an hour, a MWh, a tonne; a USD is worth one).
/// @throws UsageError
optimize::Objective read_objective(const std::string& text);

/// "128,256,512", or "64..1024". @throws UsageError
void read_nodes(const std::string& text, optimize::Space& space);

/// What the options of `sextant optimize` ask about a scenario. @throws UsageError
optimize::Question read_question(const Arguments& arguments, scenario::Scenario scenario);

}  // namespace sextant::cli
