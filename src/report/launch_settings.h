#pragma once

#include <array>
#include <string>
#include <utility>

#include "sextant/kernel/enum_names.h"
#include "src/scenario/scenario.h"

namespace sextant::report {

/// Whose words the settings of a run are written in.
enum class SettingsFormat { kMegatron, kNemo, kHyperpod };

/// How a scenario's run would be launched: its model, batch and layout, phase by phase, as
/// - megatron: command-line arguments of Megatron-LM's pretrain_gpt.py, one a line;
/// - nemo: the configuration of NVIDIA NeMo's megatron_gpt_pretraining.py, in YAML;
/// - hyperpod: a recipe of Amazon SageMaker HyperPod, in YAML.
/// What a format has no word for stands in it as a comment ("# …"). The scenario is one that was
/// read or completed: its layout says what it means without more figures. Ends with a line break.
std::string launch_settings(const scenario::Scenario& scenario, SettingsFormat format);

}  // namespace sextant::report

template <>
struct sextant::EnumNames<sextant::report::SettingsFormat> {
  static constexpr std::array table{
      std::pair{sextant::report::SettingsFormat::kMegatron, "megatron"},
      std::pair{sextant::report::SettingsFormat::kNemo, "nemo"},
      std::pair{sextant::report::SettingsFormat::kHyperpod, "hyperpod"}};
};
