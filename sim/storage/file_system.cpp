#include "sextant/storage/file_system.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sextant {
namespace {

constexpr Bytes kTebibyte{1099511627776.0};
constexpr BytesPerSecond kNoLimit{std::numeric_limits<double>::infinity()};

/// What the servers give to all clients together.
struct Servers {
  BytesPerSecond baseline;
  BytesPerSecond burst;
};

/// By which figures of the system are multiplied.
double tebibytes(const FileSystem& system) {
  return system.capacity ? system.capacity->value / kTebibyte : 1.0;
}

Servers servers_of(const FileSystem& system, TransferDirection direction) {
  const bool reads = direction == TransferDirection::kRead;
  const auto& burst = reads ? system.read_burst : system.write_burst;
  const BytesPerSecond baseline = baseline_of(system, direction);
  return {baseline, burst ? std::max(baseline, tebibytes(system) * burst->value) : baseline};
}

/// Of one client, by the limits of the file system.
BytesPerSecond client_limit(const FileSystem& system, bool efa) {
  if (efa && system.efa_client_bandwidth) return system.efa_client_bandwidth->value;
  BytesPerSecond limit = system.client_bandwidth ? system.client_bandwidth->value : kNoLimit;
  if (system.capacity && system.server_capacity && system.server_bandwidth) {
    const double servers = std::ceil(system.capacity->value / system.server_capacity->value);
    limit = std::min(limit, servers * system.server_bandwidth->value);
  }
  return limit;
}

/// What a transfer may take beyond the baseline before the credits are gone. Unused, the baseline
/// itself fills them.
Bytes credits(const FileSystem& system, const Servers& servers, std::optional<Seconds> idle) {
  if (!system.burst_time) return Bytes(0);
  const Bytes full = system.burst_time->value * (servers.burst - servers.baseline);
  return idle ? std::min(full, *idle * servers.baseline) : full;
}

}  // namespace

BytesPerSecond baseline_of(const FileSystem& system, TransferDirection direction) {
  const bool reads = direction == TransferDirection::kRead;
  return tebibytes(system) * (reads ? system.read_baseline.value : system.write_baseline.value);
}

Seconds file_transfer_time(const FileSystem& system, TransferDirection direction, Bytes size,
                           const FileClients& clients, std::optional<Seconds> idle) {
  const Servers servers = servers_of(system, direction);
  BytesPerSecond client = client_limit(system, clients.efa);
  if (clients.node_bandwidth) client = std::min(client, *clients.node_bandwidth);
  const BytesPerSecond wanted = clients.nodes * client;
  const BytesPerSecond fast = std::min(servers.burst, wanted);
  if (fast <= servers.baseline) return system.latency.value + size / fast;
  const Seconds burst = credits(system, servers, idle) / (fast - servers.baseline);
  if (size <= burst * fast) return system.latency.value + size / fast;
  return system.latency.value + burst + (size - burst * fast) / servers.baseline;
}

}  // namespace sextant
