#include "calibrate/comm/storage/s3_transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <span>
#include <string_view>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/storage/curl_fault.h"

namespace sextant::comm {
namespace {

using Method = S3Request::Method;

constexpr std::size_t kLongestText = 1 << 20;
/// Bodies are neither hashed nor signed: that would take more of a processor than sending them.
constexpr const char* kUnsigned = "x-amz-content-sha256: UNSIGNED-PAYLOAD";

const char* name_of(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kPut:
      return "PUT";
    case Method::kPost:
      return "POST";
    case Method::kDelete:
      return "DELETE";
  }
  return "";
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy, option, value);
  if (code == CURLE_OK) return;
  throw CommError(fmt::format("libcurl {} refuses option {}: {}; install one with TLS and SigV4",
                              curl_version_info(CURLVERSION_NOW)->version, static_cast<int>(option),
                              curl_easy_strerror(code)));
}

double seconds(CURL* easy, CURLINFO what) {
  curl_off_t us = 0;
  curl_easy_getinfo(easy, what, &us);
  return static_cast<double>(us) * 1e-6;
}

}  // namespace

S3Transfer::S3Transfer(const S3Context& context) : context_(context), easy_(curl_easy_init()) {
  if (!easy_) throw CommError("libcurl cannot make a handle: is memory short?");
}

