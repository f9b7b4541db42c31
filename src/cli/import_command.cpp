#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <filesystem>

#include "sextant/training/parameters.h"
#include "src/catalog/catalogue.h"
#include "src/catalog/families.h"
#include "src/cli/command.h"
#include "src/cli/usage_error.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/report/human.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  options.add_options()("what", po::value<std::string>(), "huggingface")(
      "file", po::value<std::string>(), "a config.json")(
      "models", po::value<std::string>()->value_name("DIR"), "folder of the models");
  positional.add("what", 1).add("file", 1);
}

/// The file as a name that the catalogue takes for a file.
std::string config_file(const Arguments& arguments) {
  const auto file = arguments.text("file");
  if (!file) throw UsageError("import: which file? (sextant import huggingface config.json)");
  if (!file->ends_with(".json")) {
    throw UsageError(fmt::format("import: expected a file that ends in .json, found '{}'", *file));
  }
  return *file;
}

ExitCode run(const Arguments& arguments, const run::Ranks& /*ranks*/) {
  const std::string what = arguments.text("what").value_or("");
  if (what != "huggingface") {
    throw UsageError(fmt::format("import: expected 'huggingface', found '{}'", what));
  }
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  std::string warnings;
  const auto model = catalogue.load<Transformer>(config_file(arguments), &warnings);
  fmt::print(stderr, "{}", warnings);
  fmt::print("{}", io::to_text(io::write_value(model)));
  fmt::print(stderr, "{} parameters\n", report::human_count(total_parameters(model)));
  return ExitCode::kOk;
}

}  // namespace

const Command kImportCommand{
    .name = "import",
    .summary = "turn what other tools write into an entry of the catalogue",
    .synopsis = "huggingface CONFIG.JSON",
    .example = "huggingface config.json > my-model.json",
    .declare = declare,
    .run = run};

}  // namespace sextant::cli
