#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "src/report/launch_phase.h"

namespace sextant::report {

/// The settings of one phase, each with its heading; ends with a line break.
std::string megatron_settings(const LaunchPhase& phase);
std::string nemo_settings(const LaunchPhase& phase);
std::string hyperpod_settings(const LaunchPhase& phase);

/// What megatron_gpt_pretraining.py of NeMo reads. What it cannot say is added to `notes`.
YAML::Node nemo_tree(const LaunchPhase& phase, std::vector<std::string>& notes);

/// "bf16", 16 or 32: Lightning's words for the precision.
YAML::Node lightning_precision(Precision precision);

}  // namespace sextant::report
