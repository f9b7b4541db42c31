#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <iostream>
#include <optional>
#include <vector>

#include "src/cli/command.h"
#include "src/cli/page_file.h"
#include "src/cli/print_text.h"
#include "src/cli/usage_error.h"
#include "src/cli/watched_work.h"
#include "src/govern/compare.h"
#include "src/govern/explain_job.h"
#include "src/govern/govern.h"
#include "src/govern/network.h"
#include "src/io/diagnostics.h"
#include "src/io/dimension.h"
#include "src/io/quantity_text.h"
#include "src/pages/govern_page.h"
#include "src/pages/govern_pictures.h"
#include "src/plan/infeasible.h"
#include "src/report/govern_json.h"
#include "src/report/govern_network.h"
#include "src/report/govern_text.h"
#include "src/report/job_rows.h"
#include "src/report/plan_json.h"
#include "src/scenario/read_governance.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()(
      "scenario", po::value<std::vector<std::string>>()->value_name("FILE"),
      "governance scenario; a second one is compared with it on the same arrivals")(
      "explain", text("JOB"), "say why a job waited, in each interval, and who evicted it and why")(
      "jobs",
      "what became of every job: comma-separated values instead of the report, or rows of the JSON "
      "document")("network", text("TIER"),
                  "flow: what training jobs that run at the same time cost each other on the "
                  "\"network\" of their flavor; by itself, each, and all together, in SimGrid")(
      "window", text("FROM..TO"),
      "with --network flow: the part of the simulated time that is looked at, at 16 moments, such "
      "as \"2 d..3 d\", or one moment, \"2 d\"; default: all of it")(
      "flow-timeout", text("S"),
      "with --network flow: seconds that the engine may take at once (600)")(
      "placements",
      "with --network flow: what it would cost if a policy had placed the jobs: contiguous, by "
      "topology, scattered")("json", "print one JSON document, in SI units")(
      "html", text("FILE"), kHtmlHelp)("replicas", text("N"),
                                       "simulated repetitions; default: the scenario's (1)")(
      "seed", text("N"), "seed of all random numbers; default: the scenario's (1)")(
      "threads", text("N"), "threads; default: one per processor. Does not change the result")(
      "models", text("DIR"), "folder of the models");
  positional.add("scenario", 2);
}

std::vector<std::string> files_of(const Arguments& arguments) {
  const std::vector<std::string> files = arguments.texts("scenario");
  if (files.empty()) {
    throw UsageError("govern: which scenario? usage: sextant govern SCENARIO [SCENARIO] [options]");
  }
  for (const char* option : {"explain", "jobs"}) {
    if (files.size() > 1 && arguments.has(option)) {
      throw UsageError(fmt::format("govern: --{} is of one scenario, found two", option));
    }
  }
  if (arguments.has("explain") && arguments.has("jobs")) {
    throw UsageError("govern: --explain tells of one job, and --jobs of all: give one of them");
  }
  return files;
}

/// Whether the flow tier is asked for; by itself, for it has an answer of its own.
bool asks_for_flow(const Arguments& arguments) {
  const auto tier = arguments.text("network");
  if (tier && *tier != "flow" && *tier != "replay") {
    throw UsageError(fmt::format("govern: --network: found {}, expected replay or flow", *tier));
  }
  const bool flow = tier && *tier == "flow";
  for (const char* option : {"window", "placements", "flow-timeout"}) {
    if (!flow && arguments.has(option)) {
      throw UsageError(fmt::format("govern: --{} needs --network flow", option));
    }
  }
  for (const char* option : {"explain", "jobs", "replicas"}) {
    if (flow && arguments.has(option)) {
      throw UsageError(fmt::format(
          "govern: --network flow shows the first replica's network, without --{}", option));
    }
  }
  if (flow && arguments.texts("scenario").size() > 1) {
    throw UsageError("govern: --network flow is of one scenario, found two");
  }
  return flow;
}

Seconds moment_of(const std::string& text, const std::string& all) {
  const std::size_t first = text.find_first_not_of(' ');
  const std::size_t last = text.find_last_not_of(' ');
  const std::string trimmed =
      first == std::string::npos ? "" : text.substr(first, last - first + 1);
  const io::ParsedNumber number = io::parse_quantity(trimmed, io::kDimensionOf<Seconds>);
  if (!number.value || *number.value < 0) {
    throw UsageError(fmt::format(
        "govern: --window: found \"{}\", expected a moment such as \"2 d\" or an interval such as "
        "\"2 d..3 d\"",
        all));
  }
  return Seconds(*number.value);
}

