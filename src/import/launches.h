#pragma once

#include <optional>

#include "src/import/imported_run.h"
#include "src/import/launch_script.h"

namespace sextant::importer {

/// Arguments of Megatron-LM's pretrain_gpt.py: alone, or in a script for bash that launches them.
/// Null after an error.
std::optional<ImportedRun> read_megatron(const io::Document& document, const LaunchOptions& options,
                                         io::Diagnostics& diagnostics);

/// The configuration of NeMo's megatron_gpt_pretraining.py, or a recipe of SageMaker HyperPod, in
/// YAML; where the document's name ends otherwise, a script with NeMo's settings as overrides.
/// Parses the document. Null after an error.
std::optional<ImportedRun> read_nemo(io::Document& document, const LaunchOptions& options,
                                     io::Diagnostics& diagnostics);

/// A batch script of Slurm: its nodes, and of the launch inside what is known. Null after an error.
std::optional<ImportedRun> read_slurm(const io::Document& document, const LaunchOptions& options,
                                      io::Diagnostics& diagnostics);

/// A training job of SageMaker in JSON: arguments of an estimator of the Python SDK, or the body of
/// CreateTrainingJob. Parses the document. Null after an error.
std::optional<ImportedRun> read_sagemaker(io::Document& document, io::Diagnostics& diagnostics);

}  // namespace sextant::importer
