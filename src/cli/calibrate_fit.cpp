#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "src/catalog/families.h"
#include "src/cli/calibrate_actions.h"
#include "src/cli/calibrate_measurements.h"
#include "src/cli/fitting.h"
#include "src/cli/usage_error.h"
#include "src/cli/write_file.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/report/validation_report.h"
#include "src/validate/file_kind.h"

namespace sextant::cli {
namespace {

/// Fits the step coefficients to published runs and shows the errors on families left out.
ExitCode fit_runs(const Arguments& arguments, const std::vector<std::string>& files,
                  const std::string& output) {
  const run::ParallelOptions parallel{.threads = arguments.threads()};
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  const auto prior = catalogue.load<Calibration>(arguments.text("prior").value_or("prior"));
  std::vector<validate::PublishedRun> runs;
  for (const std::string& file : files) {
    for (validate::PublishedRun& run : validate::read_published_runs(file, catalogue)) {
      runs.push_back(std::move(run));
    }
  }
  const std::string source = fmt::format(
      "fitted to {} published training steps",
      std::count_if(runs.begin(), runs.end(), [](auto& run) { return run.refused.empty(); }));
  CrossValidation result = cross_validate(runs, prior, LeaveOut::kFamily, source, parallel);
  Calibration& calibration = result.full.calibration;
  calibration.name = std::filesystem::path(output).stem().string();
  calibration.title = fmt::format("{} coefficients, {}", result.full.parameters, source);
  write_file(output, io::to_text(io::write_value(calibration)));

  result.validation.method = fmt::format(
      "{} coefficients fitted; {} fits, each without one family of rows, which they "
      "then forecast.",
      result.full.parameters, result.groups);
  fmt::print("{}", report::validation_text(result.validation, report::style_of_stdout()));
  return ExitCode::kOk;
}

}  // namespace

ExitCode calibrate_fit(const Arguments& arguments) {
  const std::vector<std::string> files = arguments.texts("file");
  const auto output = arguments.text("output");
  if ((files.empty() && !arguments.has("instance")) || !output) {
    throw UsageError(
        "calibrate fit: needs measurements documents, or files of measured steps, and --output "
        "FILE; --instance NAME without any file writes what to assume before measuring");
  }
  if (files.empty()) return fit_measurements(arguments, files, *output);
  const auto measured = std::count_if(files.begin(), files.end(), [](const std::string& file) {
    return validate::file_kind(file) == validate::FileKind::kMeasurements;
  });
  if (measured == 0) return fit_runs(arguments, files, *output);
  if (measured == std::ssize(files)) return fit_measurements(arguments, files, *output);
  throw UsageError(
      "calibrate fit: measurements documents and measured steps are fitted apart, one after the "
      "other: fit the steps first and give the result as --base");
}

}  // namespace sextant::cli
