#pragma once

#include <string>

#include "calibrate/comm/suites.h"

namespace sextant::comm {

struct S3Credentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  ///< empty: long-lived credentials
};

/// From AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
/// @throws CommError if one of the first two is missing
S3Credentials credentials_of_environment();

/// The bucket's address, "https://s3.us-east-1.amazonaws.com/bucket".
/// @throws CommError if endpoint, region, bucket or prefix cannot be part of a signed address
std::string bucket_address(const S3Options& options);

}  // namespace sextant::comm