void S3Transfer::prepare(const S3Request& request) {
  request_ = &request;
  moved_ = 0;
  text_.clear();
  entity_tag_.clear();
  difference_.reset();
  fault_.front() = '\0';
  curl_easy_reset(easy());  // keeps connections
  const std::string address =
      context_.address + "/" + request.key + (request.query.empty() ? "" : "?" + request.query);
  set(easy(), CURLOPT_URL, address.c_str());
  set(easy(), CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(easy(), CURLOPT_AWS_SIGV4, context_.signing.c_str());
  set(easy(), CURLOPT_USERNAME, context_.credentials.access_key.c_str());
  set(easy(), CURLOPT_PASSWORD, context_.credentials.secret_key.c_str());
  set(easy(), CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(context_.connect_timeout_s * 1e3));
  set(easy(), CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(easy(), CURLOPT_LOW_SPEED_TIME, std::max(1L, static_cast<long>(context_.stall_timeout_s)));
  set(easy(), CURLOPT_BUFFERSIZE, 512L * 1024);
  set(easy(), CURLOPT_UPLOAD_BUFFERSIZE, 1024L * 1024);
  set(easy(), CURLOPT_NOSIGNAL, 1L);
  set(easy(), CURLOPT_ERRORBUFFER, fault_.data());
  set(easy(), CURLOPT_PRIVATE, this);
  set(easy(), CURLOPT_WRITEFUNCTION, &S3Transfer::receive);
  set(easy(), CURLOPT_WRITEDATA, this);
  set(easy(), CURLOPT_HEADERFUNCTION, &S3Transfer::header);
  set(easy(), CURLOPT_HEADERDATA, this);
  if (!context_.authorities.empty()) {
    set(easy(), CURLOPT_CAINFO, context_.authorities.c_str());
  }
  set_method();
  set_headers();
}

void S3Transfer::set_method() {
  switch (request_->method) {
    case Method::kGet:
      set(easy(), CURLOPT_HTTPGET, 1L);
      if (request_->range) {
        const S3Bytes& part = *request_->bytes;
        set(easy(), CURLOPT_RANGE,
            fmt::format("{}-{}", part.offset, part.offset + part.bytes - 1).c_str());
      }
      return;
    case Method::kPut:
      set(easy(), CURLOPT_UPLOAD, 1L);
      set(easy(), CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request_->bytes->bytes));
      set(easy(), CURLOPT_READFUNCTION, &S3Transfer::send);
      set(easy(), CURLOPT_READDATA, this);
      set(easy(), CURLOPT_SEEKFUNCTION, &S3Transfer::rewind);
      set(easy(), CURLOPT_SEEKDATA, this);
      return;
    case Method::kPost:
      set(easy(), CURLOPT_POST, 1L);
      set(easy(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_->text.size()));
      set(easy(), CURLOPT_POSTFIELDS, request_->text.c_str());
      return;
    case Method::kDelete:
      set(easy(), CURLOPT_CUSTOMREQUEST, "DELETE");
      return;
  }
}

void S3Transfer::set_headers() {
  std::vector<std::string> lines{kUnsigned};
  if (!context_.credentials.session_token.empty()) {
    lines.push_back("x-amz-security-token: " + context_.credentials.session_token);
  }
  if (request_->method == Method::kPost) lines.emplace_back("Content-Type: application/xml");
  headers_.reset();
  for (const std::string& line : lines) {
    headers_.reset(curl_slist_append(headers_.release(), line.c_str()));
  }
  set(easy(), CURLOPT_HTTPHEADER, headers_.get());
}

std::size_t S3Transfer::send(char* to, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<S3Transfer*>(self);
  const S3Bytes& part = *transfer.request_->bytes;
  const std::size_t bytes = std::min<std::uint64_t>(size * count, part.bytes - transfer.moved_);
  transfer.context_.pattern.fill(part.object, part.offset + transfer.moved_,
                                 std::as_writable_bytes(std::span(to, bytes)));
  transfer.moved_ += bytes;
  return bytes;
}

int S3Transfer::rewind(void* self, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<S3Transfer*>(self)->moved_ = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

std::size_t S3Transfer::receive(char* from, std::size_t size, std::size_t count, void* self) {
  const std::span<const char> piece(from, size * count);
  return static_cast<S3Transfer*>(self)->keep(std::as_bytes(piece)) ? piece.size() : 0;
}

/// False ends the transfer.
bool S3Transfer::keep(std::span<const std::byte> piece) {
  if (!takes_data()) {
    if (text_.size() + piece.size() > kLongestText) return false;
    text_.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    return true;
  }
  const S3Bytes& part = *request_->bytes;
  if (request_->verify) {
    difference_ = context_.pattern.first_difference(part.object, part.offset + moved_, piece);
  }
  moved_ += piece.size();
  return !difference_ && moved_ <= part.bytes;
}

std::size_t S3Transfer::header(char* from, std::size_t size, std::size_t count, void* self) {
  const std::string_view line(from, size * count);
  constexpr std::string_view kName = "etag:";
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  const bool is_tag =
      line.size() > kName.size() && std::equal(kName.begin(), kName.end(), line.begin(),
                                               [&](char a, char b) { return a == lower(b); });
  if (is_tag) {
    const auto begin = line.find_first_not_of(" \t", kName.size());
    const auto end = line.find_last_not_of(" \t\r\n");
    if (begin != std::string_view::npos && end >= begin) {
      static_cast<S3Transfer*>(self)->entity_tag_ = line.substr(begin, end - begin + 1);
    }
  }
  return line.size();
}

long S3Transfer::status() const {
  long status = 0;
  curl_easy_getinfo(easy(), CURLINFO_RESPONSE_CODE, &status);
  return status;
}

bool S3Transfer::takes_data() const {
  return request_->method == Method::kGet && (status() == 200 || status() == 206);
}

bool S3Transfer::connected(CURLcode code) const {
  return code == CURLE_OK || seconds(easy(), CURLINFO_PRETRANSFER_TIME_T) > 0.0;
}

S3Verdict S3Transfer::verdict(CURLcode code) const {
  if (difference_) return S3Verdict::kFailed;
  // A refusal may come while the body is still being sent, and the connection end with it.
  if (status() >= 300) return judge(status(), text_);
  if (code != CURLE_OK) return may_pass(code) ? S3Verdict::kRetry : S3Verdict::kFailed;
  if (takes_data()) {
    const bool whole = moved_ == request_->bytes->bytes && request_->range == (status() == 206);
    return whole ? S3Verdict::kDone : S3Verdict::kFailed;
  }
  return judge(status(), text_);
}

S3Reply S3Transfer::reply() const {
  const double sent_s = seconds(easy(), CURLINFO_PRETRANSFER_TIME_T);
  const double first_byte_s = seconds(easy(), CURLINFO_STARTTRANSFER_TIME_T);
  return {.text = text_,
          .entity_tag = entity_tag_,
          .first_byte_s = std::max(0.0, first_byte_s - sent_s)};
}

std::string S3Transfer::complaint(CURLcode code) const {
  const std::string request =
      fmt::format("{} {}/{}", name_of(request_->method), context_.address, request_->key);
  if (difference_) {
    return fmt::format("{}: byte {} is not what was written; do not trust this store's figures",
                       request, *difference_);
  }
  const bool not_whole = code == CURLE_OK || code == CURLE_WRITE_ERROR;
  if (takes_data() && not_whole) {
    return fmt::format(
        "{}: {} bytes came (HTTP status {}), {} were written; the endpoint is no S3 "
        "service, or something else writes to this prefix",
        request, moved_, status(), request_->bytes->bytes);
  }
  if (status() >= 300 || code == CURLE_OK) return request + ": " + refusal();
  const char* fault = fault_.front() ? fault_.data() : curl_easy_strerror(code);
  return fmt::format("{}: {}; {}", request, fault, connection_remedy(code, connected(code)));
}

std::string S3Transfer::refusal() const {
  const auto error = s3_error(text_);
  if (!error) {
    return fmt::format("HTTP status {}, without an error of S3; {}", status(),
                       s3_remedy(status(), ""));
  }
  return fmt::format("HTTP status {}, {}: {}; {}", status(), error->code, error->message,
                     s3_remedy(status(), error->code));
}

}  // namespace sextant::comm
