#include "src/cli/explain_row.h"

#include <fmt/format.h>

#include "src/catalog/families.h"
#include "src/cli/print_text.h"
#include "src/cli/usage_error.h"
#include "src/report/row_report.h"
#include "src/validate/explain_row.h"
#include "src/validate/step_validation.h"

namespace sextant::cli {
namespace {

constexpr std::size_t kNearestRows = 6;

struct Runs {
  std::vector<validate::PublishedRun> all;
  std::vector<std::string> files;  ///< that each is from
};

Runs read_runs(const std::vector<std::string>& files, catalog::Catalogue& catalogue) {
  Runs runs;
  for (const std::string& file : files) {
    for (validate::PublishedRun& run : validate::read_published_runs(file, catalogue)) {
      runs.all.push_back(std::move(run));
      runs.files.push_back(file);
    }
  }
  return runs;
}

}  // namespace

ExitCode explain_row(const Arguments& arguments, const std::vector<std::string>& files,
                     const std::string& id) {
  if (files.empty()) throw UsageError("validate: --explain needs a file of published runs");
  if (arguments.has("leave-out")) {
    throw UsageError("validate: --explain forecasts with one calibration, not with --leave-out");
  }
  const int threads = arguments.threads();
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  const Runs runs = read_runs(files, catalogue);
  const std::size_t index = validate::find_row(runs.all, id);
  const auto calibration =
      catalogue.load<Calibration>(arguments.text("calibration").value_or("reference"));
  const validate::StepValidation validation = validate::validate_steps(
      runs.all, [&](std::size_t) -> const Calibration& { return calibration; },
      {.threads = threads});

  report::RowExplanation explanation{.run = runs.all[index],
                                     .row = validation.rows[index],
                                     .calibration = calibration.name,
                                     .source = validate::read_source_row(runs.files[index], id),
                                     .effects = {},
                                     .nearest = {}};
  if (explanation.row.refused.empty()) {
    explanation.effects = validate::coefficient_effects(explanation.run.inputs, calibration);
  }
  for (const validate::NearRow& near : validate::nearest_rows(runs.all, index, kNearestRows)) {
    explanation.nearest.push_back({validation.rows[near.row], near.differs});
  }
  if (arguments.has("json")) {
    fmt::print("{}\n", report::row_explanation_json(explanation).dump(2));
  } else {
    print_text(report::row_text(explanation, report::style_of_stdout()));
  }
  return ExitCode::kOk;
}

}  // namespace sextant::cli
