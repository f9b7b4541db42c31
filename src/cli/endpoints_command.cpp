#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>

#include "src/cli/command.h"
#include "src/cli/page_file.h"
#include "src/cli/print_text.h"
#include "src/cli/usage_error.h"
#include "src/cli/watched_work.h"
#include "src/endpoints/endpoints.h"
#include "src/pages/endpoints_page.h"
#include "src/plan/infeasible.h"
#include "src/report/endpoints_report.h"
#include "src/scenario/read_endpoints.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()("scenario", text("FILE"), "endpoints scenario")(
      "json", "print one JSON document, in SI units")("html", text("FILE"), kHtmlHelp)(
      "seed", text("N"), "seed of all random numbers; default: the scenario's (1)")(
      "threads", text("N"), "threads; default: one per processor. Does not change the result")(
      "models", text("DIR"), "folder of the models");
  positional.add("scenario", 1);
}

/// One alternative that serves is an answer; none is not.
ExitCode conclude(const endpoints::EndpointsResult& result) {
  const auto meets = [](const endpoints::Answer& answer) { return answer.meets(); };
  if (std::any_of(result.answers.begin(), result.answers.end(), meets)) return ExitCode::kOk;
  std::vector<plan::Obstacle> obstacles;
  for (const endpoints::Answer& answer : result.answers) {
    obstacles.push_back({.reason = fmt::format("{} misses the target", answer.name),
                         .details = {answer.fleet->misses},
                         .remedies = {"a longer target", "smaller batches or fewer at a time",
                                      "a faster instance"}});
  }
  fmt::print(stderr, "sextant: {}", plan::InfeasiblePlan(std::move(obstacles)).what());
  return ExitCode::kInfeasible;
}

ExitCode run(const Arguments& arguments, const run::Ranks& ranks) {
  const auto file = arguments.text("scenario");
  if (!file) {
    throw UsageError("endpoints: which scenario? usage: sextant endpoints SCENARIO [options]");
  }
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  std::string warnings;
  scenario::EndpointsScenario scenario = scenario::read_endpoints(*file, catalogue, &warnings);
  fmt::print(stderr, "{}", warnings);
  if (const auto seed = arguments.seed()) scenario.simulation.seed = *seed;
  WatchedWork work(arguments, ranks);
  endpoints::EndpointsResult result = endpoints::serve(scenario, run::unstoppable(work.parallel()));
  work.ended();
  result.files = catalogue.used_files();
  if (arguments.has("json")) {
    fmt::print("{}\n", report::endpoints_json(result).dump(2));
  } else {
    print_text(report::endpoints_text(result, report::style_of_stdout()));
  }
  write_page(arguments,
             [&] { return pages::endpoints_page(result, report::endpoints_json(result)); });
  return conclude(result);
}

}  // namespace

const Command kEndpointsCommand{
    .name = "endpoints",
    .summary = "inference fleets: instances for a request rate and latency, cost and energy",
    .synopsis = "SCENARIO [options]",
    .example = "scenarios/endpoints/layoutlm.json",
    .declare = declare,
    .run = run};

}  // namespace sextant::cli
