#pragma once

#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "src/catalog/catalogue.h"
#include "src/io/parse.h"

namespace sextant::validate {

/// What `read(element)` makes of every element that is an object; the others are reported as not
/// what was `expected`.
template <class Read>
auto read_each(const io::Node::Array& elements, const char* expected, io::Diagnostics& diagnostics,
               const Read& read) {
  std::vector<decltype(read(elements.front()))> rows;
  rows.reserve(elements.size());
  for (const io::Node& element : elements) {
    if (element.get<io::Node::Object>()) {
      rows.push_back(read(element));
    } else {
      diagnostics.error(element.place,
                        fmt::format("found {}, expected {}", io::found_text(element), expected));
    }
  }
  return rows;
}

/// What `read(root, catalogue, diagnostics)` makes of a JSON file, which is noted in the catalogue.
/// @throws io::InputError with all that was reported.
template <class Read>
auto read_file(const std::filesystem::path& path, catalog::Catalogue& catalogue, const Read& read) {
  io::Diagnostics diagnostics;
  const auto text = io::read_text_file(path, diagnostics);
  diagnostics.throw_if_errors();
  catalogue.record_file(path.string(), *text);
  io::Document document(path.string(), *text, false);
  decltype(read(document.root, catalogue, diagnostics)) rows;
  if (io::parse(document, diagnostics)) rows = read(document.root, catalogue, diagnostics);
  diagnostics.throw_if_errors();
  return rows;
}

}  // namespace sextant::validate
