#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <functional>
#include <iostream>
#include <optional>
#include <string>

#include "sextant/training/step_trace.h"
#include "src/cli/command.h"
#include "src/cli/usage_error.h"
#include "src/cli/write_file.h"
#include "src/govern/inputs.h"
#include "src/io/diagnostics.h"
#include "src/io/parse.h"
#include "src/plan/build_info.h"
#include "src/plan/infeasible.h"
#include "src/plan/named_phase.h"
#include "src/plan/phases.h"
#include "src/report/cluster_trace.h"
#include "src/report/human.h"
#include "src/report/trace_json.h"
#include "src/scenario/read_governance.h"
#include "src/scenario/read_scenario.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()("scenario", text("FILE"),
                        "scenario file: of a training run, or of a cluster that teams share")(
      "output", text("FILE"), "write there instead of to stdout")(
      "phase", text("NAME"), "of a training run: phase; default: the one that takes longest")(
      "models", text("DIR"), "folder of the models");
  positional.add("scenario", 1);
}

report::TraceNotes notes_on(const scenario::Scenario& scenario, const plan::PlannedPhase& phase) {
  const plan::PlannedBatch& batch = phase.main();
  report::TraceNotes notes{{"scenario", scenario.name}};
  if (!phase.plan.name.empty()) notes.emplace_back("phase", phase.plan.name);
  notes.emplace_back("model", batch.inputs.model.title);
  notes.emplace_back(
      "cluster", fmt::format("{} x {}", scenario.cluster.nodes, scenario.cluster.instance->name));
  notes.emplace_back("global_batch", fmt::format("{}", batch.inputs.global_batch));
  notes.emplace_back("step", report::human(batch.step.time));
  notes.emplace_back("calibration", scenario.calibration->name);
  notes.emplace_back("sextant", plan::build_info().version);
  return notes;
}

/// To the file, or to stdout where there is none; `writer` says what it wrote, for stderr.
void write(const std::optional<std::string>& file,
           const std::function<std::string(std::ostream&)>& writer) {
  if (!file) {
    static_cast<void>(writer(std::cout));
    std::cout.flush();
    return;
  }
  std::string what;
  write_file(*file, [&](std::ostream& out) { what = writer(out); });
  fmt::print(stderr, "{}: {}; ui.perfetto.dev and chrome://tracing open it\n", *file, what);
}

void trace_run(const Arguments& arguments, const scenario::Scenario& scenario) {
  const std::vector<plan::PlannedPhase> phases = plan::plan_phases(scenario);
  const plan::PlannedPhase& phase = plan::named_phase(phases, arguments.text("phase"));
  const StepTrace trace = trace_step(phase.main().inputs, *scenario.calibration);
  write(arguments.text("output"), [&](std::ostream& out) {
    report::write_trace(out, trace, notes_on(scenario, phase));
    return "a step of " + report::human(Seconds(trace.timeline.finish));
  });
}

report::TraceNotes notes_on(const scenario::GovernanceScenario& scenario,
                            const GovernanceInputs& inputs) {
  return {{"scenario", scenario.name},
          {"scheduler", std::string(enum_name(inputs.scheduler))},
          {"seed", fmt::format("{}", scenario.simulation.seed)},
          {"replica", "the first"},
          {"sextant", plan::build_info().version}};
}

void trace_cluster(const Arguments& arguments, const scenario::GovernanceScenario& scenario) {
  if (arguments.has("phase")) {
    throw UsageError("trace: --phase is of a training run, and this scenario is of a cluster");
  }
  const GovernanceInputs inputs = govern::inputs_of(scenario);
  write(arguments.text("output"), [&](std::ostream& out) {
    const ReplicaKey key{scenario.simulation.seed, 0};
    const report::ClusterTraceSize size = report::write_cluster_trace(
        out, inputs, *govern::jobs_of(scenario, key), key, notes_on(scenario, inputs));
    return fmt::format("{} jobs in {}, {} events", report::grouped(size.jobs),
                       report::human(Seconds(size.wall_time_s)), report::grouped(size.events));
  });
}

/// Once: a pipe cannot be read again.
std::string text_of(const std::string& file) {
  io::Diagnostics diagnostics;
  auto text = io::read_text_file(file, diagnostics);
  diagnostics.throw_if_errors();
  return *std::move(text);
}

/// Of any scenario: by its "schema".
bool is_of_cluster(const std::string& file, const std::string& text) {
  io::Diagnostics diagnostics;
  io::Document document(file, text, false);
  if (!io::parse(document, diagnostics)) return false;  // whoever reads it says what is wrong
  const io::Node& root = document.root;
  const io::Node* schema = root.get<io::Node::Object>() ? root.find("schema") : nullptr;
  const auto* name = schema ? schema->get<std::string>() : nullptr;
  return name != nullptr && *name == scenario::kGovernanceSchema;
}

ExitCode run(const Arguments& arguments, const run::Ranks& /*ranks*/) {
  const auto file = arguments.text("scenario");
  if (!file) throw UsageError("trace: which scenario? usage: sextant trace SCENARIO [options]");
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  const std::string text = text_of(*file);
  std::string warnings;
  try {
    if (is_of_cluster(*file, text)) {
      const auto scenario = scenario::read_governance_text(*file, text, catalogue, &warnings);
      fmt::print(stderr, "{}", warnings);
      trace_cluster(arguments, scenario);
    } else {
      const auto scenario = scenario::read_scenario_text(*file, text, catalogue, &warnings);
      fmt::print(stderr, "{}", warnings);
      trace_run(arguments, scenario);
    }
    return ExitCode::kOk;
  } catch (const plan::InfeasiblePlan& infeasible) {
    fmt::print(stderr, "sextant: {}", infeasible.what());
    return ExitCode::kInfeasible;
  }
}

}  // namespace

const Command kTraceCommand{
    .name = "trace",
    .summary = "write the timeline of a step, or of a shared cluster, for ui.perfetto.dev",
    .synopsis = "SCENARIO [--output FILE] [--phase NAME]",
    .example = "scenarios/llama3-405b-p5.json --output step.json",
    .declare = declare,
    .run = run};

}  // namespace sextant::cli
