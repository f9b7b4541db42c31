#include "calibrate/replay/replay.h"

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <mpi.h>
#include <xxhash.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <numeric>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/device.h"
#include "calibrate/comm/mpi_check.h"
#include "calibrate/comm/progress_line.h"
#include "calibrate/comm/watchdog.h"
#include "calibrate/replay/checks.h"
#include "calibrate/replay/comparison.h"
#include "calibrate/replay/crew.h"
#include "calibrate/replay/links.h"
#include "calibrate/replay/measured_step.h"
#include "calibrate/replay/planned_step.h"
#include "calibrate/replay/rank_program.h"
#include "src/io/diagnostics.h"
#include "src/plan/infeasible.h"

namespace sextant::replay {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kOk = 0;
constexpr int kInfeasible = 1;
constexpr double kPrepareTimeout_s = 300.0;
constexpr std::size_t kLongestMessage = 4096;

/// The message of the first rank that has one; empty: none has. All ranks call it.
std::string first_message(const comm::World& world, const std::string& mine) {
  std::vector<double> last(1,
                           mine.empty() ? 0.0 : static_cast<double>(world.size() - world.rank()));
  world.largest(last);
  if (last.front() == 0.0) return "";
  const int first = world.size() - static_cast<int>(last.front());
  std::string text = mine;
  text.resize(kLongestMessage);
  comm::check_mpi(
      MPI_Bcast(text.data(), static_cast<int>(text.size()), MPI_CHAR, first, world.control()),
      "MPI_Bcast");
  return text.c_str();
}

/// Runs `body` on every rank. Where it throws on one, it throws on all.
void together(const comm::World& world, const std::function<void()>& body) {
  std::exception_ptr error;
  std::string message;
  try {
    body();
  } catch (const std::exception& caught) {
    error = std::current_exception();
    message = fmt::format("rank {} on {}: {}", world.rank(),
                          world.host(world.node_of(world.rank())), caught.what());
  }
  const std::string first = first_message(world, message);
  if (first.empty()) return;
  if (error) std::rethrow_exception(error);
  throw comm::CommError(first);
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return;
  io::Diagnostics diagnostics;
  diagnostics.error_in_file(path, "cannot be written").help =
      "name a file in a folder that exists and may be written to";
  diagnostics.throw_if_errors();
}

std::string hash_of(const std::string& text) {
  return fmt::format("{:016x}", XXH64(text.data(), text.size(), 0));
}

/// Beside the result, else in this folder, named after the scenario.
std::string forecast_file(const ReplayOptions& options) {
  const std::filesystem::path path(
      options.output.value_or(std::filesystem::path(options.scenario).filename().string()));
  return (path.parent_path() / path.stem()).string() + ".forecast.json";
}

/// Written, and its hash printed, before anything runs. Ranks must have read the same.
Forecast write_forecast(const comm::World& world, const ReplayOptions& options,
                        const PlannedStep& step, const StepRecipe& recipe) {
  const std::string text = forecast_json(step, recipe).dump(2) + "\n";
  const Forecast forecast{forecast_file(options), hash_of(text)};
  const std::string of_root = world.of_root(forecast.hash);
  together(world, [&] {
    if (of_root != forecast.hash) {
      throw comm::CommError(
          "this rank has read another scenario, or other models, than rank 0: put them on a file "
          "system that all nodes share, or the same on each");
    }
    if (!world.root()) return;
    write_file(forecast.file, text);
    fmt::print(stderr, "forecast: a step of {:.3f} ms, in {}, XXH64 {}\n",
               1e3 * recipe.timeline.finish, forecast.file, forecast.hash);
  });
  return forecast;
}

/// The step, and everything that this rank runs it on.
class Stand {
 public:
  Stand(const comm::World& world, const ReplayOptions& options, const PlannedStep& step,
        const StepRecipe& recipe)
      : watchdog_({world.rank(), comm::this_host(), "--step-timeout"},
                  [] { return std::string("The forecast is written, nothing was measured."); }),
        progress_(world.root(), "steps") {
    watchdog_.begin("preparing the replay", kPrepareTimeout_s);
    const int stage_ranks = world.size() / step.inputs.layout.pipeline;
    program_ = program_of(recipe, step.inputs, world.rank() / stage_ranks);
    together(world, [&] {
      device_ = options.make_device();
      require_formats(*device_, program_);
      backend_ = options.make_backend();
      device_->describe(environment_);
      backend_->describe(environment_);
      require_memory(world, program_, environment_.conditions["memory"] == "host");
    });
    links_ = std::make_unique<Links>(*backend_, step.inputs, program_, world.rank());
    crew_ = std::make_unique<Crew>(world, program_, recipe.graph.size(), *links_, *device_);
    watchdog_.end();
  }

