#include "src/report/launch_settings.h"

#include "src/report/settings_writers.h"

namespace sextant::report {
namespace {

std::string settings_of(const LaunchPhase& phase, SettingsFormat format) {
  switch (format) {
    case SettingsFormat::kMegatron:
      return megatron_settings(phase);
    case SettingsFormat::kNemo:
      return nemo_settings(phase);
    case SettingsFormat::kHyperpod:
      return hyperpod_settings(phase);
  }
  return {};
}

}  // namespace

std::string launch_settings(const scenario::Scenario& scenario, SettingsFormat format) {
  std::string text;
  for (const LaunchPhase& phase : launch_phases(scenario)) {
    // Documents of YAML; for a shell the line would be a command.
    if (phase.number > 1) text += format == SettingsFormat::kMegatron ? "\n" : "---\n";
    text += settings_of(phase, format);
  }
  return text;
}

}  // namespace sextant::report
