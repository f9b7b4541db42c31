#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "calibrate/comm/ofi/endpoint.h"
#include "calibrate/comm/transport.h"

namespace sextant::comm {

/// How a group's ranks exchange messages over libfabric, each through an endpoint of its own.
class Messenger : public Transport {
 public:
  Messenger(Domain& domain, int rank, int size) : endpoint_(domain), rank_(rank), size_(size) {}
  /// To be connected before the first exchange.
  Endpoint& endpoint() { return endpoint_; }
  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void exchange(int to, std::span<const std::byte> out, int from,
                std::span<std::byte> in) override {
    exchange_many(to, out, from, in, 1);
  }
  /// The same messages so many times, all in flight at once.
  virtual void exchange_many(int to, std::span<const std::byte> out, int from,
                             std::span<std::byte> in, int messages) = 0;

 private:
  Endpoint endpoint_;
  int rank_;
  int size_;
};

/// Tagged messages, which the provider matches: what MPI libraries use. With `rma` the receiver
/// tells where its memory is, and the sender writes there: what aws-ofi-nccl does on p5 and later.
std::unique_ptr<Messenger> make_messenger(Domain& domain, bool rma, int rank, int size);

/// A message cut into what a provider takes at once; an empty one has no pieces.
template <class Byte>
std::vector<std::span<Byte>> pieces_of(std::span<Byte> message, std::size_t largest) {
  std::vector<std::span<Byte>> pieces;
  while (!message.empty()) {
    pieces.push_back(message.first(std::min(message.size(), largest)));
    message = message.subspan(pieces.back().size());
  }
  return pieces;
}

}  // namespace sextant::comm
