#pragma once

#include <optional>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// A store of objects behind HTTP: Amazon S3 Standard, S3 Express One Zone. Its index is cut into
/// partitions; each takes so many requests a second and refuses the others with 503 Slow Down.
/// AWS does not bill those: "Bucket owners aren't billed for HTTP 5XX server error responses, such
/// as HTTP 503 Slow Down errors" (S3 user guide, "Billing for Amazon S3 error responses"), seen
/// 2026-11-22.
struct ObjectStore {
  Coefficient<double> put_rate;  ///< PUT, COPY, POST, DELETE per second and partition
  Coefficient<double> get_rate;  ///< GET, HEAD per second and partition
  /// A partition takes what it could have taken in so much idle time before it refuses.
  Coefficient<Seconds> burst;
  /// Overload that a partition has had when it is cut in two.
  Coefficient<Seconds> split_after;
  /// From a request until the first byte of its answer; its range is where single ones lie, evenly.
  Coefficient<Seconds> first_byte;
  /// Until a 503 is back; of single ones evenly between half and one and a half of it.
  Coefficient<Seconds> refusal;
  Coefficient<BytesPerSecond> connection_bandwidth;  ///< of one connection, beyond the first byte
  /// Likewise, of one that uploads. Absent: as connection_bandwidth.
  std::optional<Coefficient<BytesPerSecond>> upload_bandwidth;
  Bytes smallest_part{5'242'880};  ///< of an upload in parts, but for its last one
  Bytes largest_part{5'368'709'120};
  int most_parts = 10'000;
  Bytes largest_object{50e12};
};

template <class Archive>
void visit(Archive& a, ObjectStore& s) {
  a.object("object_store", "A store of objects behind HTTP, whose index is cut into partitions.");
  a.field("put_rate", s.put_rate,
          {.doc = "PUT, COPY, POST, DELETE per second and partition",
           .min = 1,
           .max = 1e9,
           .required = true});
  a.field("get_rate", s.get_rate,
          {.doc = "GET, HEAD per second and partition", .min = 1, .max = 1e9, .required = true});
  a.field("burst", s.burst,
          {.doc = "Idle time whose requests a partition takes at once",
           .min = 0,
           .max = 1e5,
           .required = true});
  a.field("split_after", s.split_after,
          {.doc = "Overload after which a partition is cut in two",
           .min = 1,
           .max = 1e9,
           .required = true});
  a.field("first_byte", s.first_byte,
          {.doc = "Until the first byte of an answer; its range: single requests, evenly",
           .min = 0,
           .max = 3600,
           .required = true});
  a.field("refusal", s.refusal,
          {.doc = "Until a 503 is back", .min = 0, .max = 3600, .required = true});
  a.field("connection_bandwidth", s.connection_bandwidth,
          {.doc = "Of one connection, beyond the first byte", .min = 1, .required = true});
  a.field("upload_bandwidth", s.upload_bandwidth,
          {.doc = "Likewise, of one that uploads; absent: connection_bandwidth", .min = 1});
  a.field("smallest_part", s.smallest_part,
          {.doc = "Of an upload in parts, but for its last one", .min = 1});
  a.field("largest_part", s.largest_part, {.doc = "Of an upload in parts", .min = 1});
  a.field("most_parts", s.most_parts, {.doc = "Of one object", .min = 1});
  a.field("largest_object", s.largest_object, {.doc = "Size of an object", .min = 1});
}

}  // namespace sextant
