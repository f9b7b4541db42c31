#include "src/report/govern_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sextant/kernel/digest.h"
#include "src/report/human.h"

namespace sextant::report {
namespace {

/// "job x of team y"; "another job" where it has no name.
std::string preemptor_text(const EvictionRecord& eviction, const GovernanceInputs& inputs) {
  if (eviction.preemptor.empty()) return "another job";
  if (!eviction.preemptor_team) return "job " + eviction.preemptor;
  return fmt::format("job {} of team {}", eviction.preemptor,
                     inputs.teams[static_cast<std::size_t>(*eviction.preemptor_team)].name);
}

std::string rule_text(const EvictionRecord& eviction, const GovernanceInputs& inputs) {
  const std::string by = preemptor_text(eviction, inputs);
  switch (eviction.reason) {
    case EvictionReason::kInClusterQueue:
      return fmt::format("{} comes before it in the same queue", by);
    case EvictionReason::kInCohortReclamation:
      return fmt::format("{} took back quota that this job's queue had borrowed", by);
    case EvictionReason::kInCohortReclaimWhileBorrowing:
      return fmt::format("{}, of higher priority, took borrowed quota and borrows itself", by);
    case EvictionReason::kInCohortFairSharing:
      return fmt::format(
          "{}, whose queue has the smaller share of what is borrowed, took its quota", by);
    case EvictionReason::kPodsReadyTimeout:
      return "its pods were not all ready in time";
    case EvictionReason::kNodeFailures:
      return "nodes that it ran on failed";
    case EvictionReason::kClusterQueueStopped:
      return "its queue was stopped and drained";
    case EvictionReason::kCapacityEnded:
      return "the nodes that it ran on were there for a time only";
    case EvictionReason::kShorterJob:
      return fmt::format("{} has less left to do", by);
    case EvictionReason::kDeactivated:
      return "it was evicted too often and is given up";
  }
  return "";
}

/// Whose quota is short: "queue a for h100".
std::string quota_text(const WaitCause& cause, const JobRecord& job,
                       const GovernanceInputs& inputs) {
  const GovernedTeam& team = inputs.teams[static_cast<std::size_t>(job.team)];
  return fmt::format("queue {} for {}",
                     inputs.policy.queues[static_cast<std::size_t>(team.queue)].name,
                     inputs.policy.flavors[static_cast<std::size_t>(cause.flavor)].name);
}

}  // namespace

std::string words(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string amount_text(const GovernanceInputs& inputs, ResourceIndex resource, Amount amount) {
  const std::string& name = inputs.policy.resources[static_cast<std::size_t>(resource)];
  if (name == "cpu") return significant(static_cast<double>(amount) / 1000) + " cpu";
  if (name == "memory") return human(Bytes(static_cast<double>(amount))) + " memory";
  return grouped(amount) + " " + name;
}

std::string_view entitlement_words(govern::Entitlement entitlement) {
  switch (entitlement) {
    case govern::Entitlement::kNominalQuota:
      return "allocated / nominal quota";
    case govern::Entitlement::kWeight:
      return "allocated / fair-share weight";
    case govern::Entitlement::kEqual:
      return "allocated";
  }
  return "";
}

std::string_view activity_words(govern::Activity activity) {
  switch (activity) {
    case govern::Activity::kStarting:
      return "starting";
    case govern::Activity::kWorking:
      return "working";
    case govern::Activity::kLost:
      return "working, lost again";
    case govern::Activity::kRecovering:
      return "recovering";
    case govern::Activity::kIdle:
      return "idle";
    case govern::Activity::kEnding:
      return "ending";
  }
  return "";
}

std::string wait_sentence(const WaitRecord& wait, const JobRecord& job,
                          const GovernanceInputs& inputs) {
  const WaitCause& cause = wait.cause;
  const std::string other = wait.other.empty() ? "another job" : "job " + wait.other;
  switch (cause.reason) {
    case WaitReason::kNotConsidered:
      return "no scheduling cycle had looked at it yet";
    case WaitReason::kBehindOthers:
      return fmt::format("behind {} in its queue", other);
    case WaitReason::kNoQuota:
      return fmt::format("no quota: {}, with what may be borrowed, is short of {}",
                         quota_text(cause, job, inputs),
                         amount_text(inputs, cause.resource, cause.short_by));
    case WaitReason::kNeverFits:
      return fmt::format(
          "it can never fit: {}, empty and with all that may be borrowed, is short "
          "of {}",
          quota_text(cause, job, inputs), amount_text(inputs, cause.resource, cause.short_by));
    case WaitReason::kPreempting:
      return fmt::format("it preempts {}, which has not ended yet", other);
    case WaitReason::kLostTheCycle:
      return "there was room, but a job of another queue came first in the same cycle";
    case WaitReason::kNoTopology:
      return "there was quota, but no place where its pods are as near to each other as it asks";
    case WaitReason::kBackoff:
      return "it was evicted, and is queued again later";
    case WaitReason::kQueueStopped:
      return "its queue admits nothing";
    case WaitReason::kPodsNotReady:
      return "nothing is admitted until the pods of others are ready";
    case WaitReason::kReserved:
      return fmt::format("room is kept for {}", other);
    case WaitReason::kNoNodes:
      return "it had quota, but no nodes had room for its pods";
  }
  return "";
}

std::string eviction_sentence(const EvictionRecord& eviction, const GovernanceInputs& inputs) {
  return fmt::format("{} ({})", rule_text(eviction, inputs), enum_name(eviction.reason));
}

std::vector<io::Figure> figures_of(const govern::GovernResult& result) {
  std::vector<io::Figure> figures;
  std::set<std::string> regions;
  for (const govern::FlavorAccount& account : result.accounts) {
    io::FigureLister lister(figures, account.name + ".");
    if (account.node_price) lister.field("node_price", *account.node_price);
    if (account.power) lister.field("power", *account.power);
    if (account.region && regions.insert(account.region->name).second) {
      io::FigureLister(figures, account.region->name + ".").field("pue", account.region->pue);
    }
  }
  std::erase_if(figures, [](const io::Figure& figure) { return !figure.sourced; });
  return figures;
}

std::uint64_t digest(const govern::GovernResult& result) {
  Digest all;
  for (const govern::ReplicaAnswers& replica : result.answers) all.add(replica.digest);
  return all.value();
}

}  // namespace sextant::report
