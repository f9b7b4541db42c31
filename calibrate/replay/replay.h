#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "calibrate/comm/backend.h"
#include "calibrate/comm/device.h"
#include "calibrate/comm/world.h"

namespace sextant::replay {

struct ReplayOptions {
  std::string scenario;                    ///< file
  std::optional<std::string> calibration;  ///< name in the models; absent: the scenario's
  std::optional<std::string> models;       ///< folder; absent: where `sextant` finds it
  std::optional<std::string> phase;        ///< absent: the one that takes longest
  /// What the rank computes and communicates with; each is called once, on all ranks, and may throw
  /// CommError.
  std::function<std::unique_ptr<comm::Device>()> make_device;
  std::function<std::unique_ptr<comm::Backend>()> make_backend;
  int warm_up = 1;                    ///< steps that are not timed
  int steps = 5;                      ///< timed ones, at least one
  double step_timeout_s = 300.0;      ///< a step that takes longer ends the program
  std::optional<std::string> output;  ///< the result, as JSON; FILE.forecast.json comes first
  bool json = false;                  ///< the result on standard output, in place of the table
};

/// Forecasts the step of a scenario, writes that down, then runs the step on the ranks of the world
/// and compares. Every rank calls it; the root reads, writes and prints.
/// @return the exit code of the program: 0, or 1 where the plan cannot run
/// @throws io::InputError, comm::CommError on all ranks alike where the input or the machine are
/// not as the replay needs them
int run_replay(const comm::World& world, const ReplayOptions& options);

}  // namespace sextant::replay