std::optional<govern::TimeWindow> window_of(const Arguments& arguments) {
  const auto text = arguments.text("window");
  if (!text) return std::nullopt;
  const std::size_t dots = text->find("..");
  govern::TimeWindow window{moment_of(text->substr(0, dots), *text), std::nullopt};
  if (dots == std::string::npos) return window;
  window.to = moment_of(text->substr(dots + 2), *text);
  if (*window.to <= window.from) {
    throw UsageError(
        fmt::format("govern: --window: found \"{}\", which ends before it has begun", *text));
  }
  return window;
}

/// A scenario and the catalogue that knows its files.
struct Input {
  Input(const std::string& file, const Arguments& arguments)
      : catalogue(catalog::find_models(arguments.text("models"))) {
    std::string warnings;
    scenario = scenario::read_governance(file, catalogue, &warnings);
    fmt::print(stderr, "{}", warnings);
  }

  catalog::Catalogue catalogue;
  scenario::GovernanceScenario scenario;
};

/// Reads all before any is simulated. The second scenario meets the luck of the first.
std::vector<Input> read(const Arguments& arguments) {
  const auto replicas = arguments.replicas();
  const auto seed = arguments.seed();
  std::vector<Input> inputs;
  for (const std::string& file : files_of(arguments)) inputs.emplace_back(file, arguments);
  scenario::GovernanceSimulation& first = inputs.front().scenario.simulation;
  if (replicas) first.replicas = *replicas;
  if (seed) first.seed = *seed;
  for (Input& input : inputs) {
    input.scenario.simulation.replicas = first.replicas;
    input.scenario.simulation.seed = first.seed;
  }
  return inputs;
}

/// Where a page is asked for, it sees the first replica.
class Drawing {
 public:
  Drawing(const Arguments& arguments, WatchedWork& work)
      : wanted_(arguments.has("html") && work.parallel().ranks->rank() == 0) {}

  bool wanted() const { return wanted_; }

  govern::GovernOptions watched(govern::GovernOptions options) {
    if (wanted_) {
      options.observer = [this](const GovernanceInputs& inputs) -> GovernanceObserver& {
        return pictures_.observe(inputs);
      };
    }
    return options;
  }
  nlohmann::ordered_json json(const govern::GovernResult& result, const Input& input) const {
    return pictures_.json(result, input.scenario);
  }

 private:
  bool wanted_;
  pages::GovernPictures pictures_;
};

void write_page_of(const Arguments& arguments, const Input& input, const Drawing& drawing,
                   const govern::GovernResult& result) {
  if (!drawing.wanted()) return;
  write_page(arguments, [&] {
    return pages::govern_page(result, report::govern_json(result), drawing.json(result, input));
  });
}

govern::GovernResult simulate(const Input& input, const govern::GovernOptions& options) {
  govern::GovernResult result = govern::govern(input.scenario, options);
  result.files = input.catalogue.used_files();
  return result;
}

void print(const nlohmann::ordered_json& document) { fmt::print("{}\n", document.dump(2)); }

/// Jobs that can never be admitted do not spoil the answer for the others.
ExitCode conclude(const govern::GovernResult& result) {
  std::vector<plan::Obstacle> obstacles = govern::obstacles(result);
  if (obstacles.empty()) return ExitCode::kOk;
  fmt::print(stderr, "sextant: {}", plan::InfeasiblePlan(std::move(obstacles)).what());
  return ExitCode::kInfeasible;
}

/// The jobs of the first replica: written as they end, or gathered for the document.
ExitCode answer_with_jobs(const Input& input, const Arguments& arguments, WatchedWork& work) {
  const bool json = arguments.has("json");
  Drawing drawing(arguments, work);
  const run::ParallelOptions parallel = work.parallel();
  if (!json) {
    work.ended();  // the rows come while it works
    report::JobRows rows(std::cout, input.scenario);
    const auto on_job = [&](const JobRecord& job) { rows.add(job); };
    const govern::GovernResult result =
        simulate(input, drawing.watched({.parallel = parallel, .on_job = on_job}));
    write_page_of(arguments, input, drawing, result);
    return conclude(result);
  }
  auto rows = nlohmann::ordered_json::array();
  const auto on_job = [&](const JobRecord& job) {
    rows.push_back(report::job_json(job, input.scenario));
  };
  const govern::GovernResult result =
      simulate(input, drawing.watched({.parallel = parallel, .on_job = on_job}));
  work.ended();
  nlohmann::ordered_json document = report::govern_json(result);
  document["jobs"] = std::move(rows);
  print(document);
  write_page_of(arguments, input, drawing, result);
  return conclude(result);
}

ExitCode answer(const Input& input, const Arguments& arguments, WatchedWork& work) {
  const bool json = arguments.has("json");
  if (arguments.has("jobs")) return answer_with_jobs(input, arguments, work);
  Drawing drawing(arguments, work);
  const govern::GovernResult result =
      simulate(input, drawing.watched({.parallel = work.parallel()}));
  work.ended();
  if (json) {
    print(report::govern_json(result));
  } else {
    print_text(report::govern_text(result, report::style_of_stdout()));
  }
  write_page_of(arguments, input, drawing, result);
  return conclude(result);
}

