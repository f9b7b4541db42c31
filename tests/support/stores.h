#pragma once

#include "sextant/storage/storage_system.h"

namespace sextant::fixtures {

/// As Amazon S3 is modelled, without spread.
inline StorageSystem object_store() {
  ObjectStore store;
  store.put_rate.value = 3500;
  store.get_rate.value = 5500;
  store.burst.value = Seconds(1);
  store.split_after.value = 45.0 * kMinute;
  store.first_byte.value = Seconds(0.15);
  store.refusal.value = Seconds(0.02);
  store.connection_bandwidth.value = BytesPerSecond(85e6);
  StorageSystem system;
  system.name = "bucket";
  system.object_store = store;
  return system;
}

/// 200 TB at 1 GB/s per TB in both directions, never faster.
inline StorageSystem file_system() {
  FileSystem files;
  files.read_baseline.value = BytesPerSecond(200e9);
  files.write_baseline.value = BytesPerSecond(200e9);
  files.latency.value = Seconds(1e-3);
  StorageSystem system;
  system.name = "files";
  system.file_system = files;
  return system;
}

}  // namespace sextant::fixtures
