#include <fmt/format.h>
#include <unistd.h>

#include <boost/program_options/value_semantic.hpp>
#include <chrono>
#include <optional>

#include "src/cli/command.h"
#include "src/cli/optimize_question.h"
#include "src/cli/page_file.h"
#include "src/cli/print_text.h"
#include "src/cli/progress_line.h"
#include "src/cli/scenario_file.h"
#include "src/cli/usage_error.h"
#include "src/cli/write_file.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/optimize/optimize.h"
#include "src/pages/optimize_page.h"
#include "src/plan/purchase.h"
#include "src/report/launch_settings.h"
#include "src/report/optimize_report.h"
#include "src/run/interrupt.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()("scenario", text("FILE"), "scenario file: the work, and what stays")(
      "minimize", text("WHAT"),
      "cost (default), time, energy or co2e; or a sum of what an hour, a MWh and a tonne are worth "
      "in USD: cost,time=2000,co2e=80")("deadline", text("TIME"), "done within: \"30 d\"")(
      "budget", text("USD"), "costs no more than: \"5 MUSD\"")(
      "probability", text("P"), "share of runs that keep deadline and budget; default 0.9")(
      "max-nodes", text("N"), "rented nodes, spares among them")(
      "quota", text("N"), "the same: what the account may rent")(
      "instance", text("A,B"), "instance types to choose from; default: the scenario's")(
      "nodes", text("LIST"), "nodes of the job: 128,256 or 64..1024; default: the scenario's")(
      "purchase", text("LIST"), "on_demand, spot, capacity_block, savings_plan, training_plan")(
      "region", text("A,B"), "regions to choose from")(
      "target", text("LIST"),
      "where checkpoints go: stores of the scenario, with faster tiers before them as in "
      "peer_memory+s3")("spares", text("LIST"), "spare nodes: 0,4,8; default: the best number")(
      "keep", text("LIST"), "layout, interval or spares as the scenario has them")(
      "write", text("FILE"), "write the best as a scenario that `sextant plan` reads")(
      "settings", text("FORMAT"),
      "print the launch settings of the best: megatron, nemo or hyperpod")(
      "json", "print one JSON document, in SI units")("html", text("FILE"), kHtmlHelp)(
      "replicas", text("N"), "simulated runs of the best; default: the scenario's (1000)")(
      "seed", text("N"), "seed of all random numbers; default: the scenario's (1)")(
      "threads", text("N"), "threads; default: one per processor. Does not change the result")(
      "models", text("DIR"), "folder of the models");
  positional.add("scenario", 1);
}

scenario::Scenario read(const Arguments& arguments, catalog::Catalogue& catalogue) {
  const auto file = arguments.text("scenario");
  if (!file)
    throw UsageError("optimize: which scenario? usage: sextant optimize SCENARIO [options]");
  const auto replicas = arguments.replicas();
  const auto seed = arguments.seed();
  scenario::Scenario scenario = read_scenario_file(*file, catalogue);
  if (replicas) scenario.simulation.replicas = *replicas;
  if (seed) scenario.simulation.seed = *seed;
  return scenario;
}

/// What can be known before anything is simulated.
void require_prices(const optimize::Question& question) {
  const scenario::Scenario& scenario = question.scenario;
  const bool priced = scenario.prices || scenario.purchase.price;
  const bool placed = scenario.cluster.region || !question.space.regions.empty();
  for (const optimize::Objective::Term& term : question.objective.terms) {
    const std::string_view name = enum_name(term.quantity);
    if (term.quantity == optimize::Quantity::kTime) continue;
    if (!placed) {
      throw UsageError(fmt::format("--minimize {}: the scenario says no region", name));
    }
    if (term.quantity == optimize::Quantity::kCost && !priced) {
      throw UsageError("--minimize cost: the scenario names no price list");
    }
  }
  if (question.limits.budget && !(priced && placed)) {
    throw UsageError("--budget: the scenario names no price list, or no region");
  }
}

