#include "src/cli/bash_completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <optional>
#include <string_view>

#include "src/cli/command.h"
#include "src/cli/declaration.h"

namespace sextant::cli {
namespace {

using Kind = Candidates::Kind;

/// Options whose values are names of a family of the catalogue, in whichever command.
constexpr std::array<std::pair<std::string_view, const char*>, 9> kFamilies{
    {{"instance", "instances"},
     {"region", "regions"},
     {"calibration", "calibrations"},
     {"prior", "calibrations"},
     {"base", "calibrations"},
     {"model", "transformers"},
     {"failures", "failures"},
     {"prices", "prices"},
     {"checkpoint-store", "storage"}}};

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

/// The words of "a|b|c"; empty if it is something else.
std::string choice(std::string text) {
  text.erase(std::remove_if(text.begin(), text.end(), boost::is_any_of("[]")), text.end());
  std::vector<std::string> words;
  boost::split(words, text, boost::is_any_of("|"));
  if (!std::all_of(words.begin(), words.end(), is_word)) return "";
  return fmt::format("{}", fmt::join(words, " "));
}

/// What a synopsis says besides names of options: "[--leave-out family|origin]",
/// "ingest|fit|check".
struct Synopsis {
  std::vector<std::pair<std::string, std::string>> of_options;  ///< with the words of its values
  std::string actions;                                          ///< words that need no option
};

Synopsis read_synopsis(const Command& command) {
  Synopsis synopsis;
  std::vector<std::string> tokens;
  boost::split(tokens, std::string(command.synopsis), boost::is_any_of(" "));
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::size_t dashes = tokens[i].find("--");
    if (dashes != std::string::npos) {
      const bool ends = tokens[i].ends_with(']') || i + 1 == tokens.size();
      if (!ends)
        synopsis.of_options.emplace_back(tokens[i].substr(dashes + 2), choice(tokens[i + 1]));
      i += ends ? 0 : 1;
      continue;
    }
    const std::string words = tokens[i].starts_with('[') ? "" : choice(tokens[i]);
    if (!words.empty()) synopsis.actions += (synopsis.actions.empty() ? "" : " ") + words;
  }
  return synopsis;
}

std::optional<std::string> words_of_synopsis(const Command& command, const std::string& option) {
  for (const auto& [name, words] : read_synopsis(command).of_options) {
    if (name == option && !words.empty()) return words;
  }
  return std::nullopt;
}

std::string names_of_commands() {
  std::string names;
  for (const Command* command : commands()) names += std::string(command->name) + " ";
  return names + "help version";
}

/// A line of the script that offers the candidates.
std::string offer(const Candidates& candidates) {
  switch (candidates.kind) {
    case Kind::kFiles:
      return "_sextant_files";
    case Kind::kFolders:
      return "_sextant_folders";
    case Kind::kWords:
      return fmt::format("_sextant_words '{}'", candidates.words);
    case Kind::kCatalogue:
      return fmt::format("_sextant_names '{}'", candidates.words);
    case Kind::kNothing:
      return ":";
  }
  return ":";
}

std::string command_case(const Command& command) {
  std::string values;
  std::string names;
  for (const DeclaredOption& option : options_of(command)) {
    names += (names.empty() ? "--" : " --") + option.name;
    if (option.value.empty()) continue;
    values += fmt::format("        --{}) {} ;;\n", option.name,
                          offer(candidates_of(command, option.name, option.value)));
  }
  return fmt::format(
      "    {})\n      options='{}'\n      case $previous in\n{}        *) value= ;;\n      esac\n"
      "      [[ $value ]] && return\n      _sextant_options \"$options\" && return\n"
      "      {}\n      ;;\n",
      command.name, names, values, offer(positional_candidates(command)));
}

constexpr const char* kHead =
    R"(# bash completion for sextant(1). Written by: sextant help --completion bash

_sextant_words() {
  local before=
  [[ $current == *,* ]] && before=${current%,*},
  mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${current##*,}")
}

_sextant_files() {
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen -f -- "$current")
}

_sextant_folders() {
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen -d -- "$current")
}

# Names of a family of the catalogue, or of all; the program itself knows them.
_sextant_names() {
  local names
  names=$("${program/#\~/$HOME}" catalog list $1 2>/dev/null | sed -n 's/^  \([^ ]*\) .*/\1/p')
  _sextant_words "$names"
}

_sextant_options() {
  [[ $current == -* ]] || return 1
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current")
}

_sextant() {
  local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} value=1 options
  local previous=${COMP_WORDS[COMP_CWORD > 0 ? COMP_CWORD - 1 : 0]}
  COMPREPLY=()
  # Bash parts "--option=value" into three words.
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
)";

}  // namespace

Candidates candidates_of(const Command& command, const std::string& option,
                         const std::string& value) {
  if (value.starts_with("FILE")) return {Kind::kFiles, ""};
  if (value == "DIR") return {Kind::kFolders, ""};
  if (value == "TIER") return {Kind::kWords, "replay flow"};
  if (is_word(value) && value != "arg") return {Kind::kWords, value};
  if (const auto words = words_of_synopsis(command, option)) return {Kind::kWords, *words};
  const auto family = std::find_if(kFamilies.begin(), kFamilies.end(),
                                   [&](const auto& entry) { return entry.first == option; });
  if (family != kFamilies.end()) return {Kind::kCatalogue, family->second};
  return {};
}

Candidates positional_candidates(const Command& command) {
  for (const DeclaredOption& option : options_of(command)) {
    if (!option.positional) continue;
    const Candidates candidates = candidates_of(command, option.name, option.value);
    if (candidates.kind == Kind::kFiles) return candidates;
  }
  const bool named = std::string_view(command.synopsis).find("NAME") != std::string_view::npos;
  return named ? Candidates{Kind::kCatalogue, ""} : Candidates{};
}

std::string bash_completion() {
  const std::string names = names_of_commands();
  std::string text = kHead;
  text += fmt::format("  local commands='{}'\n", names);
  text +=
      "  if ((COMP_CWORD == 1)); then\n    _sextant_words \"$commands --help --version\"\n"
      "    return\n  fi\n  case ${COMP_WORDS[1]} in\n    help) _sextant_words \"$commands\" ;;\n";
  for (const Command* command : commands()) {
    const std::string actions = read_synopsis(*command).actions;
    if (!actions.empty()) {
      text += fmt::format(
          "    {}) ((COMP_CWORD == 2)) && [[ $current != -* ]] && {{ _sextant_words '{}'; return; "
          "}} ;;&\n",
          command->name, actions);
    }
    text += command_case(*command);
  }
  return text + "  esac\n} && complete -F _sextant sextant\n";
}

}  // namespace sextant::cli
