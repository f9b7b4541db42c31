#include "calibrate/ingest/sample_kind.h"

#include <string_view>

namespace sextant::ingest {
namespace {

struct Apart {
  std::string_view prefix;
  const char* reason;
};

constexpr std::array kApart{
    Apart{"concurrent:", "while other groups were busy"},
    Apart{"group:", "of a layout's group, which is not all ranks of its nodes"},
    Apart{"rail:", "of one network card only"},
    Apart{"uneven", "an all-to-all of uneven parts"},
    Apart{"bisection", "of all pairs across the middle at once"},
    Apart{"cached", "of a file that the host still held in memory"},
    Apart{"many_files", "of many small files"},
    Apart{"small_objects", "of many small objects"},
    Apart{"client_bound", "limited by the processors that asked, not by the store"},
    Apart{"slow_down:", "while S3 refused requests for their rate"},
};

}  // namespace

const char* set_apart(const Sample& sample) {
  for (const Apart& apart : kApart) {
    for (const std::string& flag : sample.flags) {
      if (flag.starts_with(apart.prefix)) return apart.reason;
    }
  }
  return nullptr;
}

Memory memory_of(const Sample& sample, const Environment& environment) {
  const std::string stated = condition(environment, "memory");
  if (stated == "host") return Memory::kHost;
  if (stated == "device") return Memory::kDevice;
  const std::string backend = condition(environment, "backend");
  if (backend == "nccl") return Memory::kDevice;
  if (backend == "mpi" || backend == "ofi") return Memory::kHost;
  if (!environment.tool.starts_with("osu")) return Memory::kUnknown;
  return sample.flagged("device_buffers") ? Memory::kDevice : Memory::kHost;
}

std::string condition(const Environment& environment, const std::string& name) {
  const auto found = environment.conditions.find(name);
  return found == environment.conditions.end() ? "" : found->second;
}

}  // namespace sextant::ingest
