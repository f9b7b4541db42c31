#pragma once

#include "sextant/governance/job.h"
#include "sextant/serving/replica_scaler.h"

namespace sextant {

/// An inference endpoint on a shared cluster: each replica is a workload of its own.
struct EndpointSpec : ScaledEndpoint {
  JobSpec replica;  ///< `work` is never(), `submit` is when the endpoint begins
};

}  // namespace sextant
