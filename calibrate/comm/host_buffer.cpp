#include "calibrate/comm/host_buffer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {
namespace {

constexpr std::size_t kPage = 4096;

std::size_t whole_pages(std::size_t bytes) {
  return (std::max<std::size_t>(bytes, 1) + kPage - 1) / kPage * kPage;
}

}  // namespace

HostBuffer::HostBuffer(std::size_t bytes)
    : bytes_(bytes),
      memory_(static_cast<std::byte*>(std::aligned_alloc(kPage, whole_pages(bytes)))) {
  if (!memory_) {
    throw CommError(
        fmt::format("this host has no room for {} more bytes: give a smaller --largest", bytes));
  }
  std::memset(memory_.get(), 0, whole_pages(bytes));
}

void HostBuffer::put(std::size_t offset, std::span<const std::byte> from) {
  std::copy(from.begin(), from.end(), memory_.get() + offset);
}

void HostBuffer::get(std::size_t offset, std::span<std::byte> to) {
  std::copy_n(memory_.get() + offset, to.size(), to.begin());
}

}  // namespace sextant::comm
