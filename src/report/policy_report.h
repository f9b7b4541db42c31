#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/import/imported_policy.h"
#include "src/report/text_style.h"

namespace sextant::report {

/// A policy as it was understood: queues and their rules, quotas, flavors, local queues, classes,
/// and what is inferred or not simulated. Quotas of nothing are left out.
std::string policy_text(const importer::ImportedPolicy& imported, const TextStyle& style);

/// The same as "sextant.policy/1": cpu in thousandths of a core, memory in bytes, the rest in
/// pieces; null where there is no limit.
nlohmann::ordered_json policy_json(const importer::ImportedPolicy& imported);

/// An amount as people write it, exactly: 1.5 (cores), 64 GiB, 8.
std::string amount_text(const std::string& resource, Amount amount);

}  // namespace sextant::report
