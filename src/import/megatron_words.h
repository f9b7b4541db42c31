#pragma once

#include "src/import/imported_run.h"
#include "src/import/settings.h"

namespace sextant::importer {

/// Whose words the settings are. They have most names from Megatron-LM, but not all defaults.
enum class Dialect {
  kMegatron,  ///< arguments of pretrain_gpt.py
  kNemo,      ///< configuration of megatron_gpt_pretraining.py, and NeMo 2.0's trainer.strategy
  kNeuron,    ///< HyperPod recipe for NeuronX Distributed Training
  kFsdp,      ///< HyperPod recipe for PyTorch's FSDP
};

/// Takes the shape of the model into /model. Where a setting is silent, the dialect's own default
/// holds. What is not said at all (layers, hidden size, heads, vocabulary) stays away.
/// @source arguments.py of Megatron-LM (core 0.14), megatron_gpt_config.yaml of NeMo 1.23,
///         recipes of aws/sagemaker-hyperpod-recipes 1.3.1
void take_model(Settings& settings, Dialect dialect, ImportedRun& run);

/// Takes batch, lengths and evaluation into /training.
void take_batch(Settings& settings, Dialect dialect, ImportedRun& run);

/// Takes the layout into /training/layout.
void take_layout(Settings& settings, Dialect dialect, ImportedRun& run);

/// Takes precision, optimizer and kernels into /training.
void take_software(Settings& settings, Dialect dialect, ImportedRun& run);

}  // namespace sextant::importer
