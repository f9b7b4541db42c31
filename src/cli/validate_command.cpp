#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <map>

#include "src/catalog/families.h"
#include "src/cli/command.h"
#include "src/cli/explain_row.h"
#include "src/cli/fitting.h"
#include "src/cli/page_file.h"
#include "src/cli/print_text.h"
#include "src/cli/usage_error.h"
#include "src/cli/validate_measurements.h"
#include "src/cli/watched_work.h"
#include "src/pages/validate_page.h"
#include "src/plan/infeasible.h"
#include "src/plan/plan.h"
#include "src/report/admission_report.h"
#include "src/report/expectation_report.h"
#include "src/report/plan_json.h"
#include "src/report/rank_report.h"
#include "src/report/validation_report.h"
#include "src/scenario/read_scenario.h"
#include "src/validate/admission_cases.h"
#include "src/validate/checkpoint_times.h"
#include "src/validate/expectations.h"
#include "src/validate/file_kind.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()(
      "file", po::value<std::vector<std::string>>()->value_name("FILE"),
      "published runs (JSON arrays of measured steps), layouts that failed, scenarios that expect "
      "outcomes, measurements documents, times of checkpoints, or admission cases")(
      "calibration", text("NAME"), "coefficients to forecast with; default: reference")(
      "leave-out", text("GROUP"),
      "family | origin: refit the coefficients without each row's group, from --prior")(
      "explain", text("ID"), "print one row of published runs in full")(
      "search", "rank published layouts that their authors tuned among all that could run")(
      "prior", text("NAME"), "calibration that such fits start from; default: prior")(
      "json", "print one JSON document, in SI units")("html", text("FILE"), kHtmlHelp)(
      "threads", text("N"), "threads; default: one per processor. Does not change the result")(
      "models", text("DIR"), "folder of the models");
  positional.add("file", -1);
}

using Files = std::vector<std::string>;

std::vector<validate::PublishedRun> read_runs(const Files& files, catalog::Catalogue& catalogue) {
  std::vector<validate::PublishedRun> runs;
  for (const std::string& file : files) {
    for (validate::PublishedRun& run : validate::read_published_runs(file, catalogue)) {
      runs.push_back(std::move(run));
    }
  }
  return runs;
}

ExitCode rank_layouts(const Arguments& arguments, const Files& files, WatchedWork& work) {
  if (files.empty()) throw UsageError("validate: --search needs a file of published runs");
  if (arguments.has("leave-out")) {
    throw UsageError("validate: --search forecasts with one calibration, not with --leave-out");
  }
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  const std::vector<validate::PublishedRun> runs = read_runs(files, catalogue);
  const auto calibration =
      catalogue.load<Calibration>(arguments.text("calibration").value_or("reference"));
  work.line().begin("runs", std::ssize(runs));
  const auto ranks = validate::rank_layouts(runs, calibration, run::unstoppable(work.parallel()));
  work.ended();
  if (arguments.has("json")) {
    fmt::print("{}\n", report::rank_json(ranks).dump(2));
  } else {
    print_text(report::rank_text(ranks, report::style_of_stdout()));
  }
  write_page(arguments, [&] { return pages::validate_page(files, {}, report::rank_json(ranks)); });
  return ExitCode::kOk;
}

LeaveOut leave_out_of(const std::string& text) {
  if (text == "family") return LeaveOut::kFamily;
  if (text == "origin") return LeaveOut::kOrigin;
  throw UsageError(
      fmt::format("validate: --leave-out takes 'family' or 'origin', found '{}'", text));
}

/// The runs, and what came of them.
struct ValidatedRuns {
  std::vector<validate::PublishedRun> runs;
  validate::StepValidation validation;
};

ValidatedRuns validate_runs(const Arguments& arguments, const Files& files, WatchedWork& work) {
  run::ParallelOptions parallel = work.parallel();
  parallel.ranks = nullptr;
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  std::vector<validate::PublishedRun> runs = read_runs(files, catalogue);
  if (const auto group = arguments.text("leave-out")) {
    const LeaveOut leave_out = leave_out_of(*group);
    const auto prior = catalogue.load<Calibration>(arguments.text("prior").value_or("prior"));
    CrossValidation result = cross_validate(runs, prior, leave_out, "", parallel);
    result.validation.method = fmt::format(
        "Coefficients fitted {} times, each without one {} of rows, which they then forecast.",
        result.groups, *group);
    return {std::move(runs), std::move(result.validation)};
  }
  const auto calibration =
      catalogue.load<Calibration>(arguments.text("calibration").value_or("reference"));
  validate::StepValidation validation = validate::validate_steps(
      runs, [&](std::size_t) -> const Calibration& { return calibration; }, parallel);
  runs.resize(validation.rows.size());
  validation.method = fmt::format(
      "Coefficients of calibration '{}'. For rows that it was fitted on, --leave-out family shows "
      "the honest error.",
      calibration.name);
  return {std::move(runs), std::move(validation)};
}

