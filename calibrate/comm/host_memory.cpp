#include "calibrate/comm/host_memory.h"

#include <fmt/format.h>

#include <fstream>
#include <string>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {
namespace {

constexpr double kShare = 0.9;
constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;

int ranks_here(const World& world) {
  int count = 0;
  for (int rank = 0; rank < world.size(); ++rank) {
    count += world.node_of(rank) == world.node_of(world.rank()) ? 1 : 0;
  }
  return count;
}

}  // namespace

std::optional<std::size_t> available_memory() {
  std::ifstream file("/proc/meminfo");
  for (std::string key; file >> key;) {
    std::size_t kibibytes = 0;
    if (key == "MemAvailable:" && file >> kibibytes) return kibibytes * 1024;
  }
  return std::nullopt;
}

void require_memory(const World& world, std::size_t bytes_per_rank) {
  const auto available = available_memory();
  const double needed = static_cast<double>(bytes_per_rank) * ranks_here(world);
  if (!available || needed <= kShare * static_cast<double>(*available)) return;
  throw CommError(
      fmt::format("the buffers of {} ranks on this host need {:.1f} GiB, and {:.1f} GiB "
                  "are available: give a smaller --largest",
                  ranks_here(world), needed / kGiB, static_cast<double>(*available) / kGiB));
}

}  // namespace sextant::comm
