#include "src/import/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "src/io/json_text.h"
#include "src/io/nearest_name.h"

namespace sextant::importer {
namespace {

bool same_value(const io::Node& a, const io::Node& b) {
  return io::to_compact_text(a.value) == io::to_compact_text(b.value);
}

}  // namespace

io::Place value_place(const Setting& setting) {
  return setting.value.place.document != nullptr ? setting.value.place : setting.place;
}

void Settings::add(Setting setting) {
  const auto [entry, is_new] = by_name_.try_emplace(setting.name, settings_.size());
  if (!is_new) {
    const Setting& other = settings_[entry->second];
    if (same_value(other.value, setting.value)) return;
    return contradiction(setting, other, fmt::format("{} is given twice", setting.shown),
                         "keep one of the two");
  }
  if (settings_.size() == kMostSettings) {
    diagnostics_.error(setting.place, fmt::format("found more than {} settings", kMostSettings))
        .help = "import the launch of one training run";
  }
  if (settings_.size() > kMostSettings) return;
  settings_.reserve(kMostSettings);  // strays_ points to them
  settings_.push_back(std::move(setting));
}

const Setting* Settings::find(Names names) {
  for (const char* name : names) {
    asked_.insert(name);
    for (const std::string& prefix : prefixes_) {
      const auto found = by_name_.find(prefix + name);
      if (found == by_name_.end() || found->second >= settings_.size()) continue;
      Setting& setting = settings_[found->second];
      setting.used = true;
      if (!setting.value.is_null()) return &setting;
    }
  }
  return nullptr;
}

bool Settings::is_known(const Setting& setting) {
  if (setting.unknown.empty()) return true;
  if (!reported_.insert(setting.name).second) return false;
  const std::string& first = setting.unknown.front();
  io::Diagnostic& entry = diagnostics_.error(
      value_place(setting),
      fmt::format("{}: {} is not known here", setting.shown, fmt::join(setting.unknown, ", ")));
  const bool variable = first.starts_with("$") && !first.starts_with("$(") &&
                        !first.starts_with("${") && first.find(',') == std::string::npos;
  entry.help = variable ? fmt::format("add {0}=VALUE above, or --set {0}=VALUE to the command",
                                      first.substr(1))
                        : "write the value in its place";
  return false;
}

std::optional<io::Node> Settings::count(Names names, std::int64_t least, std::int64_t most) {
  const Setting* setting = find(names);
  if (!setting || !is_known(*setting)) return std::nullopt;
  const auto* whole = setting->value.get<std::int64_t>();
  if (whole && *whole >= least && *whole <= most) return setting->value;
  unsupported(*setting, fmt::format("a whole number from {} to {}", least, most));
  return std::nullopt;
}

std::optional<std::int64_t> Settings::number(Names names, std::int64_t least, std::int64_t most) {
  const auto node = count(names, least, most);
  return node ? std::optional(*node->get<std::int64_t>()) : std::nullopt;
}

std::optional<double> Settings::real(Names names, double least, double most) {
  const Setting* setting = find(names);
  if (!setting || !is_known(*setting)) return std::nullopt;
  std::optional<double> value;
  if (const auto* whole = setting->value.get<std::int64_t>()) value = static_cast<double>(*whole);
  if (const auto* number = setting->value.get<double>()) value = *number;
  if (value && *value >= least && *value <= most) return value;
  unsupported(*setting, fmt::format("a number from {} to {}", least, most));
  return std::nullopt;
}

std::optional<std::string> Settings::text(Names names) {
  const Setting* setting = find(names);
  if (!setting || !is_known(*setting)) return std::nullopt;
  if (const auto* value = setting->value.get<std::string>()) return *value;
  if (const auto* whole = setting->value.get<std::int64_t>()) return std::to_string(*whole);
  unsupported(*setting, "a text");
  return std::nullopt;
}

bool Settings::flag(Names names) {
  const Setting* setting = find(names);
  if (!setting) return false;
  if (setting->shown.starts_with("--") && !setting->unknown.empty()) {
    if (reported_.insert(setting->name).second) strays_.push_back(setting);
    return true;
  }
  if (!is_known(*setting)) return false;
  if (const auto* value = setting->value.get<bool>()) return *value;
  if (const auto* word = setting->value.get<std::string>()) {
    if (*word == "true" || *word == "True") return true;
    if (*word == "false" || *word == "False") return false;
  }
  // As hyperparameters have it; on a command line a switch has no value.
  const auto* number = setting->value.get<std::int64_t>();
  if (number && (*number == 0 || *number == 1) && !setting->shown.starts_with("--")) {
    return *number == 1;
  }
  unsupported(*setting, setting->shown.starts_with("--") ? "no value" : "true or false");
  return false;
}

void Settings::unsupported(const Setting& setting, const std::string& expected, std::string help) {
  if (!reported_.insert(setting.name).second) return;
  diagnostics_
      .error(value_place(setting), fmt::format("{}: found {}, expected {}", setting.shown,
                                               io::found_text(setting.value), expected))
      .help = std::move(help);
}

void Settings::contradiction(const Setting& a, const Setting& b, const std::string& message,
                             std::string help) {
  io::Diagnostic& entry = diagnostics_.error(value_place(a), message);
  entry.help = std::move(help);
  entry.notes.push_back({value_place(b), fmt::format("{} is here", b.shown)});
}

std::optional<std::string> Settings::meant(const Setting& setting) const {
  constexpr std::size_t kSlips = 2, kShortest = 6, kLongest = 60;
  const std::string bare = setting.name.substr(setting.name.rfind('.') + 1);
  if (bare.size() < kShortest || bare.size() > kLongest) return std::nullopt;
  for (const std::string& name : asked_) {
    if (io::edit_distance(bare, name) <= kSlips) return name;
  }
  return std::nullopt;
}

}  // namespace sextant::importer
