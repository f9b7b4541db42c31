#include <fmt/format.h>

#include <algorithm>

#include "calibrate/health/checkup.h"
#include "calibrate/health/version.h"
#include "calibrate/ingest/text.h"

namespace sextant::health {
namespace {

bool holds(const std::vector<std::string>& values, const std::string& value) {
  return std::any_of(values.begin(), values.end(), [&](const std::string& known) {
    return ingest::lower(known) == ingest::lower(value);
  });
}

/// Documentation around a log writes NCCL_ALGO=<algorithm>, scripts NCCL_ALGO=${ALGO}.
bool is_placeholder(const std::string& value) {
  return value.empty() || value.find_first_of("<$") != std::string::npos;
}

bool is_wrong(const VariableNorm& norm, const std::string& value) {
  if (is_placeholder(value)) return false;
  if (!norm.wrong.empty()) return holds(norm.wrong, value);
  if (!norm.right.empty()) return !holds(norm.right, value);
  if (!norm.below) return true;
  const auto number = ingest::to_number(value);
  return number && *number < *norm.below;
}

/// Whether the norm is about this cluster. Variables of libfabric are about EFA where nothing else
/// is known.
bool concerns(const VariableNorm& norm, const Checkup& checkup) {
  const CheckedLog& log = checkup.log;
  if (norm.nodes > 1 && log.nodes() > 0 && log.nodes() < norm.nodes) return false;
  if (norm.since) {
    const std::string version = log.version_of(norm.since->part);
    if (is_older(version, norm.since->version)) return false;
    if (norm.since->part == StackPart::kPlugin && log.silent_plugin()) return false;
  }
  if (norm.networks.empty()) return true;
  const std::string& provider = log.environment.provider;
  if (!checkup.norms && (provider.empty() || log.over_tcp())) {
    return norm.name.rfind("NCCL_", 0) != 0;
  }
  return std::any_of(norm.networks.begin(), norm.networks.end(),
                     [&](const std::string& network) { return checkup.on(network); });
}

}  // namespace

void check_variables(Checkup& checkup) {
  const CheckedLog& log = checkup.log;
  for (const VariableNorm& norm : checkup.common.variables) {
    const auto value = log.user_value(norm.name);
    if (!value || !is_wrong(norm, *value) || !concerns(norm, checkup)) continue;
    checkup.find({.illness = Illness::kVariable,
                  .about = norm.name,
                  .concern = norm.concern,
                  .title = fmt::format("{}={} is set", norm.name, *value),
                  .seen = norm.reason,
                  .line = log.line_of("env." + norm.name),
                  .normal = norm.right.empty()
                                ? "not set"
                                : fmt::format("not set, or {}", fmt::join(norm.right, " or ")),
                  .source = norm.source,
                  .remedy = norm.remedy});
  }
}

}  // namespace sextant::health
