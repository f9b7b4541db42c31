#include "src/sweep/open_study.h"

#include <fmt/format.h>

#include "src/io/description.h"
#include "src/io/json_text.h"
#include "src/io/parse.h"
#include "src/io/reader.h"
#include "src/scenario/read_scenario.h"
#include "src/sweep/outcome.h"

namespace sextant::sweep {
namespace {

namespace fs = std::filesystem;

void check_schema(const Study& study, const io::Node& root, io::Diagnostics& diagnostics) {
  const io::Node* schema = root.find("schema");
  if (!schema || study.schema == kStudySchema) return;
  diagnostics
      .error(schema->place,
             fmt::format("found {}, expected \"{}\"", io::found_text(*schema), kStudySchema))
      .help = "a scenario of one run is read by 'sextant plan'";
}

/// The file that the study names, parsed.
std::unique_ptr<io::Document> open_scenario(const std::string& study_file, const io::Node& name,
                                            io::Diagnostics& diagnostics) {
  const io::Diagnostics::Origin origin(diagnostics, name.place);
  const fs::path path =
      (fs::path(study_file).parent_path() / *name.get<std::string>()).lexically_normal();
  std::optional<std::string> text = io::read_text_file(path, diagnostics);
  if (!text) return nullptr;
  auto document = std::make_unique<io::Document>(path.string(), *std::move(text), false);
  return io::parse(*document, diagnostics) ? std::move(document) : nullptr;
}

void read_scenario_of(OpenStudy& open, io::Diagnostics& diagnostics) {
  const io::Node& scenario = open.study.scenario;
  if (scenario.get<std::string>()) {
    open.scenario_document = open_scenario(open.file, scenario, diagnostics);
  } else if (!scenario.get<io::Node::Object>()) {
    diagnostics.error(scenario.place, fmt::format("found {}, expected the name of a file, or a "
                                                  "scenario",
                                                  io::found_text(scenario)));
  }
}

/// Whether the scenario can be read and its values go together. The first one that does makes the
/// reader of the others.
bool read_variant(const io::Node& root, std::optional<scenario::VariantReader>& reader,
                  const OpenStudy& study, catalog::Catalogue& catalogue, std::string* warnings) {
  try {
    if (reader) {
      reader->read(root);
    } else {
      scenario::read_scenario_tree(root, catalogue, warnings, study.layouts());
      reader.emplace(root, study.points.outermost(), catalogue, study.layouts());
    }
    return true;
  } catch (const io::InputError&) {
    return false;
  }
}

/// Throws what is wrong with the values by themselves; a conflict between them is none of that.
void require_readable(const io::Node& root, catalog::Catalogue& catalogue) {
  io::Diagnostics diagnostics;
  io::ReadContext context{diagnostics, &catalogue};
  scenario::Scenario scenario;
  io::read_value(root, scenario, {}, context);
  diagnostics.throw_if_errors();
}

}  // namespace

OpenStudy open_study_text(const std::string& name, std::string text, const StudyChanges& changes) {
  OpenStudy open;
  open.file = name;
  open.document = std::make_unique<io::Document>(name, std::move(text), false);
  io::Diagnostics diagnostics;
  if (!io::parse(*open.document, diagnostics)) diagnostics.throw_if_errors();
  const io::Node& root = open.document->root;
  io::ReadContext context{diagnostics};
  io::read_value(root, open.study, {}, context);
  diagnostics.throw_if_errors();
  check_schema(open.study, root, diagnostics);
  read_scenario_of(open, diagnostics);
  if (changes.replicas) open.study.replicas = changes.replicas;
  if (changes.seed) open.study.seed = changes.seed;
  auto points = Points::read(open.study, root, diagnostics);
  diagnostics.throw_if_errors();
  open.points = *std::move(points);
  return open;
}

OpenStudy open_study(const fs::path& path, const StudyChanges& changes) {
  io::Diagnostics diagnostics;
  std::optional<std::string> text = io::read_text_file(path, diagnostics);
  diagnostics.throw_if_errors();
  return open_study_text(path.string(), *std::move(text), changes);
}

void try_values(const OpenStudy& open, catalog::Catalogue& catalogue, std::string* warnings) {
  const Points& points = open.points;
  std::optional<scenario::VariantReader> reader;
  std::string errors;
  std::size_t wrong = 0;
  points.for_each_probe([&](const PointValues& values) {
    if (wrong == io::Diagnostics::kShown) return;
    try {
      const io::Node root = points.scenario(open.scenario(), values, catalogue);
      if (!read_variant(root, reader, open, catalogue, warnings)) {
        require_readable(root, catalogue);
      }
    } catch (const io::InputError& error) {
      // What is wrong with the scenario itself is wrong at every probe.
      if (errors.find(error.what()) == std::string::npos) errors += error.what();
      ++wrong;
    }
  });
  if (wrong > 0) throw io::InputError(errors);
}

std::string study_schema() {
  return io::to_text(io::json_schema(io::Description::of<Study>(), "Sextant study", {}));
}

std::string study_reference() {
  std::string columns;
  for (const Figure& figure : figures()) {
    columns += fmt::format("| `{}` | {} | {} |\n", figure.name, figure.unit, figure.doc);
  }
  return fmt::format(
      "# Studies\n\n"
      "What `sextant sweep` reads: many variants of one scenario. JSON with comments; values are "
      "written as the scenario would have them (REFERENCE.md). This page is generated from the "
      "code that reads the files; editors find the same in study.schema.json.\n\n"
      "A pointer names a member of the scenario, as `/training/layout/tensor` or "
      "`/checkpoint/interval`. It may go on within an entry of the catalogue that the scenario "
      "names: `/failures/node_life` makes `\"failures\": \"calm\"` into `{{\"base\": \"calm\", "
      "\"node_life\": …}}`. A pointer to a sourced number replaces it. What is absent on the way "
      "is added. Of two pointers of which one lies within the other, the outer one is applied "
      "first.\n\n"
      "Of a range, every point of a design has a number between `from` and `to`: on a grid "
      "`steps` of them, both ends included; whole numbers stay whole. Drawn designs give listed "
      "values, and whole numbers, equal chances.\n\n"
      "# Objects\n\n{}\n{}",
      io::reference(io::Description::of<Study>()), table_reference(columns));
}

}  // namespace sextant::sweep
