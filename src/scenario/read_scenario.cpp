#include "src/scenario/read_scenario.h"

#include <fmt/format.h>

#include "src/io/description.h"
#include "src/io/json_text.h"
#include "src/io/units.h"
#include "src/scenario/check_scenario.h"

namespace sextant::scenario {
namespace {

/// Fills in the accelerator that the instance names, unless the scenario gives its own. The
/// instance has some: check_instance() has been here.
void resolve_accelerator(ClusterPlan& cluster, catalog::Catalogue& catalogue,
                         io::ReadContext& context) {
  if (cluster.accelerator) return;
  const std::string& name = *cluster.instance->accelerator;
  auto& accelerator = cluster.accelerator.emplace();
  accelerator.base = name;
  const io::Diagnostics::Origin origin(context.diagnostics, context.places->of(cluster.instance));
  catalogue.read(name, context.places->of(cluster.instance->accelerator), accelerator.value,
                 context);
}

}  // namespace

Scenario read_scenario_text(const std::string& name, std::string text,
                            catalog::Catalogue& catalogue, std::string* warnings) {
  io::Diagnostics diagnostics;
  io::Document document(name, std::move(text), false);
  if (!io::parse(document, diagnostics)) diagnostics.throw_if_errors();
  Scenario scenario;
  io::PlaceMap places;
  io::ReadContext context{diagnostics, &catalogue, &places};
  io::read_value(document.root, scenario, {}, context);
  diagnostics.throw_if_errors();
  check_instance(scenario, places, diagnostics);
  diagnostics.throw_if_errors();
  resolve_accelerator(scenario.cluster, catalogue, context);
  diagnostics.throw_if_errors();
  check_scenario(scenario, places, diagnostics);
  diagnostics.throw_if_errors();
  if (warnings) *warnings = diagnostics.render_warnings();
  return scenario;
}

Scenario read_scenario(const std::filesystem::path& path, catalog::Catalogue& catalogue,
                       std::string* warnings) {
  io::Diagnostics diagnostics;
  std::optional<std::string> text = io::read_text_file(path, diagnostics);
  diagnostics.throw_if_errors();
  catalogue.record_file(path.string(), *text);
  return read_scenario_text(path.string(), *std::move(text), catalogue, warnings);
}

std::string scenario_schema(const catalog::Catalogue& catalogue) {
  std::map<std::string, std::vector<std::string>> names;
  for (const catalog::Family& family : catalog::families()) {
    names[family.name] = catalogue.names(family.name);
  }
  return io::to_text(io::json_schema(io::Description::of<Scenario>(), "Sextant scenario", names));
}

std::string scenario_reference() {
  return "# Scenario files\n\n"
         "JSON with comments (`//` and `/* */`). Unknown keys are errors. This page is generated "
         "from the code that reads the files; editors find the same in scenario.schema.json.\n\n"
         "A number marked *sourced* is written bare (then its source is the scenario, and it "
         "counts "
         "as assumed) or as `{\"value\", \"source\", \"date\", \"method\", \"range\"}`; method is "
         "`measured`, `fitted`, `datasheet`, `derived` or `assumed`, range its 80 % range.\n\n"
         "Where a table says *name in models/…*, the value is a name of the catalogue, or an "
         "object "
         "in full, or an object with `\"base\": \"name\"` and what differs from that entry: "
         "objects "
         "are merged member by member, a sourced number is replaced as a whole, null removes an "
         "optional member.\n\n"
         "# Units\n\n" +
         io::units_reference() + "\n# Objects\n\n" + io::reference(io::Description::of<Scenario>());
}

}  // namespace sextant::scenario
