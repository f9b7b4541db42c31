#include "src/scenario/check_checkpoint.h"

#include <fmt/format.h>

#include "src/scenario/member_checks.h"
#include "src/scenario/target_tiers.h"

namespace sextant::scenario {
namespace {

class Checks : private MemberChecks {
 public:
  Checks(const Scenario& scenario, const io::PlaceMap& places, io::Diagnostics& diagnostics)
      : MemberChecks(scenario, places, diagnostics) {}

  void run() {
    for (const FasterTierPlan& tier : s_.checkpoint.faster) {
      copies(tier, tier.medium);
      bandwidths(tier, tier.medium);
    }
    for (const std::string& member : s_.checkpoint.target) {
      const auto medium = target_medium(member);
      if (!medium || tier_given(s_.checkpoint, member)) continue;
      FasterTierPlan tier;
      tier.medium = *medium;
      copies(tier, member);
      bandwidths(tier, member);
    }
  }

 private:
  /// `where`: the member of the file that names the medium.
  template <class T>
  void copies(const FasterTierPlan& tier, const T& where);
  template <class T>
  void bandwidths(const FasterTierPlan& tier, const T& where);
};

template <class T>
void Checks::copies(const FasterTierPlan& tier, const T& where) {
  if (tier.medium == CheckpointMedium::kPeerMemory && !tier.copies && s_.cluster.nodes < 2) {
    error(where, "found the memory of peers, expected more than one node");
  }
  if (!tier.copies) return;
  const auto expected = [&](const std::string& what, const char* help) {
    io::Diagnostic& entry =
        error(tier.copies, fmt::format("found {}, expected {}", *tier.copies, what));
    if (help != nullptr) entry.help = help;
    return &entry;
  };
  switch (tier.medium) {
    case CheckpointMedium::kPeerMemory:
      if (*tier.copies < 2) {
        expected("at least 2 copies in peers' memory", "\"host_memory\" keeps one copy");
      }
      break;
    case CheckpointMedium::kHostMemory:
      if (*tier.copies > 1) {
        expected("one copy in a node's own memory", "\"peer_memory\" keeps several copies");
      }
      break;
    case CheckpointMedium::kFileSystem:
      expected("no copies of what survives all nodes", nullptr);
      break;
    case CheckpointMedium::kNvme:
      break;
  }
  if (*tier.copies > s_.cluster.nodes) {
    io::Diagnostic* entry = expected("at most one copy per node", nullptr);
    note(*entry, s_.cluster.nodes, fmt::format("{} nodes", s_.cluster.nodes));
  }
}

/// A time follows from a bandwidth, which is given or known of the instance.
template <class T>
void Checks::bandwidths(const FasterTierPlan& tier, const T& where) {
  if (tier.medium == CheckpointMedium::kHostMemory) {
    for (const auto* given : {&tier.write_bandwidth, &tier.read_bandwidth}) {
      if (!*given) continue;
      io::Diagnostic& entry = error(*given, "found a bandwidth, expected none for host memory");
      entry.help = "\"copy_bandwidth\" of the checkpoint is that of the copy to host memory";
    }
  }
  const std::optional<Host>& host = s_.cluster.instance->host;
  const bool disks_known = host && host->nvme_read_bandwidth;
  const bool needs = (tier.medium == CheckpointMedium::kFileSystem && !tier.store) ||
                     (tier.medium == CheckpointMedium::kNvme && !disks_known);
  if (!needs) return;
  const auto require = [&](bool known, const char* bandwidth, const char* time) {
    if (known) return;
    io::Diagnostic& entry =
        error(where, fmt::format("found \"{}\" of unknown bandwidth", enum_name(tier.medium)));
    entry.help = fmt::format("give \"{}\" or \"{}\"", bandwidth, time);
  };
  require(tier.write_bandwidth || tier.write_time, "write_bandwidth", "write_time");
  require(tier.read_bandwidth || tier.restore, "read_bandwidth", "restore");
}

}  // namespace

void check_checkpoint(const Scenario& scenario, const io::PlaceMap& places,
                      io::Diagnostics& diagnostics) {
  Checks(scenario, places, diagnostics).run();
}

}  // namespace sextant::scenario
