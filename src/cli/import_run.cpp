#include "src/cli/import_run.h"

#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "src/cli/usage_error.h"
#include "src/cli/write_file.h"
#include "src/import/ec2_type.h"
#include "src/import/launches.h"
#include "src/io/parse.h"
#include "src/plan/infeasible.h"
#include "src/report/import_report.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

using importer::ImportedRun;

/// "--set NAME=VALUE", each.
importer::ShellVariables variables_of(const Arguments& arguments) {
  importer::ShellVariables variables;
  for (const std::string& text : arguments.texts("set")) {
    const std::size_t sign = text.find('=');
    if (sign == std::string::npos || sign == 0) {
      throw UsageError(
          fmt::format("import: --set: expected NAME=VALUE as in TP=8, found '{}'", text));
    }
    variables[text.substr(0, sign)] = text.substr(sign + 1);
  }
  return variables;
}

/// "p5.48xlarge", "ml.p5.48xlarge", "p5.48xlarge=16".
void take_instance(const Arguments& arguments, RunWishes& wishes) {
  const std::vector<std::string> given = arguments.texts("instance");
  if (given.size() > 1) {
    throw UsageError("import: --instance: the nodes of a training run are of one type");
  }
  if (given.empty()) return;
  const std::size_t sign = given.front().find('=');
  wishes.instance = importer::ec2_type(given.front().substr(0, sign));
  if (sign == std::string::npos) return;
  if (!wishes.nodes.empty()) {
    throw UsageError("import: --nodes and the number in --instance exclude one another");
  }
  wishes.nodes = given.front().substr(sign + 1);
}

RunWishes wishes_of(const Arguments& arguments) {
  RunWishes wishes = run_wishes(arguments);
  take_instance(arguments, wishes);
  return wishes;
}

std::string only_file(const Arguments& arguments, const std::string& example) {
  const std::vector<std::string> files = arguments.texts("file");
  if (files.size() == 1) return files.front();
  throw UsageError(fmt::format("import: which file? (sextant import {})", example));
}

std::string example_of(const std::string& what) {
  if (what == "sagemaker") return "sagemaker job.json";
  return what + (what == "nemo" ? " run.yaml" : " run.sh");
}

std::string output_of(const Arguments& arguments) { return arguments.text("output").value_or(""); }

std::optional<ImportedRun> read(const std::string& what, io::Document& document,
                                const importer::LaunchOptions& options,
                                io::Diagnostics& diagnostics) {
  if (what == "megatron") return importer::read_megatron(document, options, diagnostics);
  if (what == "nemo") return importer::read_nemo(document, options, diagnostics);
  if (what == "sagemaker") return importer::read_sagemaker(document, diagnostics);
  return importer::read_slurm(document, options, diagnostics);
}

}  // namespace

void declare_run_wishes(po::options_description& options) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()("nodes", text("N"), "nodes of the run")("tokens", text("N"),
                                                                "tokens to train on, as in 1T")(
      "model", text("NAME"), "a model of the catalogue, or a config.json of Hugging Face")(
      "sequence-length", text("N"), "tokens per sequence")("global-batch", text("N"),
                                                           "sequences per step")(
      "vocabulary", text("N"), "size of the vocabulary")("region", text("NAME"), "where it runs")(
      "calibration", text("NAME"), "coefficients; default: those that belong to the instance")(
      "failures", text("NAME"), "failure profile; default: that of the accelerator")(
      "prices", text("NAME"), "price list; default: the newest with the instance")(
      "checkpoint-store", text("NAME"), "fsx-lustre-1000, s3 or another store of the catalogue")(
      "name", text("NAME"), "name of the scenario");
}

bool asks_for_scenario(const Arguments& arguments) {
  for (const char* option : {"instance", "nodes", "tokens", "output"}) {
    if (arguments.has(option)) return true;
  }
  return false;
}

ExitCode write_run(ImportedRun run, const RunWishes& wishes, const RunFiles& files,
                   const Arguments& arguments) {
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  try {
    const std::string& named = files.source.empty() ? files.output : files.source;
    const CompletedRun completed = complete_run(std::move(run), wishes, named, catalogue);
    fmt::print(stderr, "{}", report::import_words(completed.run, named));
    const std::string text =
        arguments.has("json")
            ? report::import_json(completed.run, named).dump(2) + "\n"
            : report::imported_scenario(completed.run, files.source, files.command);
    write_or_print(files.output, text);
    return completed.run.missing.empty() ? ExitCode::kOk : ExitCode::kIncomplete;
  } catch (const plan::InfeasiblePlan& infeasible) {
    fmt::print(stderr, "sextant: {}", infeasible.what());
    return ExitCode::kInfeasible;
  }
}

ExitCode import_run(const std::string& what, const Arguments& arguments) {
  const std::string file = only_file(arguments, example_of(what));
  const RunWishes wishes = wishes_of(arguments);
  const importer::LaunchOptions options{variables_of(arguments), !wishes.nodes.empty()};
  io::Diagnostics diagnostics;
  auto text = io::read_text_file(file, diagnostics);
  diagnostics.throw_if_errors();
  io::Document document(file, *std::move(text), false);
  if (!io::check_text(document, diagnostics, {})) diagnostics.throw_if_errors();
  auto run = read(what, document, options, diagnostics);
  fmt::print(stderr, "{}", diagnostics.render_warnings());
  diagnostics.throw_if_errors();
  return write_run(*std::move(run), wishes,
                   {file, fmt::format("sextant import {}", what), output_of(arguments)}, arguments);
}

ExitCode import_model_run(const Arguments& arguments) {
  RunWishes wishes = wishes_of(arguments);
  const std::string file = only_file(arguments, "huggingface config.json");
  if (!wishes.model.empty()) throw UsageError("import: --model and a config.json are two models");
  wishes.model = file;
  ImportedRun run;
  run.format = "huggingface";
  return write_run(std::move(run), wishes,
                   {file, "sextant import huggingface", output_of(arguments)}, arguments);
}

}  // namespace sextant::cli
