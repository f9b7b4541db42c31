#pragma once

#include <cstdlib>
#include <memory>

#include "calibrate/comm/buffer.h"

namespace sextant::comm {

/// Memory of the host, of whole pages, all of them there.
class HostBuffer : public Buffer {
 public:
  /// @throws CommError if there is not that much
  explicit HostBuffer(std::size_t bytes);

  std::byte* data() override { return memory_.get(); }
  std::size_t bytes() const override { return bytes_; }
  void put(std::size_t offset, std::span<const std::byte> from) override;
  void get(std::size_t offset, std::span<std::byte> to) override;

 private:
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };

  std::size_t bytes_;
  std::unique_ptr<std::byte, Free> memory_;
};

}  // namespace sextant::comm
