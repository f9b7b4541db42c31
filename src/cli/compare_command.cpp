#include "src/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/string/split.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <optional>
#include <set>
#include <vector>

#include "src/cli/command.h"
#include "src/cli/page_file.h"
#include "src/cli/print_text.h"
#include "src/cli/scenario_file.h"
#include "src/cli/usage_error.h"
#include "src/cli/watched_work.h"
#include "src/compare/candidates.h"
#include "src/pages/compare_page.h"
#include "src/report/compare_report.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()("scenario", po::value<std::vector<std::string>>()->value_name("FILE"),
                        "scenario files; or one, with --instance or --nodes")(
      "instance", text("A,B,…"), "put the scenario on each of these instances")(
      "nodes", text("N,M,…"),
      "so many nodes of each instance, or one number for all; default: the scenario's")(
      "same", text("WHAT"),
      "accelerators: as many nodes of each instance as have the scenario's accelerators")(
      "keep-layout", "with --instance, --nodes: the scenario's layout; default: the best one")(
      "best-layout", "with several scenarios: the best layout of each; default: its own")(
      "baseline", text("NAME"), "the run that the others are held against; default: the first")(
      "json", "print one JSON document, in SI units")("html", text("FILE"), kHtmlHelp)(
      "replicas", text("N"), "simulated runs of each; default: the most that a scenario has")(
      "seed", text("N"), "seed of all random numbers; default: the smallest of the scenarios'")(
      "threads", text("N"), "threads; default: one per processor. Does not change the result")(
      "models", text("DIR"), "folder of the models");
  positional.add("scenario", -1);
}

constexpr std::int64_t kMaxReplicas = 1'000'000;
constexpr std::int64_t kMaxSeed = 1LL << 53;  // what a JSON number holds
constexpr std::int64_t kMaxThreads = 4096;
constexpr std::int64_t kMaxNodes = 1'000'000;

/// "a,b" as its parts; none of them is empty.
std::vector<std::string> list(const Arguments& arguments, const char* option) {
  const auto text = arguments.text(option);
  if (!text) return {};
  std::vector<std::string> parts;
  boost::split(parts, *text, [](char c) { return c == ','; });
  if (std::find(parts.begin(), parts.end(), "") != parts.end()) {
    throw UsageError(
        fmt::format("--{}: found \"{}\", expected a list such as a,b,c", option, *text));
  }
  return parts;
}

std::vector<int> numbers(const Arguments& arguments, const char* option) {
  std::vector<int> all;
  for (const std::string& text : list(arguments, option)) {
    int number = 0;
    for (const char c : text) {
      const bool fits = c >= '0' && c <= '9' && number <= kMaxNodes;
      if (!fits) {
        number = 0;
        break;
      }
      number = 10 * number + (c - '0');
    }
    if (number < 1 || number > kMaxNodes) {
      throw UsageError(fmt::format("--{}: found \"{}\", expected whole numbers of 1 .. {}", option,
                                   text, kMaxNodes));
    }
    all.push_back(number);
  }
  return all;
}

/// What one scenario is put on; absent where several are compared.
std::optional<compare::HardwareChoices> hardware(const Arguments& arguments) {
  compare::HardwareChoices choices{.instances = list(arguments, "instance"),
                                   .nodes = numbers(arguments, "nodes"),
                                   .same_accelerators = arguments.has("same"),
                                   .keep_layout = arguments.has("keep-layout")};
  const auto same = arguments.text("same");
  if (same && *same != "accelerators") {
    throw UsageError(fmt::format("--same: found \"{}\", expected accelerators", *same));
  }
  if (choices.instances.empty() && choices.nodes.empty()) {
    for (const char* option : {"same", "keep-layout"}) {
      if (arguments.has(option)) {
        throw UsageError(fmt::format("compare: --{} needs --instance besides", option));
      }
    }
    return std::nullopt;
  }
  if (same && !choices.nodes.empty()) {
    throw UsageError("compare: found --same and --nodes, expected one of them");
  }
  if (choices.nodes.size() > 1 && choices.instances.size() > 1 &&
      choices.nodes.size() != choices.instances.size()) {
    throw UsageError(
        fmt::format("--nodes: found {} numbers, expected one, or one for each of {} "
                    "instances",
                    choices.nodes.size(), choices.instances.size()));
  }
  return choices;
}

