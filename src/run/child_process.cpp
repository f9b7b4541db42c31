#include "src/run/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <system_error>
#include <utility>

namespace sextant::run {
namespace {

void check(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

void check_call(int returned, const char* what) {
  if (returned < 0) check(errno, what);
}

/// The same file, at a number above those of the standard streams, where the child's are put.
Descriptor above_streams(int number) {
  Descriptor low(number);
  if (number > STDERR_FILENO) return low;
  Descriptor high(::fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  check_call(high.number(), "fcntl");
  return high;
}

struct Ends {
  Descriptor ours, theirs;
};

void do_not_block(const Descriptor& descriptor) {
  check_call(
      ::fcntl(descriptor.number(), F_SETFL, ::fcntl(descriptor.number(), F_GETFL) | O_NONBLOCK),
      "fcntl");
}

Ends make_ends(std::array<int, 2> numbers) {
  Descriptor first(numbers[0]), second(numbers[1]);
  Ends ends{.ours = above_streams(first.release()), .theirs = above_streams(second.release())};
  do_not_block(ends.ours);
  return ends;
}

Ends make_socket() {
  std::array<int, 2> numbers{};
  check_call(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, numbers.data()), "socketpair");
  return make_ends(numbers);
}

Ends make_pipe_to_us() {
  std::array<int, 2> numbers{};
  check_call(::pipe2(numbers.data(), O_CLOEXEC), "pipe2");
  return make_ends(numbers);
}

/// What posix_spawn does in the child before the program: its streams, a group of its own, and
/// signals as a program expects them, whatever ours are.
class SpawnPlan {
 public:
  SpawnPlan(int in, int out, int err) {
    check(::posix_spawn_file_actions_init(&actions), "posix_spawn_file_actions_init");
    check(::posix_spawnattr_init(&attributes), "posix_spawnattr_init");
    const std::array<int, 3> streams{in, out, err};
    for (int number = 0; number < 3; ++number) {
      check(::posix_spawn_file_actions_adddup2(&actions, streams[static_cast<std::size_t>(number)],
                                               number),
            "posix_spawn_file_actions_adddup2");
    }
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    sigdelset(&all, SIGKILL);
    sigdelset(&all, SIGSTOP);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    constexpr int kFlags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
    check(::posix_spawnattr_setflags(&attributes, kFlags), "posix_spawnattr_setflags");
  }
  ~SpawnPlan() {
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    number_ = other.release();
  }
  return *this;
}

void Descriptor::close() {
  if (open()) ::close(number_);
  number_ = -1;
}

int Descriptor::release() { return std::exchange(number_, -1); }

ChildProcess::ChildProcess(const std::filesystem::path& program,
                           const std::vector<std::string>& arguments) {
  Ends input = make_socket(), output = make_pipe_to_us(), errors = make_pipe_to_us();
  const SpawnPlan plan(input.theirs.number(), output.theirs.number(), errors.theirs.number());
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  check(::posix_spawn(&pid_, program.c_str(), &plan.actions, &plan.attributes, pointers.data(),
                      environ),
        "posix_spawn");
  in = std::move(input.ours);
  out = std::move(output.ours);
  err = std::move(errors.ours);
}

ChildProcess::~ChildProcess() {
  if (reaped_) return;
  kill();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

bool ChildProcess::ended() {
  if (reaped_) return true;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
  reaped_ = true;
  end_.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  end_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  return true;
}

std::int64_t ChildProcess::resident_bytes() const {
  std::ifstream pages("/proc/" + std::to_string(pid_) + "/statm");
  std::int64_t all = 0, resident = 0;
  pages >> all >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

void ChildProcess::kill() {
  if (!reaped_) ::kill(-pid_, SIGKILL);
}

}  // namespace sextant::run
