#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/io/figures.h"

namespace sextant::report {

/// The figures that nobody has measured, fitted or published: what a reader should doubt first.
std::vector<io::Figure> assumed(const std::vector<io::Figure>& figures);

/// Every document that a figure comes from, once, with the keys of its figures.
struct Source {
  std::string source;
  std::string date;
  Method method = Method::kAssumed;
  std::vector<std::string> keys;
};
std::vector<Source> sources(const std::vector<io::Figure>& figures);

nlohmann::ordered_json sources_json(const std::vector<io::Figure>& figures);
nlohmann::ordered_json assumed_json(const std::vector<io::Figure>& figures);

}  // namespace sextant::report
