#include "src/run/flow_worker.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include "src/flow/protocol.h"
#include "src/run/child_process.h"

namespace sextant::run {
namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr std::size_t kKeptOfErrors = 2048;       // bytes
constexpr int kMostReads = 256;                   // of a stream at once: what never ends waits too
constexpr std::chrono::milliseconds kGlance{50};  // between looks at the worker and `stopped`

constexpr std::string_view kMissing =
    "apt-get install libsimgrid-dev and build again, or set SEXTANT_FLOW";

fs::path beside_this_program() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return program.parent_path() / "sextant-flow";
}

struct Worker {
  fs::path path;
  std::string_view named_by;  // empty: nobody
};

Worker worker_of(const FlowOptions& options) {
  if (options.worker) return {.path = *options.worker, .named_by = "FlowOptions::worker"};
  const char* variable = std::getenv("SEXTANT_FLOW");
  if (variable != nullptr && *variable != '\0') {
    return {.path = variable, .named_by = "SEXTANT_FLOW"};
  }
  return {.path = beside_this_program(), .named_by = {}};
}

bool runs(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

fs::path installed_worker(const FlowOptions& options) {
  const Worker worker = worker_of(options);
  if (runs(worker.path)) return worker.path;
  if (worker.named_by.empty()) {
    throw FlowFailure(fmt::format("sextant-flow is not installed beside sextant: {}", kMissing));
  }
  throw FlowFailure(fmt::format("{}, which {} names, is no program that can be run",
                                worker.path.string(), worker.named_by));
}

/// Question and answer of one worker.
class Exchange {
 public:
  /// An answer has at most `most` bytes.
  Exchange(const fs::path& program, std::string_view question, std::size_t most,
           const FlowOptions& options)
      : options_(options),
        question_(question),
        most_(most),
        child_(program, {std::to_string(::getpid())}) {
    const auto limit = std::chrono::duration<double>(std::min(options.timeout_s, 1e8));
    deadline_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(limit);
  }

  /// What the worker has written when it has ended well. @throws FlowFailure
  std::string answer() {
    while (child_.out.open() && !child_.ended()) {
      check_patience();
      wait_for_streams();
      feed();
      read_streams();
    }
    // Once it closes its output it is about to end; a stream may outlive it in a child of its own.
    while (!child_.ended()) {
      check_patience();
      read_streams();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    read_streams();
    check_end();
    return std::move(answer_);
  }

  std::string said() const {
    const auto end = errors_.find_last_not_of(" \n");
    if (end == std::string::npos) return {};
    return fmt::format("\nIt said: {}", std::string_view(errors_).substr(0, end + 1));
  }

 private:
  void check_patience() {
    resident_ = std::max(resident_, child_.resident_bytes());
    if (options_.stopped && options_.stopped()) {
      child_.kill();
      throw FlowFailure("the flow engine was stopped by an interrupt");
    }
    if (Clock::now() < deadline_) return;
    child_.kill();
    throw FlowFailure(
        fmt::format("the flow engine took more than {:.6g} s and was stopped: fold or shorten the "
                    "problem, or allow more time",
                    options_.timeout_s));
  }

  void wait_for_streams() {
    const auto events = [](const Descriptor& stream, short what) {
      return pollfd{.fd = stream.number(), .events = what, .revents = 0};  // -1 is passed over
    };
    std::array<pollfd, 3> streams{events(child_.in, POLLOUT), events(child_.out, POLLIN),
                                  events(child_.err, POLLIN)};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
    const auto wait = std::clamp(left, std::chrono::milliseconds(0), kGlance);
    ::poll(streams.data(), streams.size(), static_cast<int>(wait.count()));
  }

  void feed() {
    while (child_.in.open() && !question_.empty()) {
      const ssize_t sent = ::send(child_.in.number(), question_.data(), question_.size(),
                                  MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0 && errno == EAGAIN) return;
      if (sent < 0) question_ = {};  // it has closed its end: its end will say why
      if (sent > 0) question_.remove_prefix(static_cast<std::size_t>(sent));
    }
    child_.in.close();
  }

  void read_streams() {
    read_stream(child_.out, [this](std::string_view bytes) {
      answer_ += bytes;
      if (answer_.size() > most_) throw FlowFailure("the flow engine says more than any result");
    });
    read_stream(child_.err, [this](std::string_view bytes) {
      errors_ += bytes;
      if (errors_.size() > kKeptOfErrors) errors_.erase(0, errors_.size() - kKeptOfErrors);
    });
  }

  /// What is there, without waiting; closes at the end.
  template <class Take>
  void read_stream(Descriptor& stream, Take take) {
    for (int reads = 0; stream.open() && reads < kMostReads; ++reads) {
      const ssize_t got = ::read(stream.number(), buffer_.data(), buffer_.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) {
        stream.close();
      } else {
        take(std::string_view(buffer_.data(), static_cast<std::size_t>(got)));
      }
    }
  }

  void check_end() const {
    const ProcessEnd& end = child_.end();
    if (end.signal != 0) {
      throw FlowFailure(fmt::format(
          "the flow engine was ended by signal {} ({}): {:.1f} GB of memory were in use{}",
          end.signal, ::strsignal(end.signal), static_cast<double>(resident_) * 1e-9, said()));
    }
    if (end.status != 0) {
      throw FlowFailure(fmt::format("the flow engine ended with status {}{}", end.status, said()));
    }
  }

  const FlowOptions& options_;
  std::string_view question_;  // what it has not yet been sent
  std::size_t most_;
  ChildProcess child_;
  Clock::time_point deadline_;
  std::string answer_, errors_;
  std::int64_t resident_ = 0;  // memory of the worker, the most seen
  std::array<char, 1 << 16> buffer_{};
};

std::string start_failure(const fs::path& program, const std::system_error& error) {
  return fmt::format("{} could not be started: {}", program.string(), error.code().message());
}

}  // namespace

std::optional<fs::path> find_flow_worker(const FlowOptions& options) {
  const Worker worker = worker_of(options);
  if (!runs(worker.path)) return std::nullopt;
  return worker.path;
}

FlowResult run_flows(const FlowProblem& problem, const FlowOptions& options) {
  const fs::path program = installed_worker(options);
  const std::string question = flow::encode(problem);
  try {
    const std::size_t most = problem.activities.size() * 3 * sizeof(double) + (1 << 16);
    Exchange exchange(program, question, most, options);
    const std::string answer = exchange.answer();
    try {
      FlowResult result = flow::decode_result(answer);
      if (result.end.size() != problem.activities.size()) {
        throw flow::ProtocolError(fmt::format("times of {} activities, not {}", result.end.size(),
                                              problem.activities.size()));
      }
      return result;
    } catch (const flow::ProtocolError& error) {
      throw FlowFailure(fmt::format("the flow engine: {}{}", error.what(), exchange.said()));
    }
  } catch (const std::system_error& error) {
    throw FlowFailure(start_failure(program, error));
  }
}

}  // namespace sextant::run
