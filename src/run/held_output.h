#pragma once

#include <cstdio>
#include <memory>

namespace sextant::run {

/// Throws away what this process writes to stdout, and keeps what it writes to stderr until it is
/// shown. What is never shown is lost.
class HeldOutput {
 public:
  HeldOutput();
  ~HeldOutput();
  HeldOutput(const HeldOutput&) = delete;
  HeldOutput& operator=(const HeldOutput&) = delete;

  /// Writes what was kept to the stderr that there was before; later output goes there, too.
  void show();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> kept_;
  int stderr_before_;
};

}  // namespace sextant::run
