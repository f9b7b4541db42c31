#include <fmt/format.h>

#include <cmath>

#include "src/io/description.h"
#include "src/io/json_text.h"
#include "src/io/units.h"

namespace sextant::io {
namespace {

using Kind = TypeDescription::Kind;

std::string words_text(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += fmt::format("{}`\"{}\"`", text.empty() ? "" : ", ", word);
  }
  return text;
}

std::string link(const std::string& object) { return fmt::format("[{0}](#{0})", object); }

std::string type_text(const TypeDescription& type) {
  switch (type.kind) {
    case Kind::kBoolean:
      return "true or false";
    case Kind::kInteger:
      return "integer";
    case Kind::kNumber:
      return "number";
    case Kind::kText:
      return "text";
    case Kind::kWord:
      return words_text(type.words);
    case Kind::kQuantity:
      return dimension_name(type.dimension);
    case Kind::kWordOrQuantity:
      return words_text(type.words) + " or " + dimension_name(type.dimension);
    case Kind::kWordOrList:
      return words_text(type.words) + " or " + type_text(type.element[0]);
    case Kind::kCoefficient:
      return type_text(type.element[0]) + ", sourced";
    case Kind::kList:
      return fmt::format("list of {}{}", type.size > 0 ? fmt::format("{} × ", type.size) : "",
                         type_text(type.element[0]));
    case Kind::kMap:
      return "object of " + type_text(type.element[0]);
    case Kind::kObject:
      return type.words.empty() ? link(type.object)
                                : words_text(type.words) + " or " + link(type.object);
    case Kind::kCatalogueItem:
      return fmt::format("name in models/{}, or {}", type.family, link(type.object));
    case Kind::kTree:
      return "text, object or list";
  }
  return "";
}

/// The leaf type that carries numbers, to print bounds in its unit.
const TypeDescription& number_type(const TypeDescription& type) {
  return type.element.empty() ? type : number_type(type.element[0]);
}

std::string range_text(const FieldDescription& member) {
  const TypeDescription& type = number_type(member.type);
  const bool quantity = type.kind == Kind::kQuantity || type.kind == Kind::kWordOrQuantity;
  const auto number = [&](double value) {
    return quantity ? format_quantity(value, type.dimension) : fmt::format("{}", value);
  };
  const double min = std::max(member.field.min, type.min), max = member.field.max;
  if (std::isfinite(min) && std::isfinite(max)) {
    return fmt::format("{} to {}", number(min), number(max));
  }
  if (std::isfinite(min)) return fmt::format("≥ {}", number(min));
  return std::isfinite(max) ? fmt::format("≤ {}", number(max)) : "";
}

std::string default_text(const FieldDescription& member) {
  if (member.field.required) return "**required**";
  if (member.optional) return "absent";
  const Node value{member.default_value, {}};
  if (member.type.kind == Kind::kObject || member.type.kind == Kind::kCatalogueItem) return "";
  const Node* number = member.type.kind == Kind::kCoefficient ? value.find("value") : &value;
  return "`" + to_compact_text(number->value) + "`";
}

}  // namespace

std::string reference(const Description& description) {
  std::string text;
  for (const auto& object : description.objects()) {
    text += fmt::format("## {}\n\n{}\n\n", object->name, object->doc);
    text += "| key | type | default | range | meaning |\n|---|---|---|---|---|\n";
    for (const FieldDescription& member : object->fields) {
      text += fmt::format("| `{}` | {} | {} | {} | {} |\n", member.key, type_text(member.type),
                          default_text(member), range_text(member), member.field.doc);
    }
    text += "\n";
  }
  return text;
}

}  // namespace sextant::io
