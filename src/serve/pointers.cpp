#include "src/serve/pointers.h"

#include <fmt/format.h>

#include <charconv>

#include "src/io/units.h"
#include "src/scenario/scenario.h"

namespace sextant::serve {
namespace {

using Kind = io::TypeDescription::Kind;

constexpr int kDeepest = 9;
constexpr std::size_t kMost = 6000;

const io::Description& description() {
  static const io::Description all = io::Description::of<scenario::Scenario>();
  return all;
}

class Listing {
 public:
  /// `node`: what the scenario has there; null: nothing.
  void add(const std::string& pointer, const std::string& doc, const io::TypeDescription& type,
           const io::Node* node, int depth) {
    if (depth > kDeepest || found_.size() >= kMost) return;
    if (type.kind == Kind::kCatalogueItem) found_.push_back({pointer, doc, type});
    if (type.kind == Kind::kObject || type.kind == Kind::kCatalogueItem) {
      add_members(pointer, type, node, depth);
    } else if (type.kind == Kind::kMap && node) {
      add_entries(pointer, doc, type, *node, depth);
    } else if (type.kind == Kind::kList && node && node->get<io::Node::Array>()) {
      add_elements(pointer, doc, type, *node->get<io::Node::Array>(), depth);
    } else {
      found_.push_back({pointer, doc, type});
    }
  }

  std::vector<PointerInfo> take() { return std::move(found_); }

 private:
  void add_members(const std::string& pointer, const io::TypeDescription& type,
                   const io::Node* node, int depth) {
    for (const io::FieldDescription& field : description().object(type.object).fields) {
      if (depth == 0 && (field.key == "$schema" || field.key == "schema")) continue;
      add(pointer + io::pointer_step(field.key), field.field.doc, field.type,
          node ? node->find(field.key) : nullptr, depth + 1);
    }
  }

  void add_entries(const std::string& pointer, const std::string& doc,
                   const io::TypeDescription& type, const io::Node& node, int depth) {
    const auto* members = node.get<io::Node::Object>();
    if (!members) return;
    for (const io::Node::Member& member : *members) {
      add(pointer + io::pointer_step(member.key), doc, type.element.front(), &member.value,
          depth + 1);
    }
  }

  void add_elements(const std::string& pointer, const std::string& doc,
                    const io::TypeDescription& type, const io::Node::Array& elements, int depth) {
    for (std::size_t i = 0; i < elements.size(); ++i) {
      add(fmt::format("{}/{}", pointer, i), doc, type.element.front(), &elements[i], depth + 1);
    }
  }

  std::vector<PointerInfo> found_;
};

/// The keys of a pointer, with ~1 and ~0 undone.
std::vector<std::string> keys_of(std::string_view pointer) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      keys.emplace_back();
    } else if (!keys.empty()) {
      const bool escape = pointer[i] == '~' && i + 1 < pointer.size();
      keys.back() += escape ? (pointer[++i] == '1' ? '/' : '~') : pointer[i];
    }
  }
  return keys;
}

const io::Node* element_of(const io::Node::Array& elements, const std::string& key) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  const bool whole = error == std::errc() && end == key.data() + key.size();
  return whole && index < elements.size() ? &elements[index] : nullptr;
}

}  // namespace

const io::Node* find_at(const io::Node& root, std::string_view pointer) {
  const io::Node* node = &root;
  for (const std::string& key : keys_of(pointer)) {
    const auto* elements = node->get<io::Node::Array>();
    node = elements ? element_of(*elements, key) : node->find(key);
    if (!node) return nullptr;
  }
  return node;
}

std::vector<PointerInfo> pointers_of(const io::Node& scenario) {
  Listing listing;
  listing.add("", "", {.kind = Kind::kObject, .object = "scenario"}, &scenario, 0);
  return listing.take();
}

std::string expected_text(const io::TypeDescription& type) {
  switch (type.kind) {
    case Kind::kBoolean:
      return "true or false";
    case Kind::kInteger:
      return "a whole number";
    case Kind::kNumber:
      return "a number such as 0.5 or 15.6T";
    case Kind::kText:
      return "a text";
    case Kind::kWord:
      return fmt::format("one of {}", fmt::join(type.words, ", "));
    case Kind::kQuantity:
      return io::dimension_expectation(type.dimension);
    case Kind::kWordOrQuantity:
      return fmt::format("{}, or {}", fmt::join(type.words, ", "),
                         io::dimension_expectation(type.dimension));
    case Kind::kWordOrList:
      return fmt::format("{}, or a list in JSON", fmt::join(type.words, ", "));
    case Kind::kCoefficient:
      return expected_text(type.element.front());
    case Kind::kCatalogueItem:
      return fmt::format("a name of models/{}", type.family);
    case Kind::kList:
    case Kind::kMap:
    case Kind::kObject:
    case Kind::kTree:
      return "JSON";
  }
  return "JSON";
}

nlohmann::ordered_json pointers_json(const std::vector<PointerInfo>& pointers) {
  auto list = nlohmann::ordered_json::array();
  for (const PointerInfo& info : pointers) {
    list.push_back(
        {{"pointer", info.pointer}, {"doc", info.doc}, {"expects", expected_text(info.type)}});
  }
  return list;
}

}  // namespace sextant::serve
