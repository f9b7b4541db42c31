#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>

#include "src/catalog/catalogue.h"
#include "src/cli/command.h"
#include "src/cli/usage_error.h"
#include "src/scenario/read_governance.h"
#include "src/scenario/read_scenario.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  options.add_options()("kind", po::value<std::string>()->value_name("KIND"),
                        "which files: scenario (what plan reads; the default) or governance (what "
                        "govern reads)")("reference", "print the reference as Markdown instead")(
      "models", po::value<std::string>()->value_name("DIR"), "folder of the models");
  positional.add("kind", 1);
}

ExitCode run(const Arguments& arguments, const run::Ranks& /*ranks*/) {
  const std::string kind = arguments.text("kind").value_or("scenario");
  const bool governance = kind == "governance";
  if (!governance && kind != "scenario") {
    throw UsageError(
        fmt::format("schema: no kind '{}'; there are 'scenario' and 'governance'", kind));
  }
  if (arguments.has("reference")) {
    fmt::print("{}",
               governance ? scenario::governance_reference() : scenario::scenario_reference());
    return ExitCode::kOk;
  }
  const catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  fmt::print("{}", governance ? scenario::governance_schema(catalogue)
                              : scenario::scenario_schema(catalogue));
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
