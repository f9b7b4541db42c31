#include "calibrate/comm/session.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "calibrate/comm/document_file.h"
#include "calibrate/comm/environment.h"
#include "calibrate/comm/progress_line.h"
#include "calibrate/comm/watchdog.h"
#include "src/io/diagnostics.h"

namespace sextant::comm {
namespace {

/// The root's file. If it cannot be written, all ranks hear of it.
std::unique_ptr<DocumentFile> open_file(const World& world, const std::string& path) {
  std::unique_ptr<DocumentFile> file;
  std::string fault;
  try {
    if (world.root()) file = std::make_unique<DocumentFile>(path);
  } catch (const io::InputError& error) {
    fault = error.what();
  }
  fault = world.of_root(fault);
  if (!fault.empty()) throw io::InputError(fault);
  return file;
}

ingest::Measurements empty_document(const World& world, const MethodOptions& method) {
  ingest::Measurements document;
  document.date = today();
  ingest::Environment& environment = document.environment;
  environment.tool = "sextant-comm " SEXTANT_VERSION;
  environment.nodes = world.nodes();
  if (world.ranks_per_node() > 0) environment.ranks_per_node = world.ranks_per_node();
  environment.env = tool_variables(environ);
  environment.conditions = {
      {"warmup", fmt::format("{}", method.warm_up)},
      {"iterations", fmt::format("{} to {}", method.min_repetitions, method.max_repetitions)}};
  return document;
}

}  // namespace

Session::Session(const World& world, SessionOptions options)
    : world_(world),
      options_(std::move(options)),
      document_(empty_document(world, options_.method)),
      file_(open_file(world, options_.output)),
      watchdog_(std::make_unique<Watchdog>(
          Watchdog::Names{world.rank(), world.host(world.node_of(world.rank()))},
          [this] { return file_ ? file_->kept() : "Rank 0 keeps the points."; })),
      progress_(std::make_unique<ProgressLine>(world.root())),
      begun_(std::chrono::steady_clock::now()) {}

Session::~Session() = default;

void Session::expect(int points) { progress_->expect(points); }

Timing Session::measure(const std::string& name, ingest::Sample sample, bool takes_part,
                        const std::function<void()>& body, int times_over) {
  return measure(name, std::move(sample), 0.0, [&](ingest::Sample&) {
    Timing timing = time_together(world_, takes_part, body, options_.method);
    for (double& time_s : timing.times_s) time_s /= times_over;
    return timing;
  });
}

Timing Session::measure(const std::string& name, ingest::Sample sample, double extra_s,
                        const std::function<Timing(ingest::Sample&)>& run) {
  progress_->begin(name);
  Timing timing;
  within(name, options_.point_timeout_s + extra_s, [&] {
    if (!over()) timing = run(sample);
  });
  progress_->end();
  if (timing.times_s.empty()) {
    ++left_out_;
    return timing;
  }
  sample.time_s = timing.mean_s();
  sample.p50_s = timing.quantile_s(0.5);
  sample.p99_s = timing.quantile_s(0.99);
  sample.repetitions = static_cast<double>(timing.times_s.size());
  if (timing.bimodal()) sample.flags.emplace_back("bimodal");
  add(std::move(sample));
  return timing;
}

void Session::add(ingest::Sample sample) {
  document_.samples.push_back(std::move(sample));
  if (file_) file_->update(document_);
}

void Session::note(const std::string& sentence) {
  if (std::find(notes_.begin(), notes_.end(), sentence) == notes_.end()) notes_.push_back(sentence);
}

void Session::within(const std::string& name, double timeout_s, const std::function<void()>& body) {
  watchdog_->begin(name, timeout_s);
  try {
    body();
  } catch (...) {
    watchdog_->end();
    throw;
  }
  watchdog_->end();
}

bool Session::over() {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begun_;
  double at_root_s = 0.0;
  within("whether the total time is over", options_.point_timeout_s,
         [&] { at_root_s = world_.of_root(elapsed.count()); });
  return at_root_s > options_.total_s;
}

void Session::finish() {
  if (left_out_ > 0) {
    note(
        fmt::format("{} point{} left out, for the total time of {:g} s was over: --total-time "
                    "allows more",
                    left_out_, left_out_ == 1 ? " was" : "s were", options_.total_s));
  }
  if (!world_.root()) return;
  progress_.reset();
  file_->finish(document_);
  for (const std::string& sentence : notes_) fmt::print(stderr, "note: {}\n", sentence);
  if (!options_.output.empty()) fmt::print(stderr, "{}\n", file_->kept());
}

}  // namespace sextant::comm
