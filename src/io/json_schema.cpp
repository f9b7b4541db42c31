#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/io/description.h"
#include "src/io/units.h"

namespace sextant::io {
namespace {

using Kind = TypeDescription::Kind;
using Names = std::map<std::string, std::vector<std::string>>;

Node object() { return {Node::Object(), {}}; }

Node::Value text(const char* value) { return std::string(value); }

Node::Value text_array(const std::vector<std::string>& texts) {
  Node::Array array;
  for (const std::string& element : texts) array.push_back({element, {}});
  return array;
}

Node reference_to(const std::string& definition) {
  Node node = object();
  node.add("$ref", "#/$defs/" + definition);
  return node;
}

Node typed(const char* type) {
  Node node = object();
  node.add("type", text(type));
  return node;
}

Node words_schema(const std::vector<std::string>& words) {
  Node node = object();
  node.add("enum", text_array(words));
  return node;
}

Node any_of(Node::Array alternatives) {
  Node node = object();
  node.add("anyOf", std::move(alternatives));
  return node;
}

Node array_schema(Node items, std::size_t size) {
  Node node = typed("array");
  node.add("items", std::move(items.value));
  if (size > 0) {
    node.add("minItems", static_cast<std::int64_t>(size));
    node.add("maxItems", static_cast<std::int64_t>(size));
  }
  return node;
}

Node pattern_schema(std::string pattern, std::string description) {
  Node node = typed("string");
  node.add("pattern", std::move(pattern));
  node.add("description", std::move(description));
  return node;
}

/// A bound that is whole is written as an integer.
Node::Value bound(double value) {
  const auto whole = static_cast<std::int64_t>(value);
  if (static_cast<double>(whole) == value) return whole;
  return value;
}

void add_bounds(Node& schema, const Field& field, double type_min) {
  constexpr double kFar = 0x1p53;
  const double min = std::max(field.min, type_min);
  if (min > -kFar) schema.add("minimum", bound(min));
  if (field.max < kFar) schema.add("maximum", bound(field.max));
}

/// A struct in full; the changes to a catalogue entry ("base" and any of its members); or a part
/// within such changes (any of its members).
enum class Form { kWhole, kChanges, kPart };

/// Builds the schema of every struct that is reached, once, into $defs.
class SchemaBuilder {
 public:
  SchemaBuilder(const Description& description, const Names& names)
      : description_(description), names_(names) {}

  Node struct_schema(const ObjectDescription& described, Form form);
  Node::Value take_definitions() { return std::move(definitions_.value); }

 private:
  Node type_schema(const TypeDescription& type, const Field& field, Form form);
  Node number_schema(const TypeDescription& type, const Field& field);
  Node quantity_schema(const Dimension& dimension, const Field& field);
  Node coefficient_schema(const TypeDescription& type, const Field& field);
  Node catalogue_schema(const TypeDescription& type);
  Node member_schema(const FieldDescription& member, Form form);
  Node struct_reference(const std::string& name, Form form);
  Node definition(const std::string& name, const Node& schema);