/// Says on a terminal what is the best so far, and how much was tried.
class Watcher {
 public:
  explicit Watcher(const optimize::Objective& objective)
      : objective_(objective),
        terminal_(isatty(STDERR_FILENO) != 0 && !run::launched_processes()) {}

  void tried(std::int64_t count) { line_.update(count); }
  void improved(const optimize::Candidate& candidate) {
    if (!terminal_) return;
    const std::chrono::duration<double> elapsed = Clock::now() - started_;
    line_.print(fmt::format("{:6.1f} s  {}", elapsed.count(),
                            report::candidate_line(objective_, candidate)));
  }

 private:
  using Clock = std::chrono::steady_clock;

  const optimize::Objective& objective_;
  bool terminal_;
  Clock::time_point started_ = Clock::now();
  ProgressLine line_{"choices tried", 0};
};

std::optional<report::SettingsFormat> settings_format(const Arguments& arguments) {
  const auto text = arguments.text("settings");
  if (!text) return std::nullopt;
  for (const auto& [format, name] : EnumNames<report::SettingsFormat>::table) {
    if (*text == name) return format;
  }
  throw UsageError(
      fmt::format("--settings: found '{}', expected megatron, nemo or hyperpod", *text));
}

optimize::Answer make(const Arguments& arguments, const run::Ranks& ranks) {
  const int threads = arguments.threads();
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  const optimize::Question question = read_question(arguments, read(arguments, catalogue));
  require_prices(question);
  const run::Interrupt interrupt;
  Watcher watcher(question.objective);
  return optimize::optimize(
      question, catalogue,
      {.parallel = {.threads = threads,
                    .progress = [&](std::int64_t count) { watcher.tried(count); },
                    .ranks = &ranks},
       .stopped = [&] { return interrupt.requested(); },
       .improved = [&](const optimize::Candidate& best) { watcher.improved(best); },
       .sample = arguments.has("html") ? pages::kLayoutsDrawn : 0});
}

/// Of the best, in the words of what launches it.
std::optional<std::string> settings_of(const optimize::Answer& answer,
                                       const std::optional<report::SettingsFormat>& format) {
  if (!format || answer.best.empty()) return std::nullopt;
  return report::launch_settings(answer.best.front().candidate.plan.scenario, *format);
}

void print(const optimize::Answer& answer, const std::optional<std::string>& settings, bool json) {
  if (json) {
    nlohmann::ordered_json document = report::optimize_json(answer);
    if (settings) document["settings"] = *settings;
    fmt::print("{}\n", document.dump(2));
    return;
  }
  print_text(report::optimize_text(answer, report::style_of_stdout()));
  if (settings) fmt::print("\n{}", *settings);
}

ExitCode run(const Arguments& arguments, const run::Ranks& ranks) {
  const auto format = settings_format(arguments);
  const optimize::Answer answer = make(arguments, ranks);
  print(answer, settings_of(answer, format), arguments.has("json"));
  if (ranks.rank() == 0) {
    write_page(arguments,
               [&] { return pages::optimize_page(answer, report::optimize_json(answer)); });
  }
  if (answer.best.empty()) {
    fmt::print(stderr, "sextant: {}\n", report::why_infeasible(answer));
    return ExitCode::kInfeasible;
  }
  if (const auto file = arguments.text("write"); file && ranks.rank() == 0) {
    write_file(*file, io::to_text(io::write_value(answer.best.front().candidate.plan.scenario)));
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kOptimizeCommand{
    .name = "optimize",
    .summary = "choose what to rent and how to train on it: least cost, time, energy or CO2e",
    .synopsis = "SCENARIO [options]",
    .example =
        "scenarios/llama3-70b-256xp5.json --minimize cost --deadline \"40 d\" --nodes 64..256",
    .declare = declare,
    .run = run,
    .shares_work = true};

}  // namespace sextant::cli
