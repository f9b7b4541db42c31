#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <iostream>

#include "sextant/training/step_trace.h"
#include "src/cli/command.h"
#include "src/cli/scenario_file.h"
#include "src/cli/usage_error.h"
#include "src/cli/write_file.h"
#include "src/plan/build_info.h"
#include "src/plan/infeasible.h"
#include "src/plan/named_phase.h"
#include "src/plan/phases.h"
#include "src/report/human.h"
#include "src/report/trace_json.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()("scenario", text("FILE"), "scenario file")(
      "output", text("FILE"), "write there instead of to stdout")(
      "phase", text("NAME"), "phase of the run; default: the one that takes longest")(
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

void write(const std::optional<std::string>& file, const StepTrace& trace,
           const report::TraceNotes& notes) {
  if (!file) {
    report::write_trace(std::cout, trace, notes);
    std::cout.flush();
    return;
  }
  write_file(*file, [&](std::ostream& out) { report::write_trace(out, trace, notes); });
  fmt::print(stderr, "{}: a step of {}; ui.perfetto.dev and chrome://tracing open it\n", *file,
             report::human(Seconds(trace.timeline.finish)));
}

ExitCode run(const Arguments& arguments, const run::Ranks& /*ranks*/) {
  const auto file = arguments.text("scenario");
  if (!file) throw UsageError("trace: which scenario? usage: sextant trace SCENARIO [options]");
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  const scenario::Scenario scenario = read_scenario_file(*file, catalogue);
  try {
    const std::vector<plan::PlannedPhase> phases = plan::plan_phases(scenario);
    const plan::PlannedPhase& phase = plan::named_phase(phases, arguments.text("phase"));
    const StepTrace trace = trace_step(phase.main().inputs, *scenario.calibration);
    write(arguments.text("output"), trace, notes_on(scenario, phase));
    return ExitCode::kOk;
  } catch (const plan::InfeasiblePlan& infeasible) {
    fmt::print(stderr, "sextant: {}", infeasible.what());
    return ExitCode::kInfeasible;
  }
}

}  // namespace

const Command kTraceCommand{
    .name = "trace",
    .summary = "write the timeline of one step, for ui.perfetto.dev or chrome://tracing",
    .synopsis = "SCENARIO [--output FILE] [--phase NAME]",
    .example = "scenarios/llama3-405b-p5.json --output step.json",
    .declare = declare,
    .run = run};

}  // namespace sextant::cli
