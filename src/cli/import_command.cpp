#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <filesystem>

#include "sextant/training/parameters.h"
#include "src/catalog/catalogue.h"
#include "src/catalog/families.h"
#include "src/cli/command.h"
#include "src/cli/import_policy.h"
#include "src/cli/import_run.h"
#include "src/cli/import_trace.h"
#include "src/cli/usage_error.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/report/human.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

constexpr const char* kKinds =
    "megatron, nemo, slurm, sagemaker, huggingface, trace, kueue or hyperpod";

void declare(po::options_description& options, po::positional_options_description& positional) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  const auto texts = [](const char* name) {
    return po::value<std::vector<std::string>>()->value_name(name);
  };
  options.add_options()("what", text("WHAT"), kKinds)(
      "file", texts("FILE"),
      "a launch script, a configuration, a config.json, a log of jobs, a policy's files")(
      "instance", texts("TYPE"),
      "instance of the nodes; of a HyperPod cluster TYPE=COUNT, as in ml.p5.48xlarge=8, and again "
      "for each type");
  declare_run_wishes(options);
  options.add_options()("set", texts("NAME=VALUE"), "a variable that a script takes from outside")(
      "output", text("FILE"), "write the scenario to a file")(
      "json", "print what was understood as one JSON document")("models", text("DIR"),
                                                                "folder of the models");
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
  if (what == "megatron" || what == "nemo" || what == "slurm" || what == "sagemaker") {
    return import_run(what, arguments);
  }
  if (what == "huggingface" && asks_for_scenario(arguments)) return import_model_run(arguments);
  if (what == "huggingface") return import_huggingface(arguments);
  if (what == "trace") return import_trace(arguments);
  if (what == "kueue") return import_kueue(arguments);
  if (what == "hyperpod") return import_hyperpod(arguments);
  throw UsageError(fmt::format("import: expected {}, found '{}'", kKinds, what));
}

}  // namespace

const Command kImportCommand{
    .name = "import",
    .summary =
        "make a scenario of other tools' files: launches, models, logs of jobs; show policies",
    .synopsis = "megatron|nemo|slurm|sagemaker|huggingface|trace|kueue|hyperpod FILE... [options]",
    .example = "megatron pretrain.sh --instance p5.48xlarge --nodes 16 --tokens 1T",
    .declare = declare,
    .run = run};

}  // namespace sextant::cli
