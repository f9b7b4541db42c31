#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "calibrate/comm/storage/curl_handles.h"
#include "calibrate/comm/storage/s3_answer.h"
#include "calibrate/comm/storage/s3_client.h"
#include "calibrate/comm/storage/s3_target.h"

namespace sextant::comm {

/// What all transfers of a client share.
struct S3Context {
  std::string address;  ///< of the bucket
  std::string signing;  ///< CURLOPT_AWS_SIGV4
  S3Credentials credentials;
  double connect_timeout_s = 0;
  double stall_timeout_s = 0;
  std::string authorities;  ///< file of certificates; empty: the system's
  Pattern pattern;
};

/// One connection's request: tried once or more often.
class S3Transfer {
 public:
  using Clock = std::chrono::steady_clock;

  explicit S3Transfer(const S3Context& context);
  S3Transfer(const S3Transfer&) = delete;
  S3Transfer& operator=(const S3Transfer&) = delete;

  CURL* easy() const { return easy_.get(); }
  /// Makes the handle ready to be performed. @throws CommError if libcurl refuses an option
  void prepare(const S3Request& request);
  /// What came of it, and whether it may be tried again.
  S3Verdict verdict(CURLcode code) const;
  /// Whether the endpoint was reached at all.
  bool connected(CURLcode code) const;
  S3Reply reply() const;
  /// The request, what went wrong and what to do.
  std::string complaint(CURLcode code) const;

 private:
  static std::size_t send(char* to, std::size_t size, std::size_t count, void* self);
  static std::size_t receive(char* from, std::size_t size, std::size_t count, void* self);
  static std::size_t header(char* from, std::size_t size, std::size_t count, void* self);
  static int rewind(void* self, curl_off_t offset, int origin);
  void set_method();
  void set_headers();
  bool keep(std::span<const std::byte> piece);
  bool takes_data() const;
  long status() const;
  std::string refusal() const;

  const S3Context& context_;
  CurlEasy easy_;
  CurlList headers_;
  const S3Request* request_ = nullptr;
  std::uint64_t moved_ = 0;  ///< bytes of the object sent or received
  std::string text_;         ///< of an answer that is not an object's bytes
  std::string entity_tag_;
  std::optional<std::uint64_t> difference_;  ///< first byte that is not what was written
  std::array<char, CURL_ERROR_SIZE> fault_{};
};

}  // namespace sextant::comm
