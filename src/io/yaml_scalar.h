#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "src/io/node.h"

namespace sextant::io {

/// [begin, end) of a token in a text.
struct YamlToken {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Where the value begins whose node begins at `at`: behind its anchor and its tag.
std::size_t yaml_content_begin(std::string_view text, std::size_t at);

/// The scalar of that value whose node begins at `at`, with its quotes. Where it cannot be told
/// (folded lines), the rest of its first line.
YamlToken yaml_scalar_token(std::string_view text, std::size_t at, std::string_view value);

/// End of a null that is written out ("~", "null") at `at`; `at` if none is.
std::size_t yaml_null_end(std::string_view text, std::size_t at);

/// The value of a scalar in the core schema of YAML 1.2; `tag` is "?" for a plain one and "!" for
/// one in quotes. Nothing for a tag that is not one of that schema, or that the text does not fit.
std::optional<Node::Value> resolve_yaml_scalar(std::string_view tag, const std::string& text);

}  // namespace sextant::io
