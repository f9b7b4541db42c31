#include "src/scenario/check_network.h"

#include <fmt/format.h>

#include <algorithm>

#include "sextant/cluster/fabric.h"
#include "src/scenario/member_checks.h"

namespace sextant::scenario {
namespace {

class Checks : private MemberChecks {
 public:
  Checks(const Scenario& scenario, const io::PlaceMap& places, io::Diagnostics& diagnostics)
      : MemberChecks(scenario, places, diagnostics), network_(*scenario.network) {}

  void run() {
    if (holds_all_jobs()) fabric();
    for (const BackgroundPlan& background : network_.background) {
      switch (background.kind) {
        case BackgroundKind::kCheckpoint:
          senders(background);
          has_a_store(background);
          checkpoint(background);
          break;
        case BackgroundKind::kData:
          senders(background);
          has_a_store(background);
          data(background);
          break;
        case BackgroundKind::kJob:
          job(background);
          break;
      }
    }
  }

 private:
  int nodes() const { return network_.nodes_with(s_.cluster.nodes); }
  bool holds_all_jobs();
  void fabric();
  void senders(const BackgroundPlan& background);
  void has_a_store(const BackgroundPlan& background);
  void checkpoint(const BackgroundPlan& background);
  void data(const BackgroundPlan& background);
  void job(const BackgroundPlan& background);

  const NetworkPlan& network_;
};

bool Checks::holds_all_jobs() {
  const int others = network_.nodes_of_other_jobs();
  if (s_.cluster.nodes + others <= nodes()) return true;
  const std::string wanted =
      others == 0 ? fmt::format("the {} of the job", s_.cluster.nodes)
                  : fmt::format("the {} of the job and {} of other jobs", s_.cluster.nodes, others);
  io::Diagnostic& entry =
      error(network_.nodes,
            fmt::format("found a fabric of {} nodes, expected at least {}", nodes(), wanted));
  entry.help = fmt::format("give \"nodes\": {} or more", s_.cluster.nodes + others);
  note(entry, s_.cluster.nodes, "the nodes of the job");
  return false;
}

void Checks::fabric() {
  for (const std::string& fault :
       fabric_faults(*network_.fabric, *s_.cluster.instance, **s_.cluster.accelerator, nodes())) {
    error(network_.fabric, fault);
  }
}

void Checks::senders(const BackgroundPlan& background) {
  if (background.nodes <= s_.cluster.nodes) return;
  note(error(background.nodes, fmt::format("found {} nodes of the job, which has {}",
                                           background.nodes, s_.cluster.nodes)),
       s_.cluster.nodes, "the nodes of the job");
}

/// Only an explicit graph may have none.
void Checks::has_a_store(const BackgroundPlan& background) {
  const FabricPlan& plan = *network_.fabric;
  const auto is_store = [](const FabricVertexPlan& vertex) {
    return vertex.role == FabricRole::kStorage;
  };
  if (plan.kind != FabricKind::kGraph) return;
  if (std::any_of(plan.vertices.begin(), plan.vertices.end(), is_store)) return;
  io::Diagnostic& entry = error(background.kind,
                                "found traffic to or from a store, which the "
                                "fabric has not");
  entry.help = "give the fabric a vertex whose role is \"storage\"";
  note(entry, network_.fabric, "the fabric");
}

void Checks::checkpoint(const BackgroundPlan& background) {
  const CheckpointPlan& plan = s_.checkpoint;
  if (plan.mode == CheckpointMode::kBlocking) {
    note(error(background.kind, "found checkpoints beside the step, which is stopped for them"),
         plan.mode, "the mode is blocking");
  }
  if (background.bytes || !plan.target.empty() || !plan.storage.name.empty()) return;
  error(background,
        "found checkpoints that go nowhere, expected \"bytes\" here, or a \"target\" or "
        "a \"storage\" of the checkpoint");
}

void Checks::data(const BackgroundPlan& background) {
  if (background.bytes || s_.data) return;
  error(background,
        "found data without their size, expected \"bytes\" here, or \"data\" of the "
        "scenario");
}

/// A ring needs two.
void Checks::job(const BackgroundPlan& background) {
  if (background.nodes >= 2) return;
  error(background.nodes,
        fmt::format("found another job on {} nodes, expected at least 2", background.nodes));
}

}  // namespace

void check_network(const Scenario& scenario, const io::PlaceMap& places,
                   io::Diagnostics& diagnostics) {
  if (scenario.network) Checks(scenario, places, diagnostics).run();
}

}  // namespace sextant::scenario
