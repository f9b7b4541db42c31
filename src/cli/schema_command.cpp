#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>

#include "src/catalog/catalogue.h"
#include "src/cli/command.h"
#include "src/scenario/read_scenario.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description&) {
  options.add_options()("reference", "print the reference as Markdown instead")(
      "models", po::value<std::string>()->value_name("DIR"), "folder of the models");
}

ExitCode run(const Arguments& arguments, const run::Ranks& /*ranks*/) {
  if (arguments.has("reference")) {
    fmt::print("{}", scenario::scenario_reference());
    return ExitCode::kOk;
  }
  const catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  fmt::print("{}", scenario::scenario_schema(catalogue));
  return ExitCode::kOk;
}

}  // namespace

const Command kSchemaCommand{
    .name = "schema",
    .summary = "print the JSON Schema of scenario files, for editors, or their reference",
    .synopsis = "[--reference]",
    .example = "> scenario.schema.json",
    .declare = declare,
    .run = run};

}  // namespace sextant::cli
