#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "sextant/kernel/field.h"
#include "src/io/catalogue_item.h"
#include "src/io/diagnostics.h"
#include "src/io/node.h"
#include "src/io/place_map.h"
#include "src/io/type_traits.h"

namespace sextant::io {

/// What reading needs besides the tree.
struct ReadContext {
  Diagnostics& diagnostics;
  CatalogueLookup* catalogue = nullptr;  ///< null: names of catalogue entries are errors
  PlaceMap* places = nullptr;            ///< null: places are not recorded
};

/// Fills `value` from the tree. What is wrong goes to the diagnostics, all of it; `value` is then
/// incomplete and must not be used.
template <class T>
void read_value(const Node& node, T& value, const Field& field, ReadContext& context);

/// The archive that fills one declarative struct from an object (see field.h for the convention).
class Reader {
 public:
  /// `limits`, where given, replaces the range of every member: that of a coefficient's number is
  /// known to whoever holds the coefficient.
  Reader(const Node& node, ReadContext& context, const Field* limits = nullptr);

  void object(const char* name, const char*) { name_ = name; }

  template <class T>
  void field(const char* key, T& value, const Field& field = {}) {
    const Node* member = take(key, field);
    if (context_.places) context_.places->record(value, member ? member->place : node_.place);
    if (member) read_value(*member, value, limits_ ? *limits_ : field, context_);
  }

  /// Reports the keys that no visitor named.
  void finish();

 private:
  const Node* take(const char* key, const Field& field);

