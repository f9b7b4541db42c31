#include "src/serve/scenario_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "src/io/diagnostics.h"
#include "src/io/first_message.h"
#include "src/io/nearest_name.h"
#include "src/io/parse.h"
#include "src/io/printable.h"

namespace sextant::serve {
namespace {

namespace fs = std::filesystem;

struct KindName {
  ScenarioKind kind;
  const char* name;
  std::string_view schema;  ///< without its version
};

constexpr std::array kKinds{KindName{ScenarioKind::kPlan, "plan", "sextant.scenario/"},
                            KindName{ScenarioKind::kGovern, "govern", "sextant.governance/"},
                            KindName{ScenarioKind::kEndpoints, "endpoints", "sextant.endpoints/"}};

/// The kind that a text speaks of, even one that cannot be parsed.
std::optional<ScenarioKind> kind_mentioned(std::string_view text) {
  for (const KindName& known : kKinds) {
    if (text.find("\"" + std::string(known.schema)) != std::string_view::npos) return known.kind;
  }
  return std::nullopt;
}

std::optional<ScenarioKind> kind_of_schema(std::string_view schema) {
  for (const KindName& known : kKinds) {
    if (schema.starts_with(known.schema)) return known.kind;
  }
  return std::nullopt;
}

std::string text_of(const io::Node& root, const char* key) {
  const io::Node* member = root.find(key);
  const auto* text = member ? member->get<std::string>() : nullptr;
  return text ? *text : "";
}

std::string first_error(const io::Diagnostics& diagnostics) {
  return io::first_message(diagnostics.render_errors());
}

/// Nothing for a file that is no scenario.
std::optional<ListedScenario> look_at(const fs::path& path, std::string name) {
  ListedScenario listed{.name = std::move(name), .path = path};
  io::Diagnostics diagnostics;
  const auto text = io::read_text_file(path, diagnostics);
  if (!text) return std::nullopt;
  const auto mentioned = kind_mentioned(*text);
  if (!mentioned) return std::nullopt;
  io::Document document(listed.name, *text, false);
  listed.kind = *mentioned;
  if (!io::parse(document, diagnostics)) {
    listed.error = first_error(diagnostics);
    return listed;
  }
  const auto kind = kind_of_schema(text_of(document.root, "schema"));
  if (!kind) return std::nullopt;
  listed.kind = *kind;
  listed.title = text_of(document.root, "name");
  listed.question = text_of(document.root, "question");
  return listed;
}

class Walk {
 public:
  explicit Walk(const fs::path& folder) : folder_(folder) {}

  ScenarioList list() {
    std::error_code error;
    const auto options = fs::directory_options::skip_permission_denied;
    fs::recursive_directory_iterator entry(folder_, options, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      if (is_hidden(*entry) || entry.depth() >= kDeepest) entry.disable_recursion_pending();
      if (is_hidden(*entry) || entry->path().extension() != ".json") continue;
      if (++files_ > kMostFiles) {
        list_.complete = false;
        break;
      }
      add(entry->path());
    }
    std::sort(list_.scenarios.begin(), list_.scenarios.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return std::move(list_);
  }

 private:
  static bool is_hidden(const fs::directory_entry& entry) {
    return entry.path().filename().string().starts_with('.');
  }

  void add(const fs::path& path) {
    const std::string name = path.lexically_relative(folder_).generic_string();
    if (io::printable(name) != name || !is_file_within(folder_, path)) return;
    auto listed = look_at(path, name);
    if (listed) list_.scenarios.push_back(*std::move(listed));
  }

  const fs::path& folder_;
  ScenarioList list_;
  std::size_t files_ = 0;
};

}  // namespace

const char* kind_name(ScenarioKind kind) {
  return std::find_if(kKinds.begin(), kKinds.end(),
                      [&](const KindName& known) { return known.kind == kind; })
      ->name;
}

std::optional<ScenarioKind> kind_of_name(std::string_view name) {
  for (const KindName& known : kKinds) {
    if (name == known.name) return known.kind;
  }
  return std::nullopt;
}

const ListedScenario* ScenarioList::find(std::string_view name) const {
  const auto found = std::find_if(scenarios.begin(), scenarios.end(),
                                  [&](const ListedScenario& each) { return each.name == name; });
  return found == scenarios.end() ? nullptr : &*found;
}

std::string ScenarioList::help_for(const std::string& name) const {
  std::vector<std::string> names;
  for (const ListedScenario& each : scenarios) names.push_back(each.name);
  const auto nearest = io::nearest_name(name, names);
  return nearest ? fmt::format("did you mean \"{}\"?", *nearest) : "the list has all there are";
}

bool is_file_within(const fs::path& folder, const fs::path& path) {
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  if (error) return false;
  const fs::path file = fs::canonical(path, error);
  if (error || !fs::is_regular_file(file, error)) return false;
  return std::mismatch(root.begin(), root.end(), file.begin(), file.end()).first == root.end();
}

ScenarioList list_scenarios(const fs::path& folder) { return Walk(folder).list(); }

}  // namespace sextant::serve
