#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <filesystem>

#include "sextant/training/parameters.h"
#include "src/catalog/catalogue.h"
#include "src/catalog/families.h"
#include "src/cli/command.h"
#include "src/cli/import_policy.h"
#include "src/cli/usage_error.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/report/human.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  options.add_options()("what", po::value<std::string>(), "huggingface, kueue or hyperpod")(
      "file", po::value<std::vector<std::string>>(), "a config.json, or a policy's files")(
      "instance", po::value<std::vector<std::string>>()->value_name("TYPE=COUNT"),
      "instances of the HyperPod cluster, as in ml.p5.48xlarge=8; may be given again")(
      "json", "print a policy as one JSON document")(
      "models", po::value<std::string>()->value_name("DIR"), "folder of the models");
  positional.add("what", 1).add("file", -1);
}

/// The file as a name that the catalogue takes for a file.
std::string config_file(const Arguments& arguments) {
  const std::vector<std::string> files = arguments.texts("file");
  if (files.size() != 1) {
    throw UsageError("import: which file? (sextant import huggingface config.json)");
  }
  if (!files.front().ends_with(".json")) {
    throw UsageError(
        fmt::format("import: expected a file that ends in .json, found '{}'", files.front()));
  }
  return files.front();
}

ExitCode import_huggingface(const Arguments& arguments) {
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  std::string warnings;
  const auto model = catalogue.load<Transformer>(config_file(arguments), &warnings);
  fmt::print(stderr, "{}", warnings);
  fmt::print("{}", io::to_text(io::write_value(model)));
  fmt::print(stderr, "{} parameters\n", report::human_count(total_parameters(model)));
  return ExitCode::kOk;
}

ExitCode run(const Arguments& arguments, const run::Ranks& /*ranks*/) {
  const std::string what = arguments.text("what").value_or("");
  if (what == "huggingface") return import_huggingface(arguments);
  if (what == "kueue") return import_kueue(arguments);
  if (what == "hyperpod") return import_hyperpod(arguments);
  throw UsageError(
      fmt::format("import: expected 'huggingface', 'kueue' or 'hyperpod', found '{}'", what));
}

}  // namespace

const Command kImportCommand{
    .name = "import",
    .summary = "show what is understood of other tools' files: models, policies",
    .synopsis = "huggingface|kueue|hyperpod FILE... [options]",
    .example = "kueue queues.yaml",
    .declare = declare,
    .run = run};

}  // namespace sextant::cli
