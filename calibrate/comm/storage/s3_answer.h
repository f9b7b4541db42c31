#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sextant::comm {

/// What S3 says in the XML of an answer that is not an object's bytes.
struct S3Error {
  std::string code;     ///< "SlowDown", "NoSuchBucket" …
  std::string message;  ///< for people
};

/// The <Error> that a body is; none if it is no such XML.
std::optional<S3Error> s3_error(std::string_view xml);

/// The UploadId of an InitiateMultipartUploadResult; none if there is none.
std::optional<std::string> upload_id(std::string_view xml);

/// The body of CompleteMultipartUpload for the parts 1, 2, 3 … with these entity tags.
template <class Tags>
std::string complete_upload_body(const Tags& tags) {
  std::string xml = "<CompleteMultipartUpload>";
  int number = 0;
  for (const std::string& tag : tags) {
    xml += "<Part><PartNumber>" + std::to_string(++number) + "</PartNumber><ETag>" + tag +
           "</ETag></Part>";
  }
  return xml + "</CompleteMultipartUpload>";
}

/// How a request ended.
enum class S3Verdict {
  kDone,
  kSlowDown,  ///< refused for the rate of requests: try again later
  kRetry,     ///< may succeed if tried again
  kFailed
};

/// Of an answer with this HTTP status and body.
S3Verdict judge(long status, std::string_view body);

/// What to do about an error that stays; never empty.
std::string s3_remedy(long status, std::string_view code);

}  // namespace sextant::comm
