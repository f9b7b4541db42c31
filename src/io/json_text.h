#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "src/io/node.h"

namespace sextant::io {

nlohmann::ordered_json to_json(const Node::Value& value);

/// Indented by two blanks, with a newline at the end. Lists that fit take one line.
std::string to_text(const Node::Value& value);

/// On one line.
std::string to_compact_text(const Node::Value& value);

}  // namespace sextant::io
