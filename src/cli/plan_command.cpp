#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>

#include "src/cli/command.h"
#include "src/cli/progress_line.h"
#include "src/cli/usage_error.h"
#include "src/plan/explain.h"
#include "src/plan/infeasible.h"
#include "src/plan/plan.h"
#include "src/report/explain_report.h"
#include "src/report/plan_json.h"
#include "src/report/plan_text.h"
#include "src/scenario/read_scenario.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()("scenario", text("FILE"), "scenario file")(
      "json", "print one JSON document, in SI units")(
      "explain", "say what the step's time is, and which changes would save most")(
      "replicas", text("N"), "simulated runs; default: the scenario's (1000)")(
      "seed", text("N"), "seed of all random numbers; default: the scenario's (1)")(
      "threads", text("N"), "threads; default: one per processor. Does not change the result")(
      "models", text("DIR"), "folder of the models");
  positional.add("scenario", 1);
}

constexpr std::int64_t kMaxReplicas = 1'000'000;
constexpr std::int64_t kMaxSeed = 1LL << 53;  // what a JSON number holds
constexpr std::int64_t kMaxThreads = 4096;

scenario::Scenario read(const Arguments& arguments, catalog::Catalogue& catalogue) {
  const auto file = arguments.text("scenario");
  if (!file) throw UsageError("plan: which scenario? usage: sextant plan SCENARIO [options]");
  scenario::SimulationPlan asked;
  const auto replicas = arguments.count("replicas", 1, kMaxReplicas);
  const auto seed = arguments.count("seed", 0, kMaxSeed);
  std::string warnings;
  scenario::Scenario scenario = scenario::read_scenario(*file, catalogue, &warnings);
  fmt::print(stderr, "{}", warnings);
  if (replicas) scenario.simulation.replicas = *replicas;
  if (seed) scenario.simulation.seed = static_cast<std::uint64_t>(*seed);
  return scenario;
}

plan::PlanResult make(const Arguments& arguments, const run::Ranks& ranks) {
  const auto threads = arguments.count("threads", 1, kMaxThreads);
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  const scenario::Scenario scenario = read(arguments, catalogue);
  ProgressLine progress("replicas", scenario.simulation.replicas);
  plan::PlanResult result =
      plan::make_plan(scenario, {.threads = static_cast<int>(threads.value_or(0)),
                                 .progress = [&](std::int64_t done) { progress.update(done); },
                                 .ranks = &ranks});
  result.files = catalogue.used_files();
  return result;
}

void print_json(const plan::PlanResult& result,
                const std::optional<plan::StepExplanation>& explanation) {
  nlohmann::ordered_json document = report::plan_json(result);
  if (explanation) document["explain"] = report::explain_json(result, *explanation);
  fmt::print("{}\n", document.dump(2));
}

void print_text(const plan::PlanResult& result,
                const std::optional<plan::StepExplanation>& explanation) {
  const report::TextStyle style = report::style_of_stdout();
  fmt::print("{}", report::plan_text(result, style));
  if (explanation) fmt::print("{}", report::explain_text(result, *explanation, style));
}

ExitCode run(const Arguments& arguments, const run::Ranks& ranks) {
  const bool json = arguments.has("json");
  try {
    const plan::PlanResult result = make(arguments, ranks);
    std::optional<plan::StepExplanation> explanation;
    if (arguments.has("explain")) explanation = plan::explain_plan(result);
    if (json) {
      print_json(result, explanation);
    } else {
      print_text(result, explanation);
    }
    return ExitCode::kOk;
  } catch (const plan::InfeasiblePlan& infeasible) {
    if (json) fmt::print("{}\n", report::infeasible_json(infeasible).dump(2));
    fmt::print(stderr, "sextant: {}", infeasible.what());
    return ExitCode::kInfeasible;
  }
}

}  // namespace

const Command kPlanCommand{
    .name = "plan",
    .summary = "forecast one training run: when done, cost, energy, CO2e, and what eats the time",
    .synopsis = "SCENARIO [options]",
    .example = "scenarios/llama3-405b-p5.json --replicas 200 --json",
    .declare = declare,
    .run = run,
    .shares_work = true};

}  // namespace sextant::cli
