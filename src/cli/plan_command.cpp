#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <optional>
#include <vector>

#include "src/cli/command.h"
#include "src/cli/page_file.h"
#include "src/cli/print_text.h"
#include "src/cli/scenario_file.h"
#include "src/cli/usage_error.h"
#include "src/cli/watched_work.h"
#include "src/pages/plan_page.h"
#include "src/plan/difference.h"
#include "src/plan/explain.h"
#include "src/plan/infeasible.h"
#include "src/plan/plan.h"
#include "src/plan/what_if.h"
#include "src/report/difference_report.h"
#include "src/report/explain_report.h"
#include "src/report/plan_json.h"
#include "src/report/plan_text.h"
#include "src/report/what_if_report.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()("scenario", text("FILE"), "scenario file")(
      "json", "print one JSON document, in SI units")("html", text("FILE"), kHtmlHelp)(
      "explain", "say what the step's time is, and which changes would save most")(
      "against", text("FILE"),
      "another scenario: how much more or less the first takes, with the same luck")(
      "replicas", text("N"), "simulated runs; default: the scenario's (1000)")(
      "network", text("TIER"),
      "replay (default): each transfer as if alone; flow: all of them share the scenario's fabric")(
      "placements", "with flow: the step by where the nodes are, and which accelerator a rank has")(
      "unfolded", "with flow: every data-parallel replica by itself, also where all do the same")(
      "flow-timeout", text("S"), "with flow: seconds that the engine may take for a step (600)")(
      "seed", text("N"), "seed of all random numbers; default: the scenario's (1)")(
      "threads", text("N"), "threads; default: one per processor. Does not change the result")(
      "models", text("DIR"), "folder of the models");
  positional.add("scenario", 1);
}

scenario::Scenario read(const Arguments& arguments, catalog::Catalogue& catalogue) {
  const auto file = arguments.text("scenario");
  if (!file) throw UsageError("plan: which scenario? usage: sextant plan SCENARIO [options]");
  const auto replicas = arguments.replicas();
  const auto seed = arguments.seed();
  scenario::Scenario scenario = read_scenario_file(*file, catalogue);
  if (replicas) {
    scenario.simulation.replicas = *replicas;
    scenario.simulation.max_replicas = std::max(scenario.simulation.max_replicas, *replicas);
  }
  if (seed) scenario.simulation.seed = *seed;
  return scenario;
}

/// The scenario by itself.
scenario::Scenario asked(const Arguments& arguments) {
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  return read(arguments, catalogue);
}

/// What was asked of the flow tier; absent: nothing.
std::optional<plan::FlowQuestion> flow_question(const Arguments& arguments,
                                                const run::Ranks& ranks) {
  const std::string tier = arguments.text("network").value_or("replay");
  if (tier == "replay") {
    for (const char* option : {"placements", "unfolded", "flow-timeout"}) {
      if (!arguments.has(option)) continue;
      throw UsageError(fmt::format("--{} needs --network flow", option));
    }
    return std::nullopt;
  }
  if (tier != "flow") {
    throw UsageError(fmt::format("--network: expected 'replay' or 'flow', found '{}'", tier));
  }
  plan::FlowQuestion question;
  question.placements = arguments.has("placements");
  question.unfolded = arguments.has("unfolded");
  question.ranks = &ranks;
  if (const auto seconds = arguments.count("flow-timeout", 1, 1'000'000)) {
    question.worker.timeout_s = static_cast<double>(*seconds);
  }
  return question;
}

plan::PlanResult make(scenario::Scenario scenario, catalog::Catalogue& catalogue,
                      const run::ParallelOptions& parallel,
                      std::optional<plan::FlowQuestion> flow) {
  if (flow && !scenario.network) {
    scenario.network = plan::assumed_network(scenario, catalogue);
    flow->fabric_assumed = true;
  }
  plan::PlanResult result = plan::make_plan(scenario, parallel, flow);
  result.files = catalogue.used_files();
  return result;
}

