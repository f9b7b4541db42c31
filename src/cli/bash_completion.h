#pragma once

#include <string>
#include <vector>

namespace sextant::cli {

struct Command;

/// What can stand where a value is expected.
struct Candidates {
  enum class Kind { kNothing, kFiles, kFolders, kWords, kCatalogue };
  Kind kind = Kind::kNothing;
  std::string words;  ///< kWords: parted by blanks; kCatalogue: the family, or empty for all
};

/// Of an option with a value, and of what needs no name, by the command's own declarations.
Candidates candidates_of(const Command& command, const std::string& option,
                         const std::string& value);
Candidates positional_candidates(const Command& command);

/// A bash completion of commands, options, files and names of the catalogue, from the commands' own
/// declarations.
std::string bash_completion();

}  // namespace sextant::cli
