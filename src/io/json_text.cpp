#include "src/io/json_text.h"

#include <nlohmann/json.hpp>

namespace sextant::io {
namespace {

constexpr std::size_t kWidth = 100;

std::string on_one_line(const nlohmann::ordered_json& value) {
  if (!value.is_structured() || value.empty()) return value.dump();
  std::string text;
  for (const auto& [key, element] : value.items()) {
    if (!text.empty()) text += ", ";
    if (value.is_object()) text += nlohmann::ordered_json(key).dump() + ": ";
    text += on_one_line(element);
  }
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

/// Lists, and what stands in them, take one line where they fit; other objects one line a member.
void lay_out(const nlohmann::ordered_json& value, std::size_t indent, bool in_list,
             std::string& text) {
  if (!value.is_structured() || value.empty()) {
    text += value.dump();
    return;
  }
  if (value.is_array() || in_list) {
    const std::string line = on_one_line(value);
    if (indent + line.size() <= kWidth) {
      text += line;
      return;
    }
  }
  const std::string margin(indent + 2, ' ');
  const char* separator = "\n";
  text += value.is_object() ? '{' : '[';
  for (const auto& [key, element] : value.items()) {
    text += separator + margin;
    if (value.is_object()) text += nlohmann::ordered_json(key).dump() + ": ";
    lay_out(element, indent + 2, value.is_array(), text);
    separator = ",\n";
  }
  text += "\n" + margin.substr(2) + (value.is_object() ? '}' : ']');
}

}  // namespace

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

std::string to_text(const Node::Value& value) {
  std::string text;
  lay_out(to_json(value), 0, false, text);
  return text + "\n";
}

std::string to_compact_text(const Node::Value& value) { return to_json(value).dump(); }

}  // namespace sextant::io