/// A plan and what was asked for besides.
struct Answer {
  plan::PlanResult result;
  std::optional<plan::StepExplanation> explanation;
  std::vector<plan::Worth> worths;        ///< with the explanation
  std::optional<plan::PlanResult> other;  ///< that it is held against
};

/// Absent where a signal ends the work before its first replica.
std::optional<plan::PlanResult> make_other(const scenario::Scenario& scenario,
                                           catalog::Catalogue& catalogue,
                                           const run::ParallelOptions& parallel,
                                           const std::optional<plan::FlowQuestion>& flow) {
  try {
    return make(scenario, catalogue, parallel, flow);
  } catch (const run::Interrupted&) {
    return std::nullopt;
  }
}

/// Says what the step's time is, and what would save most of it: where a signal ends that work, the
/// plan is known without.
void explain(Answer& answer, const run::ParallelOptions& parallel) {
  if (answer.result.forecast.interrupted_of) return;
  plan::StepExplanation explanation = plan::explain_plan(answer.result);
  try {
    answer.worths = plan::worth_of_what_ifs(answer.result, parallel);
    answer.explanation = std::move(explanation);
  } catch (const run::Interrupted&) {
  }
}

/// Both are read before either is simulated.
Answer make(const Arguments& arguments, WatchedWork& work, const run::Ranks& ranks) {
  const run::ParallelOptions parallel = work.parallel();
  const std::optional<plan::FlowQuestion> flow = flow_question(arguments, ranks);
  const std::filesystem::path models = catalog::find_models(arguments.text("models"));
  catalog::Catalogue catalogue(models), other_catalogue(models);
  const scenario::Scenario scenario = read(arguments, catalogue);
  std::optional<scenario::Scenario> other;
  if (const auto file = arguments.text("against"))
    other = read_scenario_file(*file, other_catalogue);

  Answer answer;
  answer.result = make(scenario, catalogue, parallel, flow);
  if (arguments.has("explain")) explain(answer, parallel);
  if (other && !work.interrupted()) {
    other->simulation = scenario.simulation;
    other->simulation.replicas = answer.result.forecast.replicas;
    other->simulation.tolerance.reset();
    answer.other = make_other(*other, other_catalogue, parallel, flow);
  }
  return answer;
}

nlohmann::ordered_json json_of(const Answer& answer) {
  nlohmann::ordered_json document = report::plan_json(answer.result);
  if (answer.explanation) {
    document["explain"] = report::explain_json(answer.result, *answer.explanation);
    document["what_ifs"] = report::what_if_json(answer.worths);
  }
  if (answer.other) {
    document["against"] = report::difference_json(
        *answer.other, plan::difference(answer.result.forecast, answer.other->forecast));
  }
  return document;
}

void print_answer(const Answer& answer) {
  const report::TextStyle style = report::style_of_stdout();
  print_text(report::plan_text(answer.result, style));
  if (answer.explanation) {
    print_text(report::explain_text(answer.result, *answer.explanation, style) +
               report::what_if_text(answer.worths, style));
  }
  if (answer.other) {
    print_text(report::difference_text(
        *answer.other, plan::difference(answer.result.forecast, answer.other->forecast), style));
  }
}

ExitCode run(const Arguments& arguments, const run::Ranks& ranks) {
  const bool json = arguments.has("json");
  try {
    WatchedWork work(arguments, ranks);
    const Answer answer = make(arguments, work, ranks);
    work.ended();
    if (json) {
      fmt::print("{}\n", json_of(answer).dump(2));
    } else {
      print_answer(answer);
    }
    write_page(arguments, [&] { return pages::plan_page(answer.result, json_of(answer)); });
    return work.concluded(ExitCode::kOk);
  } catch (const plan::InfeasiblePlan& infeasible) {
    const nlohmann::ordered_json document = report::infeasible_json(infeasible);
    if (json) fmt::print("{}\n", document.dump(2));
    fmt::print(stderr, "sextant: {}", infeasible.what());
    write_page(arguments, [&] { return pages::infeasible_page(asked(arguments), document); });
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