/// Forecasts a scenario as `plan` does and holds what it expects against the result.
std::vector<validate::ExpectationRow> validate_scenario(const std::string& file,
                                                        catalog::Catalogue& catalogue,
                                                        const run::ParallelOptions& parallel) {
  const scenario::Scenario scenario = scenario::read_scenario(file, catalogue);
  if (scenario.expect.empty()) {
    fmt::print(stderr, "sextant: {} expects nothing\n", file);
    return {};
  }
  try {
    const plan::PlanResult result = plan::make_plan(scenario, parallel);
    return validate::check_expectations(scenario, report::plan_json(result));
  } catch (const plan::InfeasiblePlan& infeasible) {
    return validate::failed_expectations(scenario,
                                         "infeasible: " + infeasible.obstacles().front().reason);
  }
}

std::vector<validate::ExpectationRow> validate_scenarios(const Arguments& arguments,
                                                         const Files& files, WatchedWork& work) {
  const run::ParallelOptions outer = work.parallel();
  const run::ParallelOptions parallel{.threads = outer.threads, .ranks = outer.ranks};
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  work.line().begin("scenarios", std::ssize(files));
  std::vector<validate::ExpectationRow> rows;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (outer.stopped && outer.stopped(static_cast<std::int64_t>(i))) {
      fmt::print(stderr, "sextant: {} of {} scenarios were validated\n", i, files.size());
      return rows;
    }
    for (validate::ExpectationRow& row : validate_scenario(files[i], catalogue, parallel)) {
      rows.push_back(std::move(row));
    }
    outer.progress(static_cast<std::int64_t>(i) + 1);
  }
  return rows;
}

