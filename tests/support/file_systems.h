#pragma once

#include "sextant/storage/file_system.h"

namespace sextant {

template <class T>
Coefficient<T> some(T value) {
  return {value, "test", "", Method::kDatasheet, {}};
}

inline constexpr double kTiB = 1099511627776.0;

/// FSx for Lustre, 125 MB/s per TiB: bursts to 500 MB/s for half an hour.
inline FileSystem lustre_125(double tebibytes) {
  FileSystem system;
  system.capacity = some(Bytes(tebibytes * kTiB));
  system.read_baseline = some(BytesPerSecond(125e6));
  system.write_baseline = some(BytesPerSecond(125e6));
  system.read_burst = some(BytesPerSecond(500e6));
  system.write_burst = some(BytesPerSecond(500e6));
  system.burst_time = some(Seconds(1800));
  system.client_bandwidth = some(BytesPerSecond(12.5e9));
  system.efa_client_bandwidth = some(BytesPerSecond(87.5e9));
  system.latency = some(Seconds(0.0005));
  return system;
}

/// FSx for Lustre, scratch: reads twice as fast as it writes, and does not burst.
inline FileSystem scratch(double tebibytes) {
  FileSystem system;
  system.capacity = some(Bytes(tebibytes * kTiB));
  system.read_baseline = some(BytesPerSecond(200e6));
  system.write_baseline = some(BytesPerSecond(100e6));
  system.latency = some(Seconds(0.0005));
  return system;
}

}  // namespace sextant
