#include <fmt/format.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "src/flow/engine.h"
#include "src/flow/protocol.h"

namespace sextant::flow {
namespace {

using Clock = std::chrono::steady_clock;

/// Dies with the process that started it, whose number is the only argument.
void stay_with(const char* parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != std::atoi(parent)) std::_Exit(EXIT_FAILURE);
}

std::string read_everything() {
  std::string bytes;
  std::size_t filled = 0;
  for (;;) {
    bytes.resize(std::max(bytes.size(), filled + (filled >> 1) + (1 << 20)));
    const ssize_t got = ::read(STDIN_FILENO, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

bool write_everything(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

/// Not getrusage's, which counts the memory of the process that started this one.
std::int64_t peak_bytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::int64_t kib = 0;
  while (status >> word) {
    if (word == "VmHWM:") status >> kib;
  }
  return kib * 1024;
}

/// What becomes of a problem, on a stack that is large enough.
struct Job {
  FlowProblem problem;
  FlowResult result;
  std::exception_ptr failure;
};

void* run_job(void* argument) {
  Job& job = *static_cast<Job*>(argument);
  try {
    job.result = simulate(job.problem);
  } catch (...) {
    job.failure = std::current_exception();
  }
  return nullptr;
}

void run_on_large_stack(Job& job) {
  constexpr std::size_t kBytesPerLink = 1024;
  const std::size_t links = job.problem.capacities.size();
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, (std::size_t{64} << 20) + links * kBytesPerLink);
  pthread_t thread{};
  const int error = ::pthread_create(&thread, &attributes, run_job, &job);
  ::pthread_attr_destroy(&attributes);
  if (error != 0) throw std::bad_alloc();
  ::pthread_join(thread, nullptr);
}

std::string answer(std::string question) {
  const auto begun = Clock::now();
  Job job{.problem = decode_problem(question), .result = {}, .failure = {}};
  question = {};  // as large as the problem
  run_on_large_stack(job);
  if (job.failure) std::rethrow_exception(job.failure);
  job.result.wall_s = std::chrono::duration<double>(Clock::now() - begun).count();
  job.result.peak_bytes = peak_bytes();
  return encode(job.result);
}

std::string answer_or_failure(std::string question) {
  try {
    return answer(std::move(question));
  } catch (const std::bad_alloc&) {
    return encode_failure(fmt::format("out of memory with {:.1f} GB in use",
                                      static_cast<double>(peak_bytes()) * 1e-9));
  } catch (const std::exception& error) {
    return encode_failure(error.what());
  }
}

int work() {
  const bool written = write_everything(answer_or_failure(read_everything()));
  // Without destroying what SimGrid has: it would take time, and is not whole after an early end.
  std::_Exit(written ? EXIT_SUCCESS : EXIT_FAILURE);
}

}  // namespace
}  // namespace sextant::flow

int main(int argc, char** argv) {
  if (argc != 2 || ::isatty(STDIN_FILENO) != 0) {
    std::fputs("sextant-flow: sextant starts it, for --network flow\n", stderr);
    return 2;
  }
  sextant::flow::stay_with(argv[1]);
  return sextant::flow::work();
}
