#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "src/catalog/families.h"
#include "src/cli/calibrate_actions.h"
#include "src/cli/calibrate_measurements.h"
#include "src/cli/fitting.h"
#include "src/cli/page_file.h"
#include "src/cli/print_text.h"
#include "src/cli/progress_line.h"
#include "src/cli/usage_error.h"
#include "src/cli/write_file.h"
#include "src/io/figures.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/pages/calibrate_page.h"
#include "src/report/coefficient_json.h"
#include "src/report/validation_report.h"
#include "src/validate/file_kind.h"

namespace sextant::cli {
namespace {

/// "sextant.fit/1" of kind "steps": the coefficients with their 80 % ranges, and as `validation`
/// how well each group of rows is forecast by a fit that has not seen it.
nlohmann::ordered_json step_fit_json(const Calibration& calibration, const std::string& prior,
                                     const CrossValidation& result) {
  return {{"schema", "sextant.fit/1"},
          {"kind", "steps"},
          {"name", calibration.name},
          {"prior", prior},
          {"parameters", result.full.parameters},
          {"groups", result.groups},
          {"coefficients", report::coefficients_json(io::figures_of(calibration))},
          {"validation", report::validation_json(result.validation)}};
}

/// Fits the step coefficients to published runs and shows the errors on families left out.
ExitCode fit_runs(const Arguments& arguments, const std::vector<std::string>& files,
                  const std::string& output) {
  std::optional<ProgressLine> line(std::in_place, "rows", 0);
  const run::ParallelOptions parallel{
      .threads = arguments.threads(),
      .progress = [&](std::int64_t done) { line->update(done); },
      .phase = [&](const std::string& what, std::int64_t total) { line->begin(what, total); }};
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
  line.reset();
  Calibration& calibration = result.full.calibration;
  calibration.name = std::filesystem::path(output).stem().string();
  calibration.title = fmt::format("{} coefficients, {}", result.full.parameters, source);
  write_file(output, io::to_text(io::write_value(calibration)));

  result.validation.method = fmt::format(
      "{} coefficients fitted; {} fits, each without one family of rows, which they "
      "then forecast.",
      result.full.parameters, result.groups);
  const nlohmann::ordered_json document = step_fit_json(calibration, prior.name, result);
  if (arguments.has("json")) {
    fmt::print("{}\n", document.dump(2));
  } else {
    print_text(report::validation_text(result.validation, report::style_of_stdout()));
  }
  write_page(arguments, [&] {
    return pages::step_fit_page(calibration.name, runs, result.validation, document);
  });
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
