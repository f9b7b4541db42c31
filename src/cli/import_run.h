#pragma once

#include <boost/program_options/options_description.hpp>
#include <string>

#include "src/cli/arguments.h"
#include "src/cli/complete_run.h"
#include "src/cli/exit_code.h"

namespace sextant::cli {

/// The options with which users say what a file does not.
void declare_run_wishes(boost::program_options::options_description& options);

/// `sextant import megatron|nemo|slurm|sagemaker FILE`: the run that the file describes, as a
/// scenario on stdout or in --output. kIncomplete where something is missing.
ExitCode import_run(const std::string& what, const Arguments& arguments);

/// `sextant import huggingface config.json` with --instance, --nodes or --tokens: a scenario for
/// that model.
ExitCode import_model_run(const Arguments& arguments);

/// Whether the options ask for a scenario, not only for what is understood.
bool asks_for_scenario(const Arguments& arguments);

/// Where a run comes from, and where it goes.
struct RunFiles {
  std::string source;   ///< what was imported; empty: nothing
  std::string command;  ///< "sextant import megatron"
  std::string output;   ///< empty: stdout
};

/// Completes the run and writes it: as a scenario, or with --json what was understood.
ExitCode write_run(importer::ImportedRun run, const RunWishes& wishes, const RunFiles& files,
                   const Arguments& arguments);

}  // namespace sextant::cli
