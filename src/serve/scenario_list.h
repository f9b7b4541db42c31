#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sextant::serve {

enum class ScenarioKind { kPlan, kGovern, kEndpoints };

/// "plan", "govern", "endpoints": the command that reads it, and the path of its page.
const char* kind_name(ScenarioKind kind);
std::optional<ScenarioKind> kind_of_name(std::string_view name);

/// A scenario file that was found.
struct ListedScenario {
  std::string name;            ///< its file, seen from the folder: "published/bloom-time.json"
  std::filesystem::path path;  ///< the same, to be read
  ScenarioKind kind = ScenarioKind::kPlan;
  std::string title = {};     ///< the scenario's "name"
  std::string question = {};  ///< empty: it asks none
  std::string error = {};     ///< what is wrong with it; empty: nothing
};

/// What a folder has, and how it was looked through.
struct ScenarioList {
  std::vector<ListedScenario> scenarios;  ///< by name
  bool complete = true;                   ///< false: there are more files than are looked at

  /// The scenario of that name. A name is only ever looked up here: it leads to no other file.
  const ListedScenario* find(std::string_view name) const;
  /// "did you mean \"…\"?", or that there is none like it.
  std::string help_for(const std::string& name) const;
};

/// Files of a folder that are looked at, and folders within each other.
inline constexpr std::size_t kMostFiles = 5000;
inline constexpr int kDeepest = 12;

/// The *.json files in the folder and in those within that say to be a scenario of a known kind;
/// whether the rest of each is right is not looked at. Links that lead out of the folder, folders
/// that are links, and hidden files are passed over.
ScenarioList list_scenarios(const std::filesystem::path& folder);

/// Whether a path that was listed still is a file within the folder.
bool is_file_within(const std::filesystem::path& folder, const std::filesystem::path& path);

}  // namespace sextant::serve
