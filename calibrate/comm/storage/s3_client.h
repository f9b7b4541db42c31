#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "calibrate/comm/storage/pattern.h"
#include "calibrate/comm/suites.h"

namespace sextant::comm {

/// A part of an object of the pattern.
struct S3Bytes {
  std::uint64_t object = 0;  ///< its number in the pattern
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

/// One request on an object of the bucket.
struct S3Request {
  enum class Method { kGet, kPut, kPost, kDelete };
  Method method = Method::kGet;
  std::string key = {};
  /// As SigV4's canonical request wants it, for libcurl 7 signs it as it is: sorted,
  /// percent-encoded, with a '=' behind every name: "partNumber=1&uploadId=x", "uploads=".
  std::string query = {};
  std::optional<S3Bytes> bytes = {};  ///< of PUT and GET: what is sent, or must come
  bool range = false;                 ///< of GET: these bytes only, by a Range header
  bool verify = false;                ///< of GET: every byte is compared
  std::string text = {};              ///< of POST
};

/// The answer that ended a request.
struct S3Reply {
  std::string text;         ///< of POST
  std::string entity_tag;   ///< ETag
  double first_byte_s = 0;  ///< from the request's sending to the answer's first byte
  double time_s = 0;        ///< of the request, waits and earlier tries included
};

/// How many of all requests so far …
struct S3Counts {
  double tries = 0;      ///< … were sent
  double retries = 0;    ///< … again
  double slow_down = 0;  ///< … were answered by 503 or SlowDown
};

/// Sends requests to one bucket, addressed by path and signed by libcurl's SigV4, over as many
/// connections as asked for. One thread serves all of them.
class S3Client {
 public:
  /// Credentials come from the environment. @throws CommError if they are missing, or if endpoint,
  /// region, bucket or prefix are none
  S3Client(const S3Options& options, int rank);
  ~S3Client();

  /// Sends them all, `connections` at once: a connection that waits to try again sends nothing
  /// else. Replies are in the order of the requests.
  /// @throws CommError as soon as one fails for good: with HTTP status, S3's code and what to do
  std::vector<S3Reply> run(const std::vector<S3Request>& requests, int connections);
  const S3Counts& counts() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace sextant::comm
