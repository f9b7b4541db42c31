#include "calibrate/comm/compute/host.h"

#include <algorithm>
#include <fstream>

namespace sextant::comm {
namespace {

/// What follows `key` and a colon on its line of a file of /proc; empty if there is no such line.
std::string value_of(const char* file, const std::string& key) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(key)) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return "";
}

}  // namespace

std::string processor_name() {
  std::string name = value_of("/proc/cpuinfo", "model name");
  if (name.empty()) name = value_of("/proc/cpuinfo", "CPU part");  // Arm
  name.erase(name.find_last_not_of(" \t") + 1);
  return name.empty() ? "processor" : name;
}

std::size_t largest_cache_bytes() {
  std::size_t largest = 0;
  for (int index = 0;; ++index) {
    std::ifstream file("/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) +
                       "/size");
    std::size_t kib = 0;  // always printed so: "32768K"
    if (!(file >> kib)) return largest;
    largest = std::max(largest, kib * 1024);
  }
}

std::size_t available_memory_bytes() {
  const std::string kib = value_of("/proc/meminfo", "MemAvailable");
  return kib.empty() ? 0 : std::stoull(kib) * 1024;
}

}  // namespace sextant::comm
