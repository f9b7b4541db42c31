#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace sextant::pages {

/// A table by columns: a name and an array each. Much shorter than an object for every row.
class Columns {
 public:
  /// @pre every column is given once in each row
  void add(const std::string& column, nlohmann::ordered_json value) {
    columns_[column].push_back(std::move(value));
  }

  /// A column whose values are all the same is that value alone, not an array.
  nlohmann::ordered_json take() {
    for (auto& [name, values] : columns_.items()) {
      bool same = !values.empty();
      for (const auto& value : values) same = same && value == values[0];
      if (!same) continue;
      nlohmann::ordered_json value = values[0];
      values = std::move(value);
    }
    return std::move(columns_);
  }

 private:
  nlohmann::ordered_json columns_ = nlohmann::ordered_json::object();
};

}  // namespace sextant::pages
