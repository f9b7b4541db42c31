#pragma once

#include "src/import/imported_run.h"
#include "src/import/settings.h"

namespace sextant::importer {

/// Adds the hyperparameters of a training job as settings: by the names that the other readers
/// know ("hidden_width" is hidden_size), their values out of the API's texts ("8", "\"bf16\"", "").
/// `mp_parameters`, in which the SDK hides those of SageMaker's model parallel library, is opened.
void add_hyperparameters(const io::Node& object, Settings& settings);

/// Takes model, batch, layout and software of the hyperparameters. Whose words they are follows
/// from them: Megatron-LM's, else those of Hugging Face's Trainer and of scripts for FSDP, which
/// SageMaker's model parallel library shares. Where nothing is said of a layout there is none.
/// @source SageMaker developer guide: configuration parameters of the model parallel library v1
///         (smdistributed-modelparallel 1.x) and v2
void take_hyperparameters(Settings& settings, ImportedRun& run);

}  // namespace sextant::importer
