#include "src/io/json_text.h"

#include <nlohmann/json.hpp>

namespace sextant::io {

nlohmann::ordered_json to_json(const Node::Value& value) {
  using Json = nlohmann::ordered_json;
  if (const auto* members = std::get_if<Node::Object>(&value)) {
    Json object = Json::object();
    for (const Node::Member& member : *members) object[member.key] = to_json(member.value.value);
    return object;
  }
  if (const auto* elements = std::get_if<Node::Array>(&value)) {
    Json array = Json::array();
    for (const Node& element : *elements) array.push_back(to_json(element.value));
    return array;
  }
  return std::visit(
      [](const auto& leaf) -> Json {
        using Leaf = std::decay_t<decltype(leaf)>;
        if constexpr (std::is_same_v<Leaf, Node::Object> || std::is_same_v<Leaf, Node::Array>) {
          return {};
        } else {
          return leaf;
        }
      },
      value);
}

std::string to_text(const Node::Value& value) { return to_json(value).dump(2) + "\n"; }

std::string to_compact_text(const Node::Value& value) { return to_json(value).dump(); }

}  // namespace sextant::io