std::vector<std::string> files_of(const Arguments& arguments, bool on_hardware) {
  const std::vector<std::string> files = arguments.texts("scenario");
  if (files.empty()) {
    throw UsageError("compare: which scenarios? usage: sextant compare SCENARIO… [options]");
  }
  if (on_hardware && files.size() > 1) {
    throw UsageError("compare: --instance and --nodes are of one scenario, found several");
  }
  if (!on_hardware && files.size() == 1) {
    throw UsageError("compare: with what? give another scenario, or --instance A,B,…");
  }
  return files;
}

/// A scenario that is given twice, or another one of the same name, is told apart by its file.
std::string label_of(const std::string& name, const std::string& file,
                     const std::vector<compare::Candidate>& before) {
  const auto taken = [&](const std::string& label) {
    return std::any_of(before.begin(), before.end(),
                       [&](const auto& candidate) { return candidate.label == label; });
  };
  if (!taken(name)) return name;
  std::string label = file;
  for (int i = 2; taken(label); ++i) label = fmt::format("{} ({})", file, i);
  return label;
}

/// A scenario and the catalogue that knows its files.
struct Input {
  Input(const std::string& file, const Arguments& arguments)
      : catalogue(catalog::find_models(arguments.text("models"))) {
    scenario = read_scenario_file(file, catalogue);
  }

  catalog::Catalogue catalogue;
  scenario::Scenario scenario;
};

std::vector<compare::Candidate> candidates_of(const Arguments& arguments) {
  const auto choices = hardware(arguments);
  const std::vector<std::string> files = files_of(arguments, choices.has_value());
  if (choices) {
    Input input(files.front(), arguments);
    auto candidates = compare::on_hardware(input.scenario, *choices, input.catalogue);
    for (auto& candidate : candidates) candidate.files = input.catalogue.used_files();
    return candidates;
  }
  std::vector<compare::Candidate> candidates;
  for (const std::string& file : files) {
    Input input(file, arguments);
    compare::Candidate candidate;
    candidate.label = label_of(input.scenario.name, file, candidates);
    candidate.scenario = std::move(input.scenario);
    candidate.choose_layout = arguments.has("best-layout");
    candidate.files = input.catalogue.used_files();
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

std::size_t baseline_of(const Arguments& arguments,
                        const std::vector<compare::Candidate>& candidates) {
  const auto name = arguments.text("baseline");
  if (!name) return 0;
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].label == *name) return i;
    labels.push_back(candidates[i].label);
  }
  throw UsageError(
      fmt::format("--baseline: found \"{}\", expected one of {}", *name, fmt::join(labels, ", ")));
}

scenario::SimulationPlan simulation_of(const Arguments& arguments,
                                       const std::vector<compare::Candidate>& candidates) {
  scenario::SimulationPlan simulation = compare::common_simulation(candidates);
  if (const auto replicas = arguments.replicas()) {
    simulation.replicas = *replicas;
    simulation.max_replicas = std::max(simulation.max_replicas, *replicas);
  }
  if (const auto seed = arguments.seed()) simulation.seed = *seed;
  return simulation;
}

ExitCode run(const Arguments& arguments, const run::Ranks& ranks) {
  WatchedWork work(arguments, ranks);
  const auto candidates = candidates_of(arguments);
  const std::size_t baseline = baseline_of(arguments, candidates);
  const scenario::SimulationPlan simulation = simulation_of(arguments, candidates);
  const compare::Comparison comparison =
      compare::compare(candidates, baseline, simulation, work.parallel());
  work.ended();
  if (arguments.has("json")) {
    fmt::print("{}\n", report::compare_json(comparison).dump(2));
  } else {
    print_text(report::compare_text(comparison, report::style_of_stdout()));
  }
  if (ranks.rank() == 0) {
    write_page(arguments,
               [&] { return pages::compare_page(comparison, report::compare_json(comparison)); });
  }
  return work.concluded(comparison.baseline ? ExitCode::kOk : ExitCode::kInfeasible);
}

}  // namespace

const Command kCompareCommand{
    .name = "compare",
    .summary = "several scenarios side by side, or one on several instances, and what differs",
    .synopsis = "SCENARIO… [options]",
    .example = "scenarios/llama3-8b-2xp5.json --instance p5.48xlarge,p4de.24xlarge",
    .declare = declare,
    .run = run,
    .shares_work = true};

}  // namespace sextant::cli
