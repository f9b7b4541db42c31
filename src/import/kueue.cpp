#include "src/import/kueue.h"

#include <algorithm>
#include <limits>

#include "src/import/kueue_configuration.h"
#include "src/import/kueue_flavors.h"
#include "src/import/kueue_queues.h"
#include "src/import/policy_documents.h"

namespace sextant::importer {
namespace {

void read_priority_classes(const KueueObjects& objects, AdmissionPolicy& policy,
                           ImportContext& context) {
  using Limits = std::numeric_limits<std::int32_t>;
  for (const KueueObject& object : of_kind(objects, "WorkloadPriorityClass")) {
    ObjectReader reader(*object.node, object.kind, context);
    const io::Node* found = reader.require("value");
    const auto value =
        found ? read_count(*found, Limits::min(), Limits::max(), context) : std::nullopt;
    reader.ignore({"apiVersion", "kind", "metadata", "description"});
    reader.finish();
    policy.priority_classes.push_back({object.name, static_cast<std::int32_t>(value.value_or(0))});
  }
}

/// What only the whole says.
void note_contradictions(const AdmissionPolicy& policy, ImportContext& context) {
  const auto any_queue = [&](auto&& holds) {
    return std::any_of(policy.queues.begin(), policy.queues.end(), holds);
  };
  if (policy.fair_sharing && any_queue([](const AdmissionQueue& queue) {
        return queue.preemption.borrow_within_cohort != BorrowPreemptionPolicy::kNever;
      })) {
    context.note("borrowWithinCohort has no effect with fair sharing");
  }
  if (!policy.admission_fair_sharing &&
      any_queue([](const AdmissionQueue& queue) { return queue.admission_fair_sharing; })) {
    context.note("admissionScope has no effect without admissionFairSharing in the Configuration");
  }
}

}  // namespace

std::optional<ImportedPolicy> read_kueue(const io::Node& objects, io::Diagnostics& diagnostics,
                                         const KueueDefaults& defaults) {
  const std::size_t errors_before = diagnostics.error_count();
  ImportedPolicy result;
  ImportContext context{diagnostics, result.notes};
  AdmissionPolicy& policy = result.policy;
  const KueueObjects found = collect_kueue_objects(objects, context);
  const KueueObjects configurations = of_kind(found, "Configuration");
  const QuotaNames names = read_kueue_flavors(found, result, context);
  read_kueue_cohorts(found, names, policy, context);
  read_kueue_queues(found, names, policy, context);
  read_kueue_local_queues(found, policy, context);
  read_priority_classes(found, policy, context);
  read_kueue_configuration(configurations.empty() ? nullptr : &configurations.front(), defaults,
                           policy, context);
  note_contradictions(policy, context);
  if (diagnostics.error_count() == errors_before && policy.queues.empty()) {
    diagnostics.error(objects.place, "found no ClusterQueue").help =
        "give the files of the queues as well";
  }
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return result;
}

std::optional<ImportedPolicy> read_kueue_files(std::span<const std::filesystem::path> paths,
                                               Documents& documents, io::Diagnostics& diagnostics,
                                               const KueueDefaults& defaults) {
  const auto objects = read_policy_documents(paths, documents, diagnostics);
  return objects ? read_kueue(*objects, diagnostics, defaults) : std::nullopt;
}

}  // namespace sextant::importer
