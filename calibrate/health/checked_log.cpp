#include "calibrate/health/checked_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "calibrate/ingest/bus_factor.h"
#include "calibrate/ingest/text.h"

namespace sextant::health {

const ingest::NcclLog& CheckedLog::nccl() const {
  static const ingest::NcclLog none;
  return environment.nccl_log ? *environment.nccl_log : none;
}

std::uint64_t CheckedLog::line_of(const std::string& what) const {
  const auto found = nccl().lines.find(what);
  return found == nccl().lines.end() ? 0 : found->second;
}

int CheckedLog::nodes() const {
  int nodes = environment.nodes.value_or(0);
  for (const ingest::Sample& sample : samples) nodes = std::max(nodes, sample.nodes);
  return nodes;
}

int CheckedLog::ranks_per_node() const {
  int ranks = environment.ranks_per_node.value_or(0);
  for (const ingest::Sample& sample : samples) ranks = std::max(ranks, sample.ranks_per_node);
  return ranks;
}

std::string CheckedLog::version_of(StackPart part) const {
  switch (part) {
    case StackPart::kNccl:
      return environment.nccl;
    case StackPart::kPlugin: {
      const auto blank = environment.plugin.rfind(' ');
      return blank == std::string::npos ? environment.plugin : environment.plugin.substr(blank + 1);
    }
    case StackPart::kLibfabric:
      return environment.libfabric;
    case StackPart::kEfaInstaller:
      return environment.efa;
  }
  return "";
}

bool CheckedLog::over_tcp() const {
  const std::string provider = ingest::lower(environment.provider);
  return provider.rfind("socket", 0) == 0 || provider.rfind("tcp", 0) == 0;
}

bool CheckedLog::silent_plugin() const {
  return environment.provider == "efa" && environment.plugin.empty() && initialised() &&
         !environment.cards;
}

std::optional<std::string> CheckedLog::user_value(const std::string& variable) const {
  const auto& own = nccl().set_by_plugin;
  if (std::find(own.begin(), own.end(), variable) != own.end()) return std::nullopt;
  for (const auto* variables : {&environment.env, &nccl().rdma_core}) {
    if (const auto found = variables->find(variable); found != variables->end()) {
      return found->second;
    }
  }
  return std::nullopt;
}

std::optional<double> bus_bandwidth(const ingest::Sample& sample) {
  if (sample.ranks < 2 || sample.bytes <= 0 || sample.time_s <= 0) return std::nullopt;
  if (sample.flagged("per_rank_bytes")) return std::nullopt;
  const double factor = ingest::bus_factor(sample.operation, sample.ranks);
  if (factor <= 0) return std::nullopt;
  return factor * sample.bytes / sample.time_s;
}

std::optional<NormedOperation> normed(ingest::Operation operation) {
  for (const auto& [norm, name] : EnumNames<NormedOperation>::table) {
    if (std::string_view(name) == enum_name(operation)) return norm;
  }
  return std::nullopt;
}

bool names_device(const std::string& accelerator, const std::string& device) {
  const auto at = accelerator.find(device);
  if (at == std::string::npos) return false;
  return at == 0 || std::isalnum(static_cast<unsigned char>(accelerator[at - 1])) == 0;
}

std::string gigabytes_per_second(double bytes_per_second) {
  return fmt::format("{:.4g} GB/s", bytes_per_second / 1e9);
}

std::string size_text(double bytes) {
  constexpr std::array kUnits{std::pair{"GiB", 1073741824.0}, std::pair{"MiB", 1048576.0},
                              std::pair{"KiB", 1024.0}};
  for (const auto& [unit, size] : kUnits) {
    if (bytes >= size && std::fmod(bytes, size) == 0)
      return fmt::format("{:.0f} {}", bytes / size, unit);
  }
  if (bytes >= 1e9) return fmt::format("{:.3g} GB", bytes / 1e9);
  if (bytes >= 1e6) return fmt::format("{:.3g} MB", bytes / 1e6);
  return fmt::format("{:.0f} B", bytes);
}

std::string nodes_text(int nodes) { return fmt::format("{} node{}", nodes, nodes == 1 ? "" : "s"); }

}  // namespace sextant::health
