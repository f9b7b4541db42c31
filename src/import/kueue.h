#pragma once

#include <filesystem>
#include <optional>
#include <span>

#include "src/import/imported_policy.h"

namespace sextant::importer {

/// Objects of Kueue's API: ClusterQueue, Cohort, LocalQueue, ResourceFlavor, Topology and
/// WorkloadPriorityClass (kueue.x-k8s.io/v1beta1 and v1beta2) and Configuration
/// (config.kueue.x-k8s.io), with the API's defaults and rules. `objects` is one of them, an array,
/// or a List of them (arrays may hold arrays: the documents of several files). Other kinds are
/// skipped with a warning. A field of Kueue that is not simulated is a warning and a note; one that
/// Kueue does not have is an error.
///
/// A LocalQueue is called "namespace/name", or "name" where no namespace is given. Without a
/// Configuration there is no fair sharing and no waiting for pods.
///
/// Null after an error.
/// @source apis/kueue, apis/config and pkg/webhooks of kubernetes-sigs/kueue, 0.20
std::optional<ImportedPolicy> read_kueue(const io::Node& objects, io::Diagnostics& diagnostics);

/// The same from files: YAML with any number of documents, or JSON (".json").
std::optional<ImportedPolicy> read_kueue_files(std::span<const std::filesystem::path> paths,
                                               Documents& documents, io::Diagnostics& diagnostics);

}  // namespace sextant::importer
