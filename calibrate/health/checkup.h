#pragma once

#include <string>
#include <vector>

#include "calibrate/health/checked_log.h"
#include "calibrate/health/finding.h"
#include "sextant/network/health_norms.h"

namespace sextant::health {

/// One log held against one set of norms, and what came of it. Checks are functions of it.
struct Checkup {
  const CheckedLog& log;
  const HealthNorms& common;  ///< what applies to every cluster
  const HealthNorms* norms;   ///< of the instance; null: not known
  bool certain = false;       ///< the instance was named, not guessed from its accelerators
  HealthReport report = {};

  bool on(const std::string& network) const;
  /// Ranks on each node are those of a full one, as far as is known.
  bool full_node() const;
  void find(Finding finding);
  void leave_unchecked(std::string what, std::string remedy);
};

// Each is one group of checks: findings and what could not be checked go to the checkup's report.

void check_errors(Checkup& checkup);
void check_network(Checkup& checkup);
void check_node(Checkup& checkup);
void check_software(Checkup& checkup);
void check_variables(Checkup& checkup);
void check_bandwidth(Checkup& checkup);
void check_latency(Checkup& checkup);

/// Measurements that were repeated, in one log or in several of the same cluster, and neighbouring
/// sizes: needs no norms.
void check_variance(const std::vector<CheckedLog>& logs, HealthReport& report);

/// What `sextant-comm` marks in its samples: points whose repetitions fall into two groups, and
/// cards that were measured one by one. Needs no norms.
void check_points(const std::vector<CheckedLog>& logs, HealthReport& report);

/// How to get the lines that a check needs.
inline constexpr const char* kMoreLines =
    "run with NCCL_DEBUG=INFO NCCL_DEBUG_SUBSYS=INIT,NET,ENV,TUNING";

}  // namespace sextant::health
