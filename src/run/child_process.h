#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sextant::run {

/// A file descriptor that is closed with it; -1: none.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;

  int number() const { return number_; }
  bool open() const { return number_ >= 0; }
  void close();
  int release();

 private:
  int number_;
};

/// How a process ended.
struct ProcessEnd {
  int signal = 0;  ///< that ended it; 0: it left with `status`
  int status = 0;  ///< of its exit
};

/// A program started with its standard streams in our hands, in a process group of its own, which
/// is killed and reaped with this object.
class ChildProcess {
 public:
  /// `in` is a socket, since writing to one raises no SIGPIPE; none of ours blocks.
  /// @throws std::system_error where it cannot be started
  ChildProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  Descriptor in, out, err;  ///< our ends

  /// Whether it has ended; then end() says how.
  bool ended();
  const ProcessEnd& end() const { return end_; }
  /// Resident memory that it uses now; 0 when it has ended.
  std::int64_t resident_bytes() const;
  /// It and every process that it has started.
  void kill();

 private:
  pid_t pid_ = 0;
  bool reaped_ = false;
  ProcessEnd end_;
};

}  // namespace sextant::run
