#include "src/validate/file_kind.h"

#include <fmt/format.h>

#include "src/io/diagnostics.h"
#include "src/io/parse.h"

namespace sextant::validate {
namespace {

bool names_a_scenario(const io::Node& root) {
  const io::Node* schema = root.find("schema");
  const auto* text = schema ? schema->get<std::string>() : nullptr;
  return text && text->starts_with("sextant.scenario/");
}

}  // namespace

FileKind file_kind(const std::filesystem::path& path) {
  io::Diagnostics diagnostics;
  const auto text = io::read_text_file(path, diagnostics);
  diagnostics.throw_if_errors();
  io::Document document(path.string(), *text, false);
  if (!io::parse(document, diagnostics)) diagnostics.throw_if_errors();
  const io::Node& root = document.root;
  if (root.get<io::Node::Object>() && names_a_scenario(root)) return FileKind::kScenario;
  if (!root.get<io::Node::Array>()) {
    diagnostics.error(root.place, fmt::format("found {}, expected an array of measured steps, or "
                                              "a scenario (\"schema\": \"sextant.scenario/1\")",
                                              io::found_text(root)));
    diagnostics.throw_if_errors();
  }
  return FileKind::kPublishedRuns;
}

}  // namespace sextant::validate
