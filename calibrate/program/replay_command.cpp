#include "calibrate/comm/backends.h"
#include "calibrate/comm/device.h"
#include "calibrate/program/command.h"
#include "calibrate/program/communication_options.h"
#include "calibrate/program/usage_error.h"
#include "calibrate/replay/replay.h"

namespace po = boost::program_options;

namespace sextant::program {
namespace {

constexpr int kMostSteps = 1'000'000;

void declare(po::options_description& options, po::positional_options_description& positional) {
  options.add_options()("scenario", po::value<std::string>(), "the scenario file");
  positional.add("scenario", 1);
  options.add_options()("calibration", po::value<std::string>(),
                        "what the forecast is made with (default: the scenario's)");
  options.add_options()("models", po::value<std::string>(), "folder of the models");
  options.add_options()("phase", po::value<std::string>(),
                        "of the scenario (default: the one that takes longest)");
  declare_backend(options);
  options.add_options()("device", po::value<std::string>(), "cuda or cpu; default: what there is");
  options.add_options()("steps", po::value<std::string>(), "timed ones (default: 5)");
  options.add_options()("warm-up", po::value<std::string>(), "steps before them (default: 1)");
  options.add_options()("step-timeout", po::value<std::string>(),
                        "a step that takes longer ends the program (default: 300 s)");
  options.add_options()("output,o", po::value<std::string>(),
                        "the result, as JSON; the forecast stands beside it before the first step");
  options.add_options()("json", "the result as JSON on standard output");
}

replay::ReplayOptions options_of(const Arguments& arguments) {
  replay::ReplayOptions options;
  options.scenario = arguments.text_or("scenario", "");
  if (options.scenario.empty()) {
    throw UsageError("replay: which scenario? (sextant-comm replay scenario.json)");
  }
  options.calibration = arguments.text("calibration");
  options.models = arguments.text("models");
  options.phase = arguments.text("phase");
  options.steps = arguments.count("steps", 1, kMostSteps).value_or(options.steps);
  options.warm_up = arguments.count("warm-up", 0, kMostSteps).value_or(options.warm_up);
  options.step_timeout_s = arguments.seconds("step-timeout").value_or(options.step_timeout_s);
  options.output = arguments.text("output");
  options.json = arguments.has("json");
  return options;
}

int run(const Arguments& arguments, const comm::World& world) {
  replay::ReplayOptions options = options_of(arguments);
  const comm::BackendOptions backend = chosen_backend(arguments, world);
  options.make_backend = [&] { return comm::make_backend(world, backend); };
  options.make_device = [&] {
    return comm::make_device(arguments.text_or("device", ""), world.local_rank());
  };
  return replay::run_replay(world, options);
}

}  // namespace

const Command kReplayCommand{
    "replay",
    "runs a scenario's step on these nodes, against its forecast",
    "SCENARIO [options]",
    "srun -N 4 --ntasks-per-node 8 sextant-comm replay scenario.json --output replay.json",
    declare,
    [](const Arguments& arguments) {
      options_of(arguments);
      backend_options(arguments);
    },
    run};

}  // namespace sextant::program
