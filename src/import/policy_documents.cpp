#include "src/import/policy_documents.h"

#include "src/io/parse_yaml.h"

namespace sextant::importer {

std::optional<io::Node> read_policy_documents(std::span<const std::filesystem::path> paths,
                                              Documents& documents, io::Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.error_count();
  io::Node all{io::Node::Array(), {}};
  for (const std::filesystem::path& path : paths) {
    auto text = io::read_text_file(path, diagnostics);
    if (!text) continue;
    documents.push_back(std::make_unique<io::Document>(path.string(), std::move(*text), false));
    io::Document& document = *documents.back();
    if (!io::parse_json_or_yaml(document, diagnostics)) continue;
    if (!all.place.document) all.place = document.root.place;
    std::get<io::Node::Array>(all.value).push_back(document.root);
  }
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return all;
}

}  // namespace sextant::importer