  const Description& description_;
  const Names& names_;
  Node definitions_ = object();
};

Node SchemaBuilder::definition(const std::string& name, const Node& schema) {
  if (!definitions_.find(name)) definitions_.add(name, schema.value);
  return reference_to(name);
}

Node SchemaBuilder::member_schema(const FieldDescription& member, Form form) {
  Node schema = type_schema(member.type, member.field, form);
  if (member.optional) schema = any_of({std::move(schema), typed("null")});
  if (!schema.find("description")) schema.add("description", text(member.field.doc));
  return schema;
}

Node SchemaBuilder::struct_schema(const ObjectDescription& described, Form form) {
  Node properties = object();
  std::vector<std::string> required;
  if (form == Form::kChanges) properties.add("base", typed("string").value);
  for (const FieldDescription& member : described.fields) {
    properties.add(member.key, member_schema(member, form).value);
    if (member.field.required && form == Form::kWhole) required.push_back(member.key);
  }
  Node schema = typed("object");
  schema.add("description", described.doc);
  schema.add("properties", std::move(properties.value));
  if (!required.empty()) schema.add("required", text_array(required));
  schema.add("additionalProperties", false);
  return schema;
}

Node SchemaBuilder::struct_reference(const std::string& name, Form form) {
  const char* suffix = form == Form::kChanges ? "_changes" : form == Form::kPart ? "_part" : "";
  if (definitions_.find(name + suffix)) return reference_to(name + suffix);
  return definition(name + suffix, struct_schema(description_.object(name), form));
}

Node SchemaBuilder::number_schema(const TypeDescription& type, const Field& field) {
  Node number = typed(type.kind == Kind::kInteger ? "integer" : "number");
  add_bounds(number, field, type.min);
  if (type.kind == Kind::kInteger) return number;
  const Node count = pattern_schema(count_pattern(), "a count such as \"15.6T\"");
  return any_of({std::move(number), definition("count", count)});
}

/// "power", or "signed_power" where it may be negative.
std::string quantity_key(const Dimension& dimension, const Field& field) {
  const DimensionInfo* info = find_dimension(dimension);
  std::string key = info ? info->key : base_unit(dimension);
  std::replace(key.begin(), key.end(), '/', '-');  // a slash would end the step of a JSON pointer
  return (field.min < 0 ? "signed_" : "") + key;
}

Node SchemaBuilder::quantity_schema(const Dimension& dimension, const Field& field) {
  return definition(
      quantity_key(dimension, field),
      pattern_schema(quantity_pattern(dimension, field.min < 0), dimension_expectation(dimension)));
}

/// "sourced_power", "sourced_number_from_0_to_1": one definition per kind of number and range.
std::string coefficient_key(const TypeDescription& number, const Field& field) {
  if (number.kind == Kind::kQuantity) {
    return "sourced_" + quantity_key(number.dimension, field);
  }
  std::string key = number.kind == Kind::kInteger ? "sourced_integer" : "sourced_number";
  if (std::isfinite(field.min)) key += fmt::format("_from_{}", field.min);
  if (std::isfinite(field.max)) key += fmt::format("_to_{}", field.max);
  return key;
}

/// The bare number, or the number with its provenance.
Node SchemaBuilder::coefficient_schema(const TypeDescription& type, const Field& field) {
  const std::string key = coefficient_key(type.element[0], field);
  if (definitions_.find(key)) return reference_to(key);
  const Node number = type_schema(type.element[0], field, Form::kWhole);
  Node properties = object();
  properties.add("value", number.value);
  properties.add("source", typed("string").value);
  properties.add("date", pattern_schema(R"(^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$)",
                                        "Year, month or day, as in 2024-07-23")
                             .value);
  properties.add("method", words_schema(enum_words<Method>()).value);
  properties.add("range", array_schema(number, 2).value);
  Node sourced = typed("object");
  sourced.add("properties", std::move(properties.value));
  sourced.add("required", text_array({"value", "source", "method"}));
  sourced.add("additionalProperties", false);
  return definition(key, any_of({number, std::move(sourced)}));
}

Node SchemaBuilder::catalogue_schema(const TypeDescription& type) {
  Node name = typed("string");
  name.add("description",
           "Name of an entry of models/" + type.family + ", or a file that ends in .json");
  const auto known = names_.find(type.family);
  if (known != names_.end()) name.add("examples", text_array(known->second));
  return any_of({std::move(name), struct_reference(type.object, Form::kWhole),
                 struct_reference(type.object, Form::kChanges)});
}

Node SchemaBuilder::type_schema(const TypeDescription& type, const Field& field, Form form) {
  const Form inner = form == Form::kWhole ? Form::kWhole : Form::kPart;
  switch (type.kind) {
    case Kind::kBoolean:
      return typed("boolean");
    case Kind::kInteger:
    case Kind::kNumber:
      return number_schema(type, field);
    case Kind::kText:
      return typed("string");
    case Kind::kWord:
      return words_schema(type.words);
    case Kind::kQuantity:
      return quantity_schema(type.dimension, field);
    case Kind::kWordOrQuantity:
      return any_of({words_schema(type.words), quantity_schema(type.dimension, field)});
    case Kind::kWordOrList:
      return any_of({words_schema(type.words), type_schema(type.element[0], field, inner)});
    case Kind::kCoefficient:
      return coefficient_schema(type, field);
    case Kind::kList:
      return array_schema(type_schema(type.element[0], field, Form::kWhole), type.size);
    case Kind::kMap: {
      Node map = typed("object");
      map.add("additionalProperties", type_schema(type.element[0], field, inner).value);
      return map;
    }
    case Kind::kObject: {
      Node whole = struct_reference(type.object, inner);
      return type.words.empty() ? whole : any_of({words_schema(type.words), std::move(whole)});
    }
    case Kind::kCatalogueItem:
      return catalogue_schema(type);
    case Kind::kTree:
      return object();  // anything
  }
  return object();
}

}  // namespace

Node::Value json_schema(const Description& description, const std::string& title,
                        const Names& names) {
  SchemaBuilder builder(description, names);
  Node root = builder.struct_schema(*description.objects().front(), Form::kWhole);
  Node schema = object();
  schema.add("$schema", text("https://json-schema.org/draft/2020-12/schema"));
  schema.add("title", title);
  for (Node::Member& member : std::get<Node::Object>(root.value)) {
    schema.add(member.key, std::move(member.value.value));
  }
  schema.add("$defs", builder.take_definitions());
  return std::move(schema.value);
}

}  // namespace sextant::io