std::vector<validate::ExpectationRow> validate_checkpoints(const Arguments& arguments,
                                                           const Files& files) {
  if (files.empty()) return {};
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  std::vector<validate::ExpectationRow> rows;
  for (const std::string& file : files) {
    const auto published = validate::read_checkpoint_times(file, catalogue);
    for (validate::ExpectationRow& row : validate::validate_checkpoint_times(published)) {
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

CollectiveValidation validate_collectives(const Arguments& arguments, const Files& files) {
  if (files.empty()) return {};
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  const auto calibration =
      catalogue.load<Calibration>(arguments.text("calibration").value_or("reference"));
  return validate_measurements(files, calibration, catalogue);
}

validate::FailedLayoutValidation validate_failures(const Arguments& arguments, const Files& files) {
  if (files.empty()) return {};
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  std::vector<validate::FailedLayout> layouts;
  for (const std::string& file : files) {
    for (validate::FailedLayout& layout : validate::read_failed_layouts(file, catalogue)) {
      layouts.push_back(std::move(layout));
    }
  }
  return validate::validate_failed_layouts(layouts);
}

/// What the files say, by kind.
struct Outcome {
  std::optional<ValidatedRuns> steps;
  validate::FailedLayoutValidation failures;
  std::vector<validate::ExpectationRow> expectations;
  CollectiveValidation collectives;
  validate::AdmissionValidation admission;
};

/// One document for all files: the rows of measured steps, then those of the other kinds.
nlohmann::ordered_json document_of(const Outcome& outcome) {
  nlohmann::ordered_json document;
  if (outcome.steps) {
    document = report::validation_json(outcome.steps->validation);
  } else {
    document = {{"schema", "sextant.validate/1"}, {"rows", nlohmann::ordered_json::array()}};
  }
  nlohmann::ordered_json failures = report::failed_layouts_json(outcome.failures);
  for (auto& set : failures["sets"]) document["sets"].push_back(std::move(set));
  for (auto& row : failures["rows"]) document["rows"].push_back(std::move(row));
  for (auto& row : report::expectation_json(outcome.expectations)) document["rows"].push_back(row);
  if (!outcome.expectations.empty()) {
    document["expectations"] = report::expectation_counts_json(outcome.expectations);
  }
  for (auto& set : collective_validation_json(outcome.collectives.sets))
    document["sets"].push_back(set);
  if (!outcome.admission.sets.empty()) {
    nlohmann::ordered_json admission = report::admission_json(outcome.admission);
    for (auto& set : admission["sets"]) document["sets"].push_back(std::move(set));
    document["failures"] = std::move(admission["failures"]);
  }
  return document;
}

std::string text_of(const Outcome& outcome) {
  const report::TextStyle style = report::style_of_stdout();
  std::vector<std::string> parts;
  if (outcome.steps) parts.push_back(report::validation_text(outcome.steps->validation, style));
  if (!outcome.failures.rows.empty()) {
    parts.push_back(report::failed_layouts_text(outcome.failures, style));
  }
  if (!outcome.expectations.empty()) {
    parts.push_back(report::expectation_text(outcome.expectations, style));
  }
  if (!outcome.collectives.sets.empty()) {
    parts.push_back(collective_validation_text(outcome.collectives.sets, style));
  }
  if (!outcome.admission.sets.empty()) {
    parts.push_back(report::admission_text(outcome.admission, style));
  }
  return fmt::format("{}", fmt::join(parts, "\n"));
}

pages::PageDocument page_of(const Arguments& arguments, const Outcome& outcome) {
  pages::ValidationPictures pictures{
      .runs = {}, .steps = nullptr, .collectives = outcome.collectives.points};
  if (outcome.steps) {
    pictures.runs = outcome.steps->runs;
    pictures.steps = &outcome.steps->validation;
  }
  return pages::validate_page(arguments.texts("file"), pictures, document_of(outcome));
}

ExitCode run(const Arguments& arguments, const run::Ranks& ranks) {
  std::map<validate::FileKind, Files> files;
  for (const std::string& file : arguments.texts("file")) {
    files[validate::file_kind(file)].push_back(file);
  }
  if (files.empty()) throw UsageError("validate: which files? usage: sextant validate FILE…");
  if (const auto id = arguments.text("explain")) {
    if (arguments.has("html")) throw UsageError("validate: --explain prints one row, no page");
    return explain_row(arguments, files[validate::FileKind::kPublishedRuns], *id);
  }
  WatchedWork work(arguments, ranks);
  if (arguments.has("search")) {
    return rank_layouts(arguments, files[validate::FileKind::kPublishedRuns], work);
  }
  Outcome outcome;
  const Files& runs = files[validate::FileKind::kPublishedRuns];
  if (!runs.empty()) outcome.steps = validate_runs(arguments, runs, work);
  outcome.failures = validate_failures(arguments, files[validate::FileKind::kFailedLayouts]);
  outcome.expectations = validate_scenarios(arguments, files[validate::FileKind::kScenario], work);
  const Files& checkpoints = files[validate::FileKind::kCheckpointTimes];
  for (validate::ExpectationRow& row : validate_checkpoints(arguments, checkpoints)) {
    outcome.expectations.push_back(std::move(row));
  }
  outcome.collectives = validate_collectives(arguments, files[validate::FileKind::kMeasurements]);
  outcome.admission = validate::validate_admission(files[validate::FileKind::kAdmissionCases]);
  work.ended();
  if (arguments.has("json")) {
    fmt::print("{}\n", document_of(outcome).dump(2));
  } else {
    print_text(text_of(outcome));
  }
  write_page(arguments, [&] { return page_of(arguments, outcome); });
  const std::vector<validate::ExpectationRow>& rows = outcome.expectations;
  const bool all_hold = std::all_of(rows.begin(), rows.end(), [](auto& row) { return row.ok(); });
  return work.concluded(all_hold && outcome.admission.ok() ? ExitCode::kOk
                                                           : ExitCode::kExpectationFailed);
}

}  // namespace

const Command kValidateCommand{
    .name = "validate",
    .summary = "hold forecasts against published, measured runs and expected outcomes",
    .synopsis =
        "FILE… [--leave-out family|origin] [--explain ID] [--search] [--json] [--html FILE]",
    .example = "models/published_runs/published_runs.json",
    .declare = declare,
    .run = run,
    .shares_work = true};

}  // namespace sextant::cli
