#include "src/io/node.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/io/printable.h"

namespace sextant::io {

Node::Node() = default;
Node::Node(Value node_value, Place node_place) : value(std::move(node_value)), place(node_place) {}
Node::Node(const Node&) = default;
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(const Node&) = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

const Node* Node::find(std::string_view key) const {
  const Object* members = get<Object>();
  if (!members) return nullptr;
  for (const Member& member : *members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

Node& Node::add(std::string key, Value member) {
  Object& members = std::get<Object>(value);
  members.push_back({std::move(key), Node{std::move(member), {}}, {}});
  return members.back().value;
}

Document::Document(std::string document_name, std::string document_text, bool needs_provenance)
    : name(std::move(document_name)),
      text(std::move(document_text)),
      coefficients_need_provenance(needs_provenance) {}

Position position_of(const Place& place) {
  Position position;
  if (!place.document) return position;
  const std::string_view before = std::string_view(place.document->text).substr(0, place.begin);
  position.line += static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  position.column += character_count(before.substr(line_start));
  return position;
}

namespace {

bool holds(const Place& outer, const Place& inner) {
  return outer.begin <= inner.begin && inner.begin < outer.end && inner.end <= outer.end;
}

}  // namespace

std::string pointer_step(std::string_view key) {
  std::string step = "/";
  for (char c : key) {
    if (c == '~') {
      step += "~0";
    } else if (c == '/') {
      step += "~1";
    } else {
      step += c;
    }
  }
  return step;
}

std::string pointer_of(const Place& place) {
  std::string pointer;
  const Node* node = place.document ? &place.document->root : nullptr;
  while (node) {
    const Node* inner = nullptr;
    if (const auto* members = node->get<Node::Object>()) {
      for (const Node::Member& member : *members) {
        if (!holds(member.value.place, place) && !holds(member.key_place, place)) continue;
        inner = &member.value;
        pointer += pointer_step(member.key);
        break;
      }
    } else if (const auto* elements = node->get<Node::Array>()) {
      for (std::size_t i = 0; i < elements->size() && !inner; ++i) {
        if (!holds((*elements)[i].place, place)) continue;
        inner = &(*elements)[i];
        pointer += fmt::format("/{}", i);
      }
    }
    node = inner;
  }
  return pointer;
}

std::string found_text(const Node& node) {
  if (node.get<Node::Object>()) return "an object";
  if (node.get<Node::Array>()) return "an array";
  if (!node.place.document) return "a value";
  constexpr std::size_t kLongest = 60;
  const std::string_view text = std::string_view(node.place.document->text)
                                    .substr(node.place.begin, node.place.end - node.place.begin);
  return text.size() <= kLongest ? printable(text) : printable(text.substr(0, kLongest)) + "…";
}

Node merged(const Node& base, const Node& changes) {
  const auto* members = changes.get<Node::Object>();
  if (!members || !base.get<Node::Object>() || changes.find("value")) return changes;
  Node result{base.value, changes.place};
  auto& merged_members = std::get<Node::Object>(result.value);
  for (const Node::Member& change : *members) {
    const auto old = std::find_if(merged_members.begin(), merged_members.end(),
                                  [&](const Node::Member& m) { return m.key == change.key; });
    if (old == merged_members.end()) {
      merged_members.push_back(change);
    } else if (change.value.is_null()) {
      merged_members.erase(old);
    } else {
      old->value = merged(old->value, change.value);
      old->key_place = change.key_place;
    }
  }
  return result;
}

}  // namespace sextant::io
