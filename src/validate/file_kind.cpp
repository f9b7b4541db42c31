#include "src/validate/file_kind.h"

#include <fmt/format.h>

#include <string>

#include "src/io/diagnostics.h"
#include "src/io/parse.h"
#include "src/validate/admission_cases.h"
#include "src/validate/checkpoint_times.h"
#include "src/validate/failed_layouts.h"

namespace sextant::validate {
namespace {

/// What its "schema" says that it is: the part before the version, empty if it says nothing.
std::string schema_of(const io::Node& root) {
  const io::Node* schema = root.get<io::Node::Object>() ? root.find("schema") : nullptr;
  const auto* text = schema ? schema->get<std::string>() : nullptr;
  return text ? text->substr(0, text->find('/')) : "";
}

/// A campaign of microbenchmarks is the largest of them.
constexpr io::ParseLimits kLimits{.bytes = std::size_t{256} << 20};

}  // namespace

FileKind file_kind(const std::filesystem::path& path) {
  io::Diagnostics diagnostics;
  const auto text = io::read_text_file(path, diagnostics, kLimits);
  diagnostics.throw_if_errors();
  io::Document document(path.string(), *text, false);
  if (!io::parse(document, diagnostics, kLimits)) diagnostics.throw_if_errors();
  const io::Node& root = document.root;
  if (schema_of(root) == "sextant.scenario") return FileKind::kScenario;
  if (schema_of(root) == "sextant.measurements") return FileKind::kMeasurements;
  if (holds_checkpoint_times(root)) return FileKind::kCheckpointTimes;
  if (holds_admission_cases(root)) return FileKind::kAdmissionCases;
  if (holds_failed_layouts(root)) return FileKind::kFailedLayouts;
  if (!root.get<io::Node::Array>()) {
    diagnostics.error(root.place, fmt::format("found {}, expected an array of measured steps, rows "
                                              "of layouts that failed, a scenario (\"schema\": "
                                              "\"sextant.scenario/1\"), measurements "
                                              "(\"sextant.measurements/1\"), times of checkpoints "
                                              "(\"sextant.checkpoint-times/1\") or admission cases "
                                              "(\"sextant.admission-cases/1\")",
                                              io::found_text(root)));
    diagnostics.throw_if_errors();
  }
  return FileKind::kPublishedRuns;
}

}  // namespace sextant::validate
