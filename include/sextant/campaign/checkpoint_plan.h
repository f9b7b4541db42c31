#pragma once

#include <optional>
#include <variant>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"
#include "sextant/storage/storage_target.h"

namespace sextant {

/// How to choose the interval: by simulation (optimal), or by a formula.
enum class IntervalRule { kOptimal, kDaly, kYoung };
/// Blocking: training stops until the checkpoint is durable. Asynchronous: training stops for the
/// copy to host memory, and goes on while the copy is written.
enum class CheckpointMode { kBlocking, kAsynchronous };

template <>
struct EnumNames<IntervalRule> {
  static constexpr std::array table{std::pair{IntervalRule::kOptimal, "optimal"},
                                    std::pair{IntervalRule::kDaly, "daly"},
                                    std::pair{IntervalRule::kYoung, "young"}};
};
template <>
struct EnumNames<CheckpointMode> {
  static constexpr std::array table{std::pair{CheckpointMode::kBlocking, "blocking"},
                                    std::pair{CheckpointMode::kAsynchronous, "asynchronous"}};
};

/// How often the run saves its state, and how.
struct CheckpointPlan {
  /// Training time between two checkpoints, or the rule that chooses it.
  std::variant<IntervalRule, Seconds> interval = IntervalRule::kOptimal;
  CheckpointMode mode = CheckpointMode::kAsynchronous;
  /// State of one parameter: 16-bit weight, 32-bit master weight, two 32-bit Adam moments.
  Coefficient<double> bytes_per_parameter{14.0, "2 + 4 + 4 + 4 bytes; MLPerf Storage sizes: 13",
                                          "2026-11-20", Method::kDerived, std::array{12.0, 16.0}};
  /// Asynchronous: bandwidth of the copy to host memory, per instance.
  Coefficient<BytesPerSecond> copy_bandwidth{
      BytesPerSecond{40e9}, "no measurement published per instance; PCIe 5 x16 is 64 GB/s a device",
      "2026-11-20", Method::kAssumed, std::array{BytesPerSecond{10e9}, BytesPerSecond{200e9}}};
  /// Asynchronous: relative slowdown of the steps while a checkpoint is being written.
  Coefficient<double> slowdown{0.02, "CheckFreq: overhead of at most 3.5 %", "2021-02-23",
                               Method::kAssumed, std::array{0.0, 0.035}};
  /// Absent: size / bandwidth.
  std::optional<Coefficient<Seconds>> stall;       ///< asynchronous: the copy
  std::optional<Coefficient<Seconds>> write_time;  ///< until the checkpoint is durable
  StorageTarget storage;
};

template <class Archive>
void visit(Archive& a, CheckpointPlan& s) {
  a.object("checkpoint", "How often the run saves its state, and how.");
  a.field("interval", s.interval,
          {.doc = "Training time between two checkpoints, or the rule that chooses it", .min = 1});
  a.field("mode", s.mode, {.doc = "Whether training stops until the checkpoint is durable"});
  a.field("bytes_per_parameter", s.bytes_per_parameter,
          {.doc = "Checkpoint size per parameter", .min = 0});
  a.field("copy_bandwidth", s.copy_bandwidth,
          {.doc = "Asynchronous: copy to host memory, per instance", .min = 1});
  a.field("slowdown", s.slowdown,
          {.doc = "Asynchronous: relative slowdown of the steps during a write", .min = 0});
  a.field("stall", s.stall,
          {.doc = "Asynchronous: time of the copy; absent: size / bandwidth", .min = 0});
  a.field("write_time", s.write_time,
          {.doc = "Until the checkpoint is durable; absent: size / bandwidth", .min = 0});
  a.field("storage", s.storage, {.doc = "Where checkpoints go"});
}

}  // namespace sextant
