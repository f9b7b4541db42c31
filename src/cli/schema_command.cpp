#include <fmt/format.h>

#include <array>
#include <boost/program_options/value_semantic.hpp>

#include "src/catalog/catalogue.h"
#include "src/cli/command.h"
#include "src/cli/usage_error.h"
#include "src/scenario/read_endpoints.h"
#include "src/scenario/read_governance.h"
#include "src/scenario/read_scenario.h"
#include "src/sweep/open_study.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

/// A kind of file, and what is generated of it.
struct Kind {
  const char* name;
  std::string (*schema)(const catalog::Catalogue&);
  std::string (*reference)();
};

constexpr std::array kKinds{
    Kind{"scenario", scenario::scenario_schema, scenario::scenario_reference},
    Kind{"governance", scenario::governance_schema, scenario::governance_reference},
    Kind{"endpoints", scenario::endpoints_schema, scenario::endpoints_reference},
    Kind{"study", [](const catalog::Catalogue&) { return sweep::study_schema(); },
         sweep::study_reference}};

void declare(po::options_description& options, po::positional_options_description& positional) {
  options.add_options()("kind", po::value<std::string>()->value_name("KIND"),
                        "which files: scenario (what plan reads; the default), governance (what "
                        "govern reads), endpoints (likewise) or study (what sweep reads)")(
      "reference", "print the reference as Markdown instead")(
      "models", po::value<std::string>()->value_name("DIR"), "folder of the models");
  positional.add("kind", 1);
}

const Kind& kind_of(const std::string& name) {
  for (const Kind& kind : kKinds) {
    if (kind.name == name) return kind;
  }
  throw UsageError(fmt::format(
      "schema: no kind '{}'; there are 'scenario', 'governance', 'endpoints' and 'study'", name));
}

ExitCode run(const Arguments& arguments, const run::Ranks& /*ranks*/) {
  const Kind& kind = kind_of(arguments.text("kind").value_or("scenario"));
  if (arguments.has("reference")) {
    fmt::print("{}", kind.reference());
    return ExitCode::kOk;
  }
  const catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  fmt::print("{}", kind.schema(catalogue));
  return ExitCode::kOk;
}

}  // namespace

const Command kSchemaCommand{
    .name = "schema",
    .summary = "print the JSON Schema of scenario files, for editors, or their reference",
    .synopsis = "[KIND] [--reference]",
    .example = "> scenario.schema.json",
    .declare = declare,
    .run = run};

}  // namespace sextant::cli
