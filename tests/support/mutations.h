#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "src/io/diagnostics.h"
#include "src/io/json_text.h"
#include "src/io/parse.h"

namespace sextant::mutations {

/// The text with a few characters erased, repeated or replaced; may be empty.
inline std::string of_characters(std::string text) {
  for (int edits = *rc::gen::inRange(1, 5); edits > 0; --edits) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    const auto length = *rc::gen::inRange<std::size_t>(0, 12);
    switch (*rc::gen::element(0, 1, 2, 3)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, text.substr(*rc::gen::inRange<std::size_t>(0, text.size()), length));
        break;
      case 2:
        text[at] = *rc::gen::arbitrary<char>();
        break;
      default:
        text[at] = *rc::gen::element('"', '{', '}', '[', ']', ',', ':', '0', '9', '-', '/');
    }
    if (text.empty()) break;
  }
  return text;
}

/// Every value of a tree, inner ones too.
inline void collect(io::Node& node, std::vector<io::Node*>& found) {
  found.push_back(&node);
  if (auto* members = std::get_if<io::Node::Object>(&node.value)) {
    for (auto& member : *members) collect(member.value, found);
  }
  if (auto* elements = std::get_if<io::Node::Array>(&node.value)) {
    for (auto& element : *elements) collect(element, found);
  }
}

inline io::Node::Value replacement(const std::vector<io::Node*>& others) {
  switch (*rc::gen::element(0, 1, 2, 3, 4, 5, 6, 7)) {
    case 0:
      return nullptr;
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::arbitrary<std::int64_t>();
    case 3:
      return *rc::gen::arbitrary<double>();
    case 4:
      return *rc::gen::element<std::string>("", "box", "1 s", "5 GB", "-1 h", "1e300 year", "2k");
    case 5:
      return io::Node::Object();
    case 6:
      return *rc::gen::inRange<std::int64_t>(1, 65);
    default:
      return (*rc::gen::elementOf(others))->value;
  }
}

/// The document with a few values, small or large, replaced by others.
inline std::string of_values(const std::string& text) {
  io::Document document("valid.json", text, false);
  io::Diagnostics diagnostics;
  RC_ASSERT(io::parse(document, diagnostics));
  for (int edits = *rc::gen::element(1, 1, 2, 3); edits > 0; --edits) {
    std::vector<io::Node*> values;
    collect(document.root, values);
    io::Node& victim = **rc::gen::elementOf(values);
    auto value = replacement(values);
    victim.value = std::move(value);
  }
  return io::to_text(document.root.value);
}

}  // namespace sextant::mutations
