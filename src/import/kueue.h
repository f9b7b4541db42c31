#pragma once

#include <filesystem>
#include <optional>
#include <span>

#include "src/import/imported_policy.h"

namespace sextant::importer {

/// What a version of Kueue does where its Configuration is silent. Defaults are those of 0.20.
struct KueueDefaults {
  FeatureGates gates;
  bool waits_for_pods_ready = true;  ///< for 30 minutes; from 0.19 on
};

/// Objects of Kueue's API: ClusterQueue, Cohort, LocalQueue, ResourceFlavor, Topology and
/// WorkloadPriorityClass (kueue.x-k8s.io/v1beta1 and v1beta2) and Configuration
/// (config.kueue.x-k8s.io), with the API's defaults and rules. `objects` is one of them, an array,
/// or a List of them (arrays may hold arrays: the documents of several files). Other kinds are
/// skipped with a warning. A field of Kueue that is not simulated is a warning and a note; one that
/// Kueue does not have is an error.
///
/// A LocalQueue is called "namespace/name", or "name" where no namespace is given. Where there are
/// no ResourceFlavors at all, those that the queues name are taken to be there.
///
/// Null after an error.
/// @source apis/kueue, apis/config and pkg/webhooks of kubernetes-sigs/kueue, 0.20
std::optional<ImportedPolicy> read_kueue(const io::Node& objects, io::Diagnostics& diagnostics,
                                         const KueueDefaults& defaults = {});

/// The same from files: YAML with any number of documents, or JSON (".json").
std::optional<ImportedPolicy> read_kueue_files(std::span<const std::filesystem::path> paths,
                                               Documents& documents, io::Diagnostics& diagnostics,
                                               const KueueDefaults& defaults = {});

}  // namespace sextant::importer
