#include "calibrate/comm/watchdog.h"

#include <fmt/format.h>
#include <mpi.h>
#include <unistd.h>

#include <array>
#include <ctime>

namespace sextant::comm {
namespace {

constexpr long kTickNs = 50'000'000;
constexpr std::chrono::seconds kGrace{5};             ///< for MPI_Abort
constexpr std::chrono::milliseconds kRootFirst{500};  ///< before other ranks say the same

bool mpi_runs() {
  int begun = 0;
  int ended = 0;
  MPI_Initialized(&begun);
  MPI_Finalized(&ended);
  return begun != 0 && ended == 0;
}

void say(const std::string& text) {
  fmt::print(stderr, "\nsextant-comm: {}\n", text);
  std::fflush(stderr);
}

}  // namespace

void end_all_ranks(int exit_code) {
  if (mpi_runs()) {
    std::thread([exit_code] {
      std::this_thread::sleep_for(kGrace);
      _exit(exit_code);
    }).detach();
    MPI_Abort(MPI_COMM_WORLD, exit_code);
  }
  _exit(exit_code);
}

std::string this_host() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "this host";
}

Watchdog::Watchdog(Names names, std::function<std::string()> kept)
    : names_(std::move(names)), kept_(std::move(kept)) {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  thread_ = std::thread([this] { watch(); });
}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  thread_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Watchdog::begin(const std::string& step, double timeout_s) {
  const std::chrono::duration<double> timeout(timeout_s);
  const std::lock_guard lock(mutex_);
  steps_.push_back(
      {step, timeout_s, Clock::now() + std::chrono::duration_cast<Clock::duration>(timeout)});
}

void Watchdog::end() {
  const std::lock_guard lock(mutex_);
  steps_.pop_back();
}

void Watchdog::watch() {
  const timespec tick{0, kTickNs};
  for (;;) {
    const int signal = sigtimedwait(&signals_, nullptr, &tick);
    if (signal > 0) end_for_signal(signal);
    const std::lock_guard lock(mutex_);
    if (stop_) return;
    for (const Step& step : steps_) check(step);
  }
}

void Watchdog::check(const Step& step) const {
  const Clock::time_point now = Clock::now();
  const Clock::time_point deadline =
      step.deadline + (names_.rank > 0 ? kRootFirst : kRootFirst * 0);
  if (now < deadline) return;
  const std::string rank = names_.rank < 0 ? "" : fmt::format("rank {} on ", names_.rank);
  say(fmt::format(
      "{}{}: \"{}\" has taken longer than {:g} s. Look whether every rank still runs, "
      "and whether the hosts reach each other on the ports and cards that are used "
      "(security groups, firewalls, FI_* and NCCL_* variables).{} {}",
      rank, names_.host, step.name, step.timeout_s,
      names_.option.empty() ? "" : fmt::format(" {} allows more time.", names_.option), kept_()));
  end_all_ranks(kTimedOut);
}

void Watchdog::end_for_signal(int signal) const {
  const bool interrupt = signal == SIGINT;
  if (names_.rank <= 0) {
    say(fmt::format("ended by {}. {}", interrupt ? "SIGINT" : "SIGTERM", kept_()));
  }
  _exit(interrupt ? kInterrupted : kTerminated);
}

}  // namespace sextant::comm
