#include "calibrate/comm/storage/s3_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string_view>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// Letters, digits and `others` only: what needs no encoding in an address, and thus can be signed
/// as it is.
bool plain(std::string_view text, std::string_view others) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           others.find(c) != std::string_view::npos;
  });
}

std::string host_of(const std::string& endpoint) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (endpoint.starts_with(scheme)) return endpoint.substr(scheme.size());
  }
  return "";
}

}  // namespace

S3Credentials credentials_of_environment() {
  const S3Credentials credentials{variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"),
                                  variable("AWS_SESSION_TOKEN")};
  for (const auto& [name, value] : {std::pair{"AWS_ACCESS_KEY_ID", &credentials.access_key},
                                    std::pair{"AWS_SECRET_ACCESS_KEY", &credentials.secret_key}}) {
    if (!value->empty()) continue;
    throw CommError(fmt::format(
        "no credentials for S3: {} is not set. On every rank it needs AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN if they are temporary: `eval \"$(aws "
        "configure export-credentials --format env)\"` before the launch; mpirun passes them on "
        "by -x AWS_ACCESS_KEY_ID -x …",
        name));
  }
  return credentials;
}

std::string bucket_address(const S3Options& options) {
  std::string endpoint = options.endpoint;
  if (endpoint.ends_with('/')) endpoint.pop_back();
  if (!plain(host_of(endpoint), ".-:[]")) {
    throw CommError(
        fmt::format("'{}' is no S3 endpoint: name one as \"https://s3.us-east-1."
                    "amazonaws.com\" or \"http://localhost:9000\", without a path",
                    options.endpoint));
  }
  if (!plain(options.bucket, ".-_")) {
    throw CommError(
        fmt::format("'{}' is no name of a bucket: letters, digits, '.' and '-'", options.bucket));
  }
  if (!plain(options.prefix, ".-_/") || options.prefix.starts_with('/')) {
    throw CommError(
        fmt::format("the prefix '{}' is to consist of letters, digits and .-_/", options.prefix));
  }
  if (!plain(options.region, "-")) {
    throw CommError(fmt::format("'{}' is no region: name one as \"us-east-1\"", options.region));
  }
  return endpoint + "/" + options.bucket;
}

}  // namespace sextant::comm
