#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "calibrate/comm/storage/s3_client.h"

namespace sextant::comm {

/// An object of the pattern, whole.
struct S3Object {
  std::string key;
  std::uint64_t number = 0;
  std::uint64_t bytes = 0;
};

/// What a rank does with a bucket, `connections` requests at once. It knows what it has stored, and
/// can take all of it away again.
class S3Bucket {
 public:
  S3Bucket(const S3Options& options, int rank) : client_(options, rank) {}

  std::vector<S3Reply> put(const std::vector<S3Object>& objects, int connections);
  std::vector<S3Reply> get(const std::vector<S3Object>& objects, int connections, bool verify);
  /// One object in parts of `part_bytes`, sent side by side.
  void upload(const S3Object& object, std::uint64_t part_bytes, int connections);
  /// One object, ranges of `part_bytes` side by side.
  void get_ranges(const S3Object& object, std::uint64_t part_bytes, int connections, bool verify);
  /// Deletes what it has stored, and uploads that were not completed.
  void clear(int connections);

  const S3Counts& counts() const { return client_.counts(); }

 private:
  void abort_uploads(int connections);

  S3Client client_;
  std::set<std::string> stored_;
  std::map<std::string, std::string> uploads_;  ///< under way: ids by key
};

/// The parts of an object: as many of `part_bytes` as it has, and one of what remains.
std::vector<S3Bytes> parts_of(const S3Object& object, std::uint64_t part_bytes);

}  // namespace sextant::comm
