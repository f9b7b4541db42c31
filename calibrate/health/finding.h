#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sextant/kernel/enum_names.h"
#include "sextant/network/health_norms.h"

namespace sextant::health {

/// What can be wrong, in the order in which to look at it: what causes others comes first.
enum class Illness {
  kWrongResults,
  kErrors,
  kSeparateRuns,
  kNoPlugin,
  kProvider,
  kVariable,
  kGpuDirect,
  kCards,
  kRails,
  kChannels,
  kSharedMemory,
  kSoftware,
  kTransport,
  kTuner,
  kNvls,
  kPartialNode,
  kBandwidth,
  kVariance,
  kLatency
};

}  // namespace sextant::health

namespace sextant {

template <>
struct EnumNames<health::Illness> {
  using Illness = health::Illness;
  static constexpr std::array table{std::pair{Illness::kWrongResults, "wrong_results"},
                                    std::pair{Illness::kErrors, "errors"},
                                    std::pair{Illness::kSeparateRuns, "separate_runs"},
                                    std::pair{Illness::kNoPlugin, "no_plugin"},
                                    std::pair{Illness::kProvider, "provider"},
                                    std::pair{Illness::kVariable, "variable"},
                                    std::pair{Illness::kGpuDirect, "gpu_direct"},
                                    std::pair{Illness::kCards, "cards"},
                                    std::pair{Illness::kRails, "rails"},
                                    std::pair{Illness::kChannels, "channels"},
                                    std::pair{Illness::kSharedMemory, "shared_memory"},
                                    std::pair{Illness::kSoftware, "software"},
                                    std::pair{Illness::kTransport, "transport"},
                                    std::pair{Illness::kTuner, "tuner"},
                                    std::pair{Illness::kNvls, "nvls"},
                                    std::pair{Illness::kPartialNode, "partial_node"},
                                    std::pair{Illness::kBandwidth, "bandwidth"},
                                    std::pair{Illness::kVariance, "variance"},
                                    std::pair{Illness::kLatency, "latency"}};
};

}  // namespace sextant

namespace sextant::health {

/// One thing that is not as it should be.
struct Finding {
  Illness illness = Illness::kErrors;
  std::string about =
      {};  ///< what tells it from others of its kind: "nccl", "NCCL_ALGO", "all_reduce"
  Concern concern = Concern::kWarning;
  std::string title = {};   ///< the finding in a few words
  std::string seen = {};    ///< what the log says
  std::string file = {};    ///< the log; empty where several are compared
  std::uint64_t line = 0;   ///< in it; 0: not a single line, or a measurements document
  std::string normal = {};  ///< what it should say
  std::string source = {};  ///< who says so
  std::string remedy = {};  ///< what to do
};

/// A check that could not be made.
struct Unchecked {
  std::string what;
  std::string remedy;
};

/// A bandwidth that was held against a norm.
struct Compared {
  std::string file;
  std::string operation;
  int nodes = 0;
  double bytes = 0;
  double bus_bandwidth = 0;  ///< [B/s]
  double normal = 0;         ///< [B/s]
  double least = 0;          ///< [B/s]: what still passes for healthy
};

struct HealthReport {
  std::vector<std::string> instances;  ///< whose norms were taken, by name
  std::vector<std::string> guesses;    ///< by accelerator and network: it could be any of them
  std::vector<Finding> findings;       ///< what to look at first comes first
  std::vector<Unchecked> unchecked;
  std::vector<Compared> compared;

  /// Advice makes no cluster ill.
  bool healthy() const;
};

}  // namespace sextant::health
