#include "endpoint_scaler.h"

#include <fmt/format.h>

#include <utility>

namespace sextant {
namespace {

ReplicaNumber replica_of(JobNumber job) { return static_cast<ReplicaNumber>(job); }
JobNumber job_of(ReplicaNumber replica) { return static_cast<JobNumber>(replica); }

}  // namespace

EndpointScaler::EndpointScaler(Simulation& simulation, JobHost& host, const EndpointSpec& spec)
    : simulation_(simulation), host_(host), spec_(spec), scaler_(simulation, *this, spec) {}

ReplicaNumber EndpointScaler::add() {
  const std::string& name = spec_.replica.name.empty() ? spec_.name : spec_.replica.name;
  JobSpec replica = spec_.replica;
  replica.name = fmt::format("{}-{}", name, ++submitted_);
  replica.submit = simulation_.now();
  return replica_of(host_.submit(std::move(replica)));
}

void EndpointScaler::remove(ReplicaNumber replica) { host_.withdraw(job_of(replica)); }

bool EndpointScaler::serving(ReplicaNumber replica) const { return host_.working(job_of(replica)); }

bool EndpointScaler::starting(ReplicaNumber replica) const {
  return host_.starting(job_of(replica));
}

}  // namespace sextant
