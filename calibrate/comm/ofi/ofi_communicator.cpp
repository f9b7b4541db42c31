#include "calibrate/comm/ofi/ofi_communicator.h"

#include <algorithm>
#include <utility>

#include "calibrate/comm/ring_collectives.h"
#include "sextant/kernel/assert.h"

namespace sextant::comm {
namespace {

std::span<std::byte> bytes_of(Buffer& buffer, std::size_t bytes) {
  SEXTANT_ASSERT(bytes <= buffer.bytes(), "{} bytes of {}", bytes, buffer.bytes());
  return {buffer.data(), bytes};
}

}  // namespace

OfiCommunicator::OfiCommunicator(std::unique_ptr<Messenger> messenger)
    : messenger_(std::move(messenger)) {}

void OfiCommunicator::run(const Call& call, Buffer& send, Buffer& receive) {
  run_collective(*messenger_, call, send, receive);
}

void OfiCommunicator::send(int to, Buffer& buffer, std::size_t bytes) {
  send_many(to, buffer, bytes, 1);
}

void OfiCommunicator::receive(int from, Buffer& buffer, std::size_t bytes) {
  receive_many(from, buffer, bytes, 1);
}

void OfiCommunicator::send_many(int to, Buffer& buffer, std::size_t bytes, int messages) {
  messenger_->exchange_many(to, bytes_of(buffer, bytes), to, {}, messages);
}

void OfiCommunicator::receive_many(int from, Buffer& buffer, std::size_t bytes, int messages) {
  messenger_->exchange_many(from, {}, from, bytes_of(buffer, bytes), messages);
}

void OfiCommunicator::exchange(int to, Buffer& send, int from, Buffer& receive, std::size_t bytes) {
  const auto out = bytes_of(send, bytes);
  const auto in = bytes_of(receive, bytes);
  if (to == rank() && from == rank()) {
    std::copy(out.begin(), out.end(), in.begin());
  } else {
    messenger_->exchange(to, out, from, in);
  }
}

}  // namespace sextant::comm
