#pragma once

#include <optional>
#include <string>

#include "sextant/kernel/field.h"
#include "src/io/catalogue_item.h"
#include "src/io/node.h"
#include "src/io/quantity_text.h"
#include "src/io/type_traits.h"

namespace sextant::io {

/// The tree of a declarative struct (or of anything that one may contain), as the reader reads it:
/// quantities as texts with units, catalogue items in full, absent optionals left out.
template <class T>
Node::Value write_value(const T& value);

/// The archive behind write_value.
class Writer {
 public:
  void object(const char*, const char*) {}

  template <class T>
  void field(const char* key, const T& value, const Field& = {}) {
    if constexpr (kIsOptional<T>) {
      if (value) object_.add(key, write_value(*value));
    } else {
      object_.add(key, write_value(value));
    }
  }

  Node::Value take() { return std::move(object_.value); }

 private:
  Node object_{Node::Object(), {}};
};

// -- implementation ------------------------------------------------------------------------------

template <class Range>
Node::Value write_array(const Range& elements) {
  Node::Array array;
  for (const auto& element : elements) array.push_back({write_value(element), {}});
  return array;
}

template <class T>
Node::Value write_value(const T& value) {
  if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, double> ||
                std::is_same_v<T, std::string>) {
    return value;
  } else if constexpr (kIsTree<T>) {
    return value.value;
  } else if constexpr (std::is_integral_v<T>) {
    if (std::in_range<std::int64_t>(value)) return static_cast<std::int64_t>(value);
    return static_cast<std::uint64_t>(value);
  } else if constexpr (std::is_enum_v<T>) {
    return std::string(enum_name(value));
  } else if constexpr (kIsQuantity<T>) {
    return format_quantity(value);
  } else if constexpr (kIsWordOrQuantity<T> || kIsWordOrList<T>) {
    return std::visit([](const auto& alternative) { return write_value(alternative); }, value);
  } else if constexpr (kIsVector<T> || kIsArray<T>) {
    return write_array(value);
  } else if constexpr (kIsMap<T>) {
    Node object{Node::Object(), {}};
    for (const auto& [key, element] : value) object.add(key, write_value(element));
    return std::move(object.value);
  } else if constexpr (kIsCatalogueItem<T>) {
    return write_value(value.value);
  } else {
    Writer writer;
    visit(writer, const_cast<T&>(value));  // NOLINT: one visitor serves reading too; this one reads
    return writer.take();
  }
}

}  // namespace sextant::io
