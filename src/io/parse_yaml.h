#pragma once

#include "src/io/diagnostics.h"
#include "src/io/node.h"
#include "src/io/parse.h"

namespace sextant::io {

/// The most values that a YAML file may have, with what its aliases repeat.
inline constexpr std::size_t kMostYamlValues = 1'000'000;

/// Parses the document's text (YAML 1.2, UTF-8) into its root: an array of the file's documents;
/// empty ones are left out. A scalar without quotes is null, a truth value, a number or a text as
/// in the core schema; "yes" and "on" are texts. Aliases repeat what they name, with its places,
/// and a key "<<" merges it. False after an error: no YAML, a key given twice or that is no text, a
/// tag of somebody's own, more than the limits.
bool parse_yaml(Document& document, Diagnostics& diagnostics, const ParseLimits& limits = {});

/// By the document's name: JSON for ".json", else YAML.
bool parse_json_or_yaml(Document& document, Diagnostics& diagnostics,
                        const ParseLimits& limits = {});

}  // namespace sextant::io
