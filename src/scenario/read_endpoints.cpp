#include "src/scenario/read_endpoints.h"

#include <map>
#include <utility>
#include <vector>

#include "src/io/description.h"
#include "src/io/json_text.h"
#include "src/scenario/check_endpoints.h"

namespace sextant::scenario {
namespace {

/// The accelerators that the instance names, where the file does not say otherwise.
void resolve_accelerator(EndpointAlternative& alternative, catalog::Catalogue& catalogue,
                         const io::PlaceMap& places, io::ReadContext& context) {
  if (!alternative.instance || alternative.accelerator) return;
  const Instance& instance = **alternative.instance;
  if (!instance.accelerator || instance.accelerators == 0) return;
  auto& accelerator = alternative.accelerator.emplace();
  accelerator.base = *instance.accelerator;
  const io::Diagnostics::Origin origin(context.diagnostics, places.of(alternative.instance));
  catalogue.read(*instance.accelerator, places.of(instance.accelerator), accelerator.value,
                 context);
}

}  // namespace

EndpointsScenario read_endpoints_text(const std::string& name, std::string text,
                                      catalog::Catalogue& catalogue, std::string* warnings) {
  io::Document document(name, std::move(text), false);
  io::Diagnostics diagnostics;
  if (!io::parse(document, diagnostics)) diagnostics.throw_if_errors();
  io::PlaceMap places;
  io::ReadContext context{diagnostics, &catalogue, &places};
  EndpointsScenario scenario;
  io::read_value(document.root, scenario, {}, context);
  diagnostics.throw_if_errors();
  for (EndpointAlternative& alternative : scenario.alternatives) {
    resolve_accelerator(alternative, catalogue, places, context);
  }
  diagnostics.throw_if_errors();
  check_endpoints(scenario, places, diagnostics);
  diagnostics.throw_if_errors();
  if (warnings) *warnings = diagnostics.render_warnings();
  return scenario;
}

EndpointsScenario read_endpoints(const std::filesystem::path& path, catalog::Catalogue& catalogue,
                                 std::string* warnings) {
  io::Diagnostics diagnostics;
  std::optional<std::string> text = io::read_text_file(path, diagnostics);
  diagnostics.throw_if_errors();
  catalogue.record_file(path.string(), *text);
  return read_endpoints_text(path.string(), *std::move(text), catalogue, warnings);
}

std::string endpoints_schema(const catalog::Catalogue& catalogue) {
  std::map<std::string, std::vector<std::string>> names;
  for (const catalog::Family& family : catalog::families()) {
    names[family.name] = catalogue.names(family.name);
  }
  return io::to_text(io::json_schema(io::Description::of<EndpointsScenario>(),
                                     "Sextant endpoints scenario", names));
}

std::string endpoints_reference() {
  return "# Endpoints scenarios\n\n"
         "What `sextant endpoints` reads: ways to serve requests, side by side. JSON with "
         "comments; names in models/…, units and sourced numbers are written as in REFERENCE.md. "
         "This page is generated from the code that reads the files; editors find the same in "
         "endpoints.schema.json.\n\n"
         "# Objects\n\n" +
         io::reference(io::Description::of<EndpointsScenario>());
}

}  // namespace sextant::scenario
