#include "src/run/held_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace sextant::run {

HeldOutput::HeldOutput() : kept_(std::tmpfile()), stderr_before_(dup(STDERR_FILENO)) {
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (!kept_ || stderr_before_ < 0 || nowhere < 0) {
    throw std::runtime_error("no temporary file for the messages of a process could be opened");
  }
  std::fflush(nullptr);
  dup2(nowhere, STDOUT_FILENO);
  close(nowhere);
  dup2(fileno(kept_.get()), STDERR_FILENO);
}

HeldOutput::~HeldOutput() { close(stderr_before_); }

void HeldOutput::show() {
  std::fflush(stderr);
  dup2(stderr_before_, STDERR_FILENO);
  std::rewind(kept_.get());
  std::array<char, 4096> block;
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), kept_.get())) {
    std::fwrite(block.data(), 1, size, stderr);
  }
}

}  // namespace sextant::run