ExitCode explain(const Input& input, const std::string& job, const Arguments& arguments,
                 WatchedWork& work) {
  const auto& [inputs, story] = govern::explain_job(input.scenario, job);
  work.ended();
  const nlohmann::ordered_json document = report::story_json(story, inputs);
  if (arguments.has("json")) {
    print(document);
  } else {
    print_text(report::story_text(story, inputs, report::style_of_stdout()));
  }
  write_page(arguments, [&] { return pages::govern_job_page(input.scenario.name, document); });
  return ExitCode::kOk;
}

/// Of the second policy nothing is known where a signal comes before its first replica.
ExitCode answer_first_alone(const govern::GovernResult& first, bool json) {
  if (json) {
    print(report::govern_json(first));
  } else {
    print_text(report::govern_text(first, report::style_of_stdout()));
  }
  return conclude(first);
}

ExitCode compare(const Input& first, const Input& second, const Arguments& arguments,
                 WatchedWork& work) {
  const bool json = arguments.has("json");
  Drawing first_drawing(arguments, work), second_drawing(arguments, work);
  govern::check_arrivals(first.scenario, second.scenario);
  const govern::GovernResult a =
      simulate(first, first_drawing.watched({.parallel = work.parallel()}));
  govern::GovernResult b;
  try {
    b = simulate(second, second_drawing.watched({.parallel = work.parallel()}));
  } catch (const run::Interrupted&) {
    work.ended();
    return answer_first_alone(a, json);
  }
  work.ended();
  const govern::Comparison comparison = govern::compare(a, b);
  if (json) {
    print(report::comparison_json(a, b, comparison));
  } else {
    print_text(report::comparison_text(a, b, comparison, report::style_of_stdout()));
  }
  if (first_drawing.wanted()) {
    write_page(arguments, [&] {
      return pages::govern_comparison_page(a, b, report::comparison_json(a, b, comparison),
                                           first_drawing.json(a, first),
                                           second_drawing.json(b, second));
    });
  }
  const ExitCode code = conclude(a);
  return code == ExitCode::kOk ? conclude(b) : code;
}

/// The flow engine runs on one machine: the first process does it all.
ExitCode answer_network(const Input& input, const Arguments& arguments, WatchedWork& work) {
  govern::NetworkQuestion question;
  question.window = window_of(arguments);
  question.placements = arguments.has("placements");
  question.parallel = work.parallel();
  question.parallel.ranks = nullptr;
  if (const auto seconds = arguments.count("flow-timeout", 1, 1'000'000)) {
    question.worker.timeout_s = static_cast<double>(*seconds);
  }
  govern::NetworkResult result = govern::forecast_network(input.scenario, question);
  work.ended();
  result.files = input.catalogue.used_files();
  if (arguments.has("json")) {
    print(report::network_json(result));
  } else {
    print_text(report::network_text(result, report::style_of_stdout()));
  }
  write_page(arguments,
             [&] { return pages::govern_network_page(result, report::network_json(result)); });
  return ExitCode::kOk;
}

ExitCode run(const Arguments& arguments, const run::Ranks& ranks) {
  const bool flow = asks_for_flow(arguments);
  if (flow && ranks.rank() > 0) return ExitCode::kOk;
  const bool json = arguments.has("json");
  WatchedWork work(arguments, ranks);
  const std::vector<Input> inputs = read(arguments);
  try {
    if (flow) return answer_network(inputs[0], arguments, work);
    if (inputs.size() > 1) return work.concluded(compare(inputs[0], inputs[1], arguments, work));
    if (const auto job = arguments.text("explain")) {
      return explain(inputs[0], *job, arguments, work);
    }
    return work.concluded(answer(inputs[0], arguments, work));
  } catch (const plan::InfeasiblePlan& infeasible) {
    if (json) print(report::infeasible_json(infeasible));
    fmt::print(stderr, "sextant: {}", infeasible.what());
    return ExitCode::kInfeasible;
  } catch (const govern::UnknownJob& unknown) {
    throw UsageError(fmt::format("govern: --explain: {}", unknown.what()));
  } catch (const govern::DifferentArrivals& different) {
    fmt::print(stderr, "sextant: {}\n", different.what());
    return ExitCode::kBadInput;
  }
}

}  // namespace

const Command kGovernCommand{
    .name = "govern",
    .summary = "many teams on one cluster: waits, utilisation, borrowing, preemptions, cost",
    .synopsis = "SCENARIO [SCENARIO] [options]",
    .example = "scenarios/governance/console.json",
    .declare = declare,
    .run = run,
    .shares_work = true};

}  // namespace sextant::cli
