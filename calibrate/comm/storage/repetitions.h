#pragma once

#include <functional>
#include <string>

#include "calibrate/comm/session.h"

namespace sextant::comm {

/// A point of a store. What a repetition does is timed; what is done before it is not.
struct StoragePoint {
  std::string name;
  ingest::Sample sample;    ///< operation, bytes, clients, flags
  bool takes_part = true;   ///< this rank
  double bytes_of_all = 0;  ///< that a repetition moves, for the time-out
  double extra_s = 0;       ///< beyond the time-out that its bytes deserve
  int repetitions = 0;      ///< so many; 0: as many as the method allows
  double times_over = 1;    ///< a repetition does it so often; the sample is of one
  std::function<void(int repetition)> prepare;
  std::function<void(int repetition)> body;
  std::function<void(ingest::Sample&)> complete;  ///< once it is timed; may be empty
};

/// Untimed repetitions before: of what moves so many bytes, one says enough.
int storage_warm_up(const MethodOptions& method);
/// Enters that among the document's conditions.
void describe_method(Session& session);

/// Times a point. Returns false if the total time was over. All ranks call it.
/// @throws CommError on all ranks if it fails on one
bool measure_point(Session& session, const StoragePoint& point);

/// Runs `body` on all ranks, untimed but watched: as long as moving `bytes` may take, and 5
/// minutes.
/// @throws CommError on all ranks if it fails on one
void watched(Session& session, const std::string& name, double bytes,
             const std::function<void()>& body);

}  // namespace sextant::comm