  const Node& node_;
  ReadContext& context_;
  const Field* limits_;
  const char* name_ = "";
  std::vector<std::string> keys_;
};

// One function per kind of leaf; each returns false, or nothing, after reporting what is wrong.

bool is_object(const Node& node, std::string_view expected, ReadContext& context);
const Node::Array* read_array(const Node& node, std::size_t size, ReadContext& context);
inline constexpr std::size_t kAnySize = std::numeric_limits<std::size_t>::max();
void read_bool(const Node& node, bool& value, ReadContext& context);
void read_text(const Node& node, std::string& value, ReadContext& context);
void read_double(const Node& node, double& value, const Field& field, ReadContext& context);
std::optional<std::int64_t> read_integer(const Node& node, double min, double max,
                                         ReadContext& context);
std::optional<std::uint64_t> read_unsigned(const Node& node, const Field& field,
                                           ReadContext& context);
/// `or_else` says what else could stand there.
std::optional<std::size_t> read_word(const Node& node, const std::vector<std::string>& words,
                                     ReadContext& context, const char* or_else = "");
std::optional<double> read_quantity(const Node& node, const Dimension& dimension,
                                    const Field& field, ReadContext& context);
/// A word's index, or a quantity.
std::variant<std::monostate, std::size_t, double> read_word_or_quantity(
    const Node& node, const std::vector<std::string>& words, const Dimension& dimension,
    const Field& field, ReadContext& context);
/// The entry that `node` names, with the node's own changes merged in; null after an error.
std::optional<Node> resolve_catalogue_item(const Node& node, const char* family, std::string& base,
                                           ReadContext& context);
void check_date(const Node& coefficient, const std::string& date, ReadContext& context);
void report_reversed_range(const Node& coefficient, ReadContext& context);
void warn_outside_range(const Node& coefficient, ReadContext& context);

// -- implementation ------------------------------------------------------------------------------

template <class T>
void read_struct(const Node& node, T& value, ReadContext& context) {
  if (!is_object(node, "an object", context)) return;
  Reader reader(node, context);
  visit(reader, value);
  reader.finish();
}

template <class T>
void read_integer_value(const Node& node, T& value, const Field& field, ReadContext& context) {
  if constexpr (std::is_same_v<T, std::uint64_t>) {
    if (const auto number = read_unsigned(node, field, context)) value = *number;
  } else {
    const double least = static_cast<double>(std::numeric_limits<T>::min());
    const double most = static_cast<double>(std::numeric_limits<T>::max());
    const auto number =
        read_integer(node, std::max(field.min, least), std::min(field.max, most), context);
    if (number) value = static_cast<T>(*number);
  }
}

/// The ends of a coefficient's range are in order, and its value is between them.
template <class T>
void check_range(const Node& node, const Coefficient<T>& coefficient, ReadContext& context) {
  if (!coefficient.range) return;
  const auto& [low, high] = *coefficient.range;
  if (high < low) {
    report_reversed_range(node, context);
  } else if (coefficient.value < low || high < coefficient.value) {
    warn_outside_range(node, context);
  }
}

/// {"value", "source", "date", "method", "range"}, or the bare value where provenance is optional.
template <class T>
void read_coefficient(const Node& node, Coefficient<T>& value, const Field& field,
                      ReadContext& context) {
  const bool bare = node.place.document && !node.place.document->coefficients_need_provenance;
  if (!node.get<Node::Object>() && bare) {
    value = {T{}, "scenario", "", Method::kAssumed, std::nullopt};
    return read_value(node, value.value, field, context);
  }
  if (!is_object(node, "an object with value, source, date and method", context)) return;
  const std::size_t errors_before = context.diagnostics.error_count();
  value = {};
  Reader reader(node, context, &field);
  visit(reader, value);
  reader.finish();
  check_date(node, value.date, context);
  if (context.diagnostics.error_count() == errors_before) check_range(node, value, context);
}

template <class T>
void read_catalogue_item(const Node& node, CatalogueItem<T>& item, ReadContext& context) {
  static_assert(kFamily<T> != nullptr, "the family is not registered in src/catalog/families.h");
  const auto resolved = resolve_catalogue_item(node, kFamily<T>, item.base, context);
  if (!resolved) return;
  const Diagnostics::Origin origin(context.diagnostics, node.place);
  read_struct(*resolved, item.value, context);
}

/// An object, or the word that stands for one.
template <class T>
void read_struct_or_word(const Node& node, T& value, const Field& field, ReadContext& context) {
  auto& word = value.*kShortForm<T>;
  if (!node.get<std::string>()) {
    if (is_object(node, "a word or an object", context)) read_struct(node, value, context);
    return;
  }
  if (context.places) context.places->record(word, node.place);
  read_value(node, word, field, context);
}

template <class T>
void read_value(const Node& node, T& value, const Field& field, ReadContext& context) {
  if constexpr (std::is_same_v<T, bool>) {
    read_bool(node, value, context);
  } else if constexpr (std::is_integral_v<T>) {
    read_integer_value(node, value, field, context);
  } else if constexpr (std::is_same_v<T, double>) {
    read_double(node, value, field, context);
  } else if constexpr (std::is_same_v<T, std::string>) {
    read_text(node, value, context);
  } else if constexpr (kIsTree<T>) {
    value = node;
  } else if constexpr (std::is_enum_v<T>) {
    if (const auto index = read_word(node, enum_words<T>(), context)) {
      value = EnumNames<T>::table[*index].first;
    }
  } else if constexpr (kIsQuantity<T>) {
    if (const auto si = read_quantity(node, kDimensionOf<T>, field, context)) value = T(*si);
  } else if constexpr (kIsWordOrQuantity<T>) {
    using Word = std::variant_alternative_t<0, T>;
    using Amount = std::variant_alternative_t<1, T>;
    const auto read =
        read_word_or_quantity(node, enum_words<Word>(), kDimensionOf<Amount>, field, context);
    if (const auto* index = std::get_if<1>(&read)) value = EnumNames<Word>::table[*index].first;
    if (const auto* si = std::get_if<2>(&read)) value = Amount(*si);
  } else if constexpr (kIsWordOrList<T>) {
    using Word = std::variant_alternative_t<0, T>;
    if (node.get<Node::Array>()) {
      read_value(node, value.template emplace<1>(), field, context);
    } else if (const auto index = read_word(node, enum_words<Word>(), context, ", or a list")) {
      value = EnumNames<Word>::table[*index].first;
    }
  } else if constexpr (kIsOptional<T>) {
    if (node.is_null()) {
      value.reset();
    } else {
      read_value(node, value.emplace(), field, context);
    }
  } else if constexpr (kIsVector<T>) {
    const Node::Array* elements = read_array(node, kAnySize, context);
    value.assign(elements ? elements->size() : 0, {});
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (context.places) context.places->record(value[i], (*elements)[i].place);
      read_value((*elements)[i], value[i], field, context);
    }
  } else if constexpr (kIsArray<T>) {
    const Node::Array* elements = read_array(node, value.size(), context);
    for (std::size_t i = 0; elements && i < value.size(); ++i) {
      read_value((*elements)[i], value[i], field, context);
    }
  } else if constexpr (kIsMap<T>) {
    if (!is_object(node, "an object", context)) return;
    value.clear();
    for (const Node::Member& member : *node.get<Node::Object>()) {
      read_value(member.value, value[member.key], field, context);
    }
  } else if constexpr (kIsCoefficient<T>) {
    read_coefficient(node, value, field, context);
  } else if constexpr (kIsCatalogueItem<T>) {
    read_catalogue_item(node, value, context);
  } else if constexpr (kHasShortForm<T>) {
    read_struct_or_word(node, value, field, context);
  } else {
    read_struct(node, value, context);
  }
}

}  // namespace sextant::io
