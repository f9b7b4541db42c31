#pragma once

#include <filesystem>
#include <optional>
#include <span>

#include "src/import/imported_policy.h"

namespace sextant::importer {

/// Reads YAML and JSON files into an array of what they hold. Null after an error.
std::optional<io::Node> read_policy_documents(std::span<const std::filesystem::path> paths,
                                              Documents& documents, io::Diagnostics& diagnostics);

}  // namespace sextant::importer
