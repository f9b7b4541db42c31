#include "sextant/campaign/checkpoint_costs.h"

#include "sextant/storage/transfer.h"

namespace sextant {

CheckpointCosts checkpoint_costs(const CheckpointPlan& plan, const Recovery& recovery,
                                 const CheckpointedJob& job) {
  const Bytes size(job.parameters * plan.bytes_per_parameter.value);
  const auto transfer = [&](Bytes bytes, BytesPerSecond store) {
    return transfer_time(bytes,
                         {.store = store, .nodes = job.nodes, .node = job.node_ip_bandwidth});
  };
  const Seconds copy = size / (job.nodes * plan.copy_bandwidth.value);
  const auto given_or = [](const std::optional<Coefficient<Seconds>>& given, Seconds derived) {
    return given ? given->value : derived;
  };
  return {.mode = plan.mode,
          .stall = given_or(plan.stall, copy),
          .write = given_or(plan.write_time, transfer(size, plan.storage.write_bandwidth)),
          .slowdown = plan.slowdown,
          .restore =
              given_or(recovery.restore, transfer(size + job.frozen, plan.storage.read_bandwidth))};
}

}  // namespace sextant
