#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "src/io/json_text.h"
#include "src/io/node.h"
#include "src/io/type_traits.h"
#include "src/io/writer.h"

namespace sextant::io {

/// One number or text of a declarative struct as people read it, with its provenance if it is a
/// coefficient.
struct Figure {
  std::string key;    ///< dotted path: "power.idle"
  std::string value;  ///< "80 GiB", "0.02", "swiglu"
  std::string doc = {};
  bool sourced = false;  ///< a coefficient; the members below say where it comes from
  std::string source = {};
  std::string date = {};
  Method method = Method::kAssumed;
  std::string range = {};  ///< "10 GB/s to 200 GB/s"; empty if not known
};

/// The archive that lists every figure of a struct, nested ones included.
class FigureLister {
 public:
  FigureLister(std::vector<Figure>& figures, std::string prefix)
      : figures_(figures), prefix_(std::move(prefix)) {}

  void object(const char*, const char*) {}

  template <class T>
  void field(const char* key, const T& value, const Field& field = {}) {
    list(prefix_ + key, value, field);
  }

 private:
  template <class T>
  void list(const std::string& key, const T& value, const Field& field);
  template <class T>
  void list_coefficient(const std::string& key, const Coefficient<T>& value, const Field& field);

  std::vector<Figure>& figures_;
  std::string prefix_;
};

template <class T>
std::vector<Figure> figures_of(const T& value, const std::string& prefix = "") {
  std::vector<Figure> figures;
  FigureLister lister(figures, prefix);
  visit(lister, const_cast<T&>(value));  // NOLINT: the lister only reads
  return figures;
}

// -- implementation ------------------------------------------------------------------------------

/// Texts without quotes; anything else as JSON.
inline std::string figure_text(const Node::Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : to_compact_text(value);
}

template <class T>
void FigureLister::list_coefficient(const std::string& key, const Coefficient<T>& value,
                                    const Field& field) {
  Figure figure{.key = key,
                .value = figure_text(write_value(value.value)),
                .doc = field.doc,
                .sourced = true,
                .source = value.source,
                .date = value.date,
                .method = value.method};
  if (value.range) {
    figure.range = fmt::format("{} to {}", figure_text(write_value((*value.range)[0])),
                               figure_text(write_value((*value.range)[1])));
  }
  figures_.push_back(std::move(figure));
}

template <class T>
void FigureLister::list(const std::string& key, const T& value, const Field& field) {
  if constexpr (kIsOptional<T>) {
    if (value) list(key, *value, field);
  } else if constexpr (kIsCoefficient<T>) {
    list_coefficient(key, value, field);
  } else if constexpr (kIsArray<T>) {  // a pair or a range: one figure
    figures_.push_back({.key = key, .value = figure_text(write_value(value)), .doc = field.doc});
  } else if constexpr (kIsVector<T>) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      list(fmt::format("{}[{}]", key, i), value[i], field);
    }
  } else if constexpr (kIsMap<T>) {
    for (const auto& [name, element] : value) list(fmt::format("{}.{}", key, name), element, field);
  } else if constexpr (kIsCatalogueItem<T>) {
    list(key, value.value, field);
  } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T> ||
                       std::is_same_v<T, std::string> || kIsQuantity<T> || kIsWordOrQuantity<T> ||
                       kIsWordOrList<T>) {
    figures_.push_back({.key = key, .value = figure_text(write_value(value)), .doc = field.doc});
  } else {
    FigureLister lister(figures_, key + ".");
    visit(lister, const_cast<T&>(value));  // NOLINT: the lister only reads
  }
}

}  // namespace sextant::io
