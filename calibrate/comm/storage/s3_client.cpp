#include "calibrate/comm/storage/s3_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <deque>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/storage/backoff.h"
#include "calibrate/comm/storage/s3_transfer.h"

namespace sextant::comm {
namespace {

using Clock = S3Transfer::Clock;

/// Retries of a request after which an endpoint that does not answer is taken to be gone.
constexpr int kMostTimeouts = 2;

void check(CURLMcode code, const char* call) {
  if (code == CURLM_OK) return;
  throw CommError(fmt::format("libcurl's {} fails: {}", call, curl_multi_strerror(code)));
}

/// One request at a time, from its first try to its last.
struct Connection {
  explicit Connection(const S3Context& context) : transfer(context) {}

  S3Transfer transfer;
  std::size_t request = 0;
  int retry = 0;
  Clock::time_point begun;
  Clock::time_point due;  ///< of the next try, while it waits
  bool waits = false;
};

S3Context context_of(const S3Options& options) {
  const char* authorities = std::getenv("AWS_CA_BUNDLE");
  return {.address = bucket_address(options),
          .signing = fmt::format("aws:amz:{}:s3", options.region),
          .credentials = credentials_of_environment(),
          .connect_timeout_s = options.connect_timeout_s,
          .stall_timeout_s = options.stall_timeout_s,
          .authorities = authorities ? authorities : "",
          .pattern = {}};
}

}  // namespace

class S3Client::Loop {
 public:
  Loop(const S3Options& options, int rank)
      : context_(context_of(options)),
        backoff_(rank),
        max_retries_(options.max_retries),
        multi_(curl_multi_init()) {
    if (!multi_) throw CommError("libcurl cannot make a handle: is memory short?");
  }

  std::vector<S3Reply> run(const std::vector<S3Request>& requests, int count) {
    requests_ = &requests;
    replies_.assign(requests.size(), {});
    next_ = 0;
    left_ = requests.size();
    const auto at_once = std::min(requests.size(), static_cast<std::size_t>(count));
    make_connections(at_once);
    try {
      for (std::size_t i = 0; i < at_once; ++i) begin(connections_[i]);
      while (left_ > 0) turn();
    } catch (const CommError&) {
      abandon();
      throw;
    }
    return std::move(replies_);
  }

  const S3Counts& counts() const { return counts_; }

 private:
  /// Handles outlive a run: so do their connections, in the multi handle.
  void make_connections(std::size_t count) {
    while (connections_.size() < count) connections_.emplace_back(context_);
    check(curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS,
                            static_cast<long>(connections_.size())),
          "curl_multi_setopt");
  }

  void begin(Connection& connection) {
    connection.request = next_++;
    connection.retry = 0;
    connection.begun = Clock::now();
    send(connection);
  }

  void send(Connection& connection) {
    connection.waits = false;
    connection.transfer.prepare((*requests_)[connection.request]);
    check(curl_multi_add_handle(multi_.get(), connection.transfer.easy()), "curl_multi_add_handle");
    ++counts_.tries;
  }

  void turn() {
    const Clock::time_point now = Clock::now();
    Clock::time_point wake = now + std::chrono::seconds(1);
    for (Connection& connection : connections_) {
      if (!connection.waits) continue;
      if (connection.due <= now) {
        send(connection);
      } else {
        wake = std::min(wake, connection.due);
      }
    }
    int running = 0;
    check(curl_multi_perform(multi_.get(), &running), "curl_multi_perform");
    if (take_ended() > 0) return;
    const auto pause = std::chrono::ceil<std::chrono::milliseconds>(wake - Clock::now());
    check(curl_multi_poll(multi_.get(), nullptr, 0,
                          static_cast<int>(std::max<std::int64_t>(0, pause.count())), nullptr),
          "curl_multi_poll");
  }

  int take_ended() {
    int ended = 0, queued = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &queued)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* const easy = message->easy_handle;
      const CURLcode code = message->data.result;
      void* self = nullptr;
      curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
      check(curl_multi_remove_handle(multi_.get(), easy), "curl_multi_remove_handle");
      const auto is_it = [&](const Connection& one) { return &one.transfer == self; };
      end(*std::find_if(connections_.begin(), connections_.end(), is_it), code);
      ++ended;
    }
    return ended;
  }

  void end(Connection& connection, CURLcode code) {
    const S3Verdict verdict = connection.transfer.verdict(code);
    reached_ = reached_ || connection.transfer.connected(code);
    if (verdict == S3Verdict::kSlowDown) ++counts_.slow_down;
    if (verdict == S3Verdict::kDone) {
      S3Reply reply = connection.transfer.reply();
      reply.time_s = std::chrono::duration<double>(Clock::now() - connection.begun).count();
      replies_[connection.request] = std::move(reply);
      --left_;
      if (next_ < requests_->size()) begin(connection);
      return;
    }
    // Who was never reached is not there: waiting would only delay the message.
    const bool hopeless = verdict == S3Verdict::kFailed || !reached_;
    const bool timed_out = code == CURLE_OPERATION_TIMEDOUT;
    const int most = timed_out ? std::min(max_retries_, kMostTimeouts) : max_retries_;
    if (hopeless || connection.retry >= most) {
      if (timed_out) max_retries_ = 0;  // what still is to be cleaned up is tried once
      fail(connection, code);
    }
    connection.due =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(backoff_.draw(connection.retry));
    connection.waits = true;
    ++connection.retry;
    ++counts_.retries;
  }

  [[noreturn]] void fail(const Connection& connection, CURLcode code) {
    std::string text = connection.transfer.complaint(code);
    if (connection.retry > 0) text += fmt::format(" (after {} retries)", connection.retry);
    throw CommError(text);
  }

  /// Ends what is under way.
  void abandon() {
    for (Connection& connection : connections_) {
      connection.waits = false;
      curl_multi_remove_handle(multi_.get(), connection.transfer.easy());
    }
  }

  S3Context context_;
  Backoff backoff_;
  int max_retries_;
  CurlMulti multi_;                     // before the handles that it holds …
  std::deque<Connection> connections_;  // … whose addresses stay
  const std::vector<S3Request>* requests_ = nullptr;
  std::vector<S3Reply> replies_;
  std::size_t next_ = 0;  ///< request that no connection has taken
  std::size_t left_ = 0;  ///< that have not ended
  bool reached_ = false;
  S3Counts counts_;
};

S3Client::S3Client(const S3Options& options, int rank)
    : loop_(std::make_unique<Loop>(options, rank)) {}

S3Client::~S3Client() = default;

std::vector<S3Reply> S3Client::run(const std::vector<S3Request>& requests, int connections) {
  if (requests.empty()) return {};
  return loop_->run(requests, connections);
}

const S3Counts& S3Client::counts() const { return loop_->counts(); }

}  // namespace sextant::comm
