#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "src/io/diagnostics.h"
#include "src/io/node.h"

namespace sextant::importer {

/// A word of a script as its command would see it, as far as that can be told without running
/// anything.
struct ShellWord {
  std::string text;
  io::Place place;                   ///< where it is written: of "$TP", where TP was assigned
  std::vector<std::string> unknown;  ///< what could not be told: "$SLURM_NODEID", "$(hostname)"
};

using ShellWords = std::vector<ShellWord>;

struct ShellArray {
  ShellWords words;
  bool used = false;  ///< by another variable or a command
};

struct ShellScript {
  std::vector<ShellWords> commands;
  std::vector<ShellArray> arrays;  ///< by name, as they are at the end
  ShellWords left_out;             ///< that a condition adds to a variable, or does not
};

/// Values that variables have before the script begins, by name. They count as written where they
/// are used.
using ShellVariables = std::map<std::string, std::string>;

/// Reads a script for bash without running it: quotes, continued lines, comments, variables and
/// arrays, ${NAME:-default}, $((arithmetic)), `bash -c "…"`. What depends on the run (other
/// expansions, substituted commands, variables that were never set, those that differ by condition)
/// is unknown, and named in the words that contain it. Functions and loops are read as if they ran
/// once. Errors: a quote or a parenthesis that is never closed, more text than kMostShellText once
/// variables are expanded.
ShellScript read_shell_script(const io::Document& document, const ShellVariables& variables,
                              io::Diagnostics& diagnostics);

/// The most characters that a script, and what it expands to, may have.
inline constexpr std::size_t kMostShellText = std::size_t{1} << 20;

/// A word as a value: a whole number, a number, or a text.
io::Node word_value(const ShellWord& word);

}  // namespace sextant::importer
