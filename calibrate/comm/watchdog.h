#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sextant::comm {

/// Exit codes of a run that did not come to its end, as sysexits.h and shells number them.
inline constexpr int kTimedOut = 75;
inline constexpr int kInterrupted = 130;  ///< by SIGINT
inline constexpr int kTerminated = 143;   ///< by SIGTERM

/// Ends every process of the run with this exit code, within seconds, whatever MPI does.
[[noreturn]] void end_all_ranks(int exit_code);

/// A thread that ends the program with a message when a step takes too long, or when SIGTERM or
/// SIGINT arrives. While one lives, other threads do not receive these signals.
class Watchdog {
 public:
  struct Names {
    int rank = -1;  ///< below 0: MPI has not started
    std::string host;
    std::string option = "--point-timeout";  ///< allows a step more time; empty: none
  };

  /// `kept` says what of the work so far is not lost; it is called from the watchdog's thread.
  Watchdog(Names names, std::function<std::string()> kept);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// The step that now begins, and how long it may take [s]. Steps may hold others.
  void begin(const std::string& step, double timeout_s);
  void end();

 private:
  using Clock = std::chrono::steady_clock;
  struct Step {
    std::string name;
    double timeout_s;
    Clock::time_point deadline;
  };

  void watch();
  void check(const Step& step) const;
  [[noreturn]] void end_for_signal(int signal) const;

  Names names_;
  std::function<std::string()> kept_;
  sigset_t signals_{};
  sigset_t before_{};
  std::mutex mutex_;
  std::vector<Step> steps_;  ///< from the outermost in
  bool stop_ = false;
  std::thread thread_;
};

/// The name of this machine.
std::string this_host();

}  // namespace sextant::comm
