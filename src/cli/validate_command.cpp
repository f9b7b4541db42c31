#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>

#include "src/catalog/families.h"
#include "src/cli/command.h"
#include "src/cli/fitting.h"
#include "src/cli/usage_error.h"
#include "src/report/validation_report.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()("file", po::value<std::vector<std::string>>()->value_name("FILE"),
                        "published runs: JSON arrays of measured steps")(
      "calibration", text("NAME"), "coefficients to forecast with; default: reference")(
      "leave-out", text("GROUP"),
      "family | origin: refit the coefficients without each row's group, from --prior")(
      "prior", text("NAME"), "calibration that such fits start from; default: prior")(
      "json", "print one JSON document, in SI units")(
      "threads", text("N"), "threads; default: one per processor. Does not change the result")(
      "models", text("DIR"), "folder of the models");
  positional.add("file", -1);
}

LeaveOut leave_out_of(const std::string& text) {
  if (text == "family") return LeaveOut::kFamily;
  if (text == "origin") return LeaveOut::kOrigin;
  throw UsageError(
      fmt::format("validate: --leave-out takes 'family' or 'origin', found '{}'", text));
}

validate::StepValidation validate_runs(const Arguments& arguments) {
  const std::vector<std::string> files = arguments.texts("file");
  if (files.empty()) throw UsageError("validate: which files? usage: sextant validate FILE…");
  const auto threads = arguments.count("threads", 1, 4096);
  const run::ParallelOptions parallel{.threads = static_cast<int>(threads.value_or(0))};
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  std::vector<validate::PublishedRun> runs;
  for (const std::string& file : files) {
    for (validate::PublishedRun& run : validate::read_published_runs(file, catalogue)) {
      runs.push_back(std::move(run));
    }
  }
  if (const auto group = arguments.text("leave-out")) {
    const LeaveOut leave_out = leave_out_of(*group);
    const auto prior = catalogue.load<Calibration>(arguments.text("prior").value_or("prior"));
    CrossValidation result = cross_validate(runs, prior, leave_out, "", parallel);
    result.validation.method = fmt::format(
        "Coefficients fitted {} times, each without one {} of rows, which they then forecast.",
        result.groups, *group);
    return std::move(result.validation);
  }
  const auto calibration =
      catalogue.load<Calibration>(arguments.text("calibration").value_or("reference"));
  validate::StepValidation validation = validate::validate_steps(
      runs, [&](std::size_t) -> const Calibration& { return calibration; }, parallel);
  validation.method = fmt::format(
      "Coefficients of calibration '{}'. For rows that it was fitted on, --leave-out family shows "
      "the honest error.",
      calibration.name);
  return validation;
}

ExitCode run(const Arguments& arguments) {
  const validate::StepValidation validation = validate_runs(arguments);
  if (arguments.has("json")) {
    fmt::print("{}\n", report::validation_json(validation).dump(2));
  } else {
    fmt::print("{}", report::validation_text(validation, report::style_of_stdout()));
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kValidateCommand{.name = "validate",
                               .summary = "hold forecasts against published, measured runs",
                               .synopsis = "FILE… [--leave-out family|origin] [--json]",
                               .example = "models/published_runs/published_runs.json",
                               .declare = declare,
                               .run = run};

}  // namespace sextant::cli
