#include <fmt/format.h>

#include <algorithm>

#include "calibrate/health/checkup.h"

namespace sextant::health {
namespace {

void check_shared_memory(Checkup& checkup) {
  const int links = checkup.log.nccl().shared_memory_links;
  if (!checkup.norms || links == 0) return;
  checkup.find({.illness = Illness::kSharedMemory,
                .title = "accelerators of a node talk through host memory",
                .seen = fmt::format("{} links via SHM", links),
                .line = checkup.log.line_of("shared_memory_links"),
                .normal = "via P2P: these nodes have NVLink between all accelerators",
                .source = "NVIDIA NCCL user guide, NCCL_P2P_LEVEL",
                .remedy =
                    "give the container all accelerators of the node and a shared PID and IPC "
                    "namespace, unset NCCL_P2P_DISABLE, check `nvidia-smi topo -m` and the "
                    "fabric manager"});
}

void check_nvls(Checkup& checkup) {
  const CheckedLog& log = checkup.log;
  if (!checkup.norms || !checkup.norms->nvls || !checkup.full_node()) return;
  const ExpectedFact& normal = *checkup.norms->nvls;
  const bool off = log.nccl().nvls == false || log.nccl().nvls_channels == 0;
  if (!off || log.user_value("NCCL_NVLS_ENABLE")) return;
  const auto& own = log.nccl().set_by_plugin;
  const bool by_plugin = std::find(own.begin(), own.end(), "NCCL_NVLS_ENABLE") != own.end();
  checkup.find(
      {.illness = Illness::kNvls,
       .concern = by_plugin ? Concern::kAdvice : Concern::kWarning,
       .title = by_plugin ? "the plugin turns NVLink SHARP (NVLS) off for this NCCL"
                          : "NVLink SHARP (NVLS) is not used",
       .seen =
           log.nccl().nvls == false ? "NVLS multicast support is not available" : "0 nvls channels",
       .line = log.line_of(log.nccl().nvls == false ? "nvls" : "channels"),
       .normal = "NVLS multicast support is available: " + normal.reason,
       .source = normal.source,
       .remedy = by_plugin
                     ? "update NCCL and aws-ofi-nccl"
                     : "start the fabric manager (`systemctl status nvidia-fabricmanager`), take "
                       "a driver of 535 or newer, and reset the node's accelerators"});
}

void check_partial_node(Checkup& checkup) {
  const CheckedLog& log = checkup.log;
  if (!checkup.norms || !checkup.certain || checkup.full_node()) return;
  const int normal = checkup.norms->ranks_per_node;
  checkup.find(
      {.illness = Illness::kPartialNode,
       .concern = log.nodes() > 1 ? Concern::kWarning : Concern::kAdvice,
       .title = fmt::format("{} of {} ranks per node took part", log.ranks_per_node(), normal),
       .seen = fmt::format("{} per node", log.ranks_per_node()),
       .line = log.line_of("nodes"),
       .normal = fmt::format("{} per node: bandwidths of fewer are not compared", normal),
       .source = "models/instances",
       .remedy = "run one rank per accelerator, all of a node in one container"});
}

}  // namespace

void check_node(Checkup& checkup) {
  check_shared_memory(checkup);
  check_nvls(checkup);
  check_partial_node(checkup);
}

}  // namespace sextant::health
