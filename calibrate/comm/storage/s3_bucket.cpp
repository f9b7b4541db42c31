#include "calibrate/comm/storage/s3_bucket.h"

#include <fmt/format.h>

#include <algorithm>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/storage/s3_answer.h"

namespace sextant::comm {
namespace {

using Method = S3Request::Method;

/// Percent-encoded as SigV4 asks: all but letters, digits and -._~ (RFC 3986).
std::string encoded(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool plain = letter || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    result += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

S3Request request(Method method, const S3Object& object) {
  return {.method = method, .key = object.key, .bytes = S3Bytes{object.number, 0, object.bytes}};
}

}  // namespace

std::vector<S3Bytes> parts_of(const S3Object& object, std::uint64_t part_bytes) {
  std::vector<S3Bytes> parts;
  for (std::uint64_t offset = 0; offset < object.bytes; offset += part_bytes) {
    parts.push_back({object.number, offset, std::min(part_bytes, object.bytes - offset)});
  }
  return parts;
}

std::vector<S3Reply> S3Bucket::put(const std::vector<S3Object>& objects, int connections) {
  std::vector<S3Request> requests;
  for (const S3Object& object : objects) {
    requests.push_back(request(Method::kPut, object));
    stored_.insert(object.key);
  }
  return client_.run(requests, connections);
}

std::vector<S3Reply> S3Bucket::get(const std::vector<S3Object>& objects, int connections,
                                   bool verify) {
  std::vector<S3Request> requests;
  for (const S3Object& object : objects) {
    requests.push_back(request(Method::kGet, object));
    requests.back().verify = verify;
  }
  return client_.run(requests, connections);
}

void S3Bucket::upload(const S3Object& object, std::uint64_t part_bytes, int connections) {
  S3Request initiate{.method = Method::kPost, .key = object.key, .query = "uploads="};
  const std::string answer = client_.run({initiate}, 1).front().text;
  const auto id = upload_id(answer);
  if (!id) {
    throw CommError(
        fmt::format("POST {}?uploads: the answer has no UploadId; the endpoint is no "
                    "S3 service, or does not know multipart uploads",
                    object.key));
  }
  uploads_[object.key] = *id;
  const std::string of_upload = "uploadId=" + encoded(*id);
  std::vector<S3Request> requests;
  for (const S3Bytes& part : parts_of(object, part_bytes)) {
    requests.push_back(request(Method::kPut, object));
    requests.back().bytes = part;
    requests.back().query = fmt::format("partNumber={}&{}", requests.size(), of_upload);
  }
  std::vector<std::string> tags;
  for (const S3Reply& reply : client_.run(requests, connections)) {
    tags.push_back(reply.entity_tag);
  }
  stored_.insert(object.key);
  client_.run({S3Request{.method = Method::kPost,
                         .key = object.key,
                         .query = of_upload,
                         .text = complete_upload_body(tags)}},
              1);
  uploads_.erase(object.key);
}

void S3Bucket::get_ranges(const S3Object& object, std::uint64_t part_bytes, int connections,
                          bool verify) {
  std::vector<S3Request> requests;
  for (const S3Bytes& part : parts_of(object, part_bytes)) {
    requests.push_back(request(Method::kGet, object));
    requests.back().bytes = part;
    requests.back().range = true;
    requests.back().verify = verify;
  }
  client_.run(requests, connections);
}

void S3Bucket::clear(int connections) {
  abort_uploads(connections);
  std::vector<S3Request> requests;
  for (const std::string& key : stored_) {
    requests.push_back({.method = Method::kDelete, .key = key});
  }
  stored_.clear();
  client_.run(requests, connections);
}

void S3Bucket::abort_uploads(int connections) {
  std::vector<S3Request> requests;
  for (const auto& [key, id] : uploads_) {
    requests.push_back({.method = Method::kDelete, .key = key, .query = "uploadId=" + encoded(id)});
  }
  uploads_.clear();
  try {
    client_.run(requests, connections);
  } catch (const CommError&) {
    // An upload may have ended although its last answer was lost: then there is nothing to abort.
  }
}

}  // namespace sextant::comm
