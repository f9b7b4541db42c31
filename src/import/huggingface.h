#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/io/diagnostics.h"
#include "src/io/node.h"

namespace sextant::importer {

/// Whether this is the config.json of a Hugging Face model.
bool is_huggingface_config(const io::Node& root);

/// The values of "model_type" that can be read.
std::vector<std::string> huggingface_model_types();

/// The config.json of a Hugging Face model as an entry of models/transformers. Its numbers keep
/// their places in the config, so that whoever reads the entry reports them there. `name` is used
/// if the config does not name the model. Null after an error: a model of another kind, a key that
/// is missing, a feature that no forecast knows.
std::optional<io::Node> read_huggingface_config(const io::Node& config, const std::string& name,
                                                io::Diagnostics& diagnostics);

}  // namespace sextant::importer