  void expect(int steps) { progress_.expect(steps); }
  RankStep run(const std::string& name, double timeout_s) {
    watchdog_.begin(name, timeout_s);
    progress_.begin(name);
    RankStep step = crew_->step();
    progress_.end();
    watchdog_.end();
    return step;
  }

  const RankProgram& program() const { return program_; }
  const ingest::Environment& environment() const { return environment_; }

 private:
  comm::Watchdog watchdog_;
  comm::ProgressLine progress_;
  RankProgram program_;
  ingest::Environment environment_;
  std::unique_ptr<comm::Device> device_;
  std::unique_ptr<comm::Backend> backend_;
  std::unique_ptr<Links> links_;
  std::unique_ptr<Crew> crew_;
};

/// Index of the median; of an even number, of the lower one in the middle.
std::size_t median_of(const std::vector<double>& times) {
  std::vector<std::size_t> order(times.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return times[a] < times[b]; });
  return order[(order.size() - 1) / 2];
}

void print(const ReplayOptions& options, const PlannedStep& step, const Comparison& comparison) {
  const std::string document = comparison_json(step, comparison).dump(2) + "\n";
  if (options.output) write_file(*options.output, document);
  fmt::print("{}", options.json ? document : comparison_text(step, comparison));
}

}  // namespace

int run_replay(const comm::World& world, const ReplayOptions& options) {
  PlannedStep step;
  try {
    together(world, [&] { step = planned_step(options); });
  } catch (const plan::InfeasiblePlan& infeasible) {
    if (world.root()) fmt::print(stderr, "sextant-comm: {}", infeasible.what());
    return kInfeasible;
  }
  require_ranks(world, step, options.scenario);
  const StepRecipe recipe = step_recipe(step.inputs, step.calibration);
  Comparison comparison;
  comparison.forecast = write_forecast(world, options, step, recipe);

  Stand stand(world, options, step, recipe);
  stand.expect(options.warm_up + options.steps);
  for (int i = 0; i < options.warm_up; ++i) {
    stand.run(fmt::format("warm-up step {}", i + 1), options.step_timeout_s);
  }
  std::vector<RankStep> steps;
  for (int i = 0; i < options.steps; ++i) {
    steps.push_back(stand.run(fmt::format("step {}", i + 1), options.step_timeout_s));
    comparison.steps_s.push_back(steps.back().end_s);
  }
  world.largest(comparison.steps_s);

  const RankStep& median = steps[median_of(comparison.steps_s)];
  const std::vector<OperationTime> times =
      times_of_slowest(world, step.inputs, stand.program(), median, recipe.graph.size());
  const MeasuredStep measured = measured_step(recipe, times);
  if (!world.root()) return kOk;
  comparison.predicted_s = recipe.timeline.finish;
  comparison.measured_s = measured.timeline.finish;
  comparison.predicted = recipe.graph.attribute(recipe.timeline);
  comparison.measured = measured.graph.attribute(measured.timeline);
  comparison.predicted_stages = stage_times(recipe.graph, recipe.timeline);
  comparison.measured_stages = stage_times(measured.graph, measured.timeline);
  comparison.notes = notes_on(recipe, stand.program());
  comparison.environment = stand.environment();
  print(options, step, comparison);
  return kOk;
}

}  // namespace sextant::replay
