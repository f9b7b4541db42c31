#include "calibrate/comm/operate.h"

namespace sextant::comm {
namespace {

constexpr std::size_t kAnswer = sizeof(float);

void ping_pong(Communicator& communicator, std::size_t bytes, Buffers buffers) {
  if (communicator.rank() == 0) {
    communicator.send(1, buffers.send, bytes);
    communicator.receive(1, buffers.receive, bytes);
  } else {
    communicator.receive(0, buffers.receive, bytes);
    communicator.send(0, buffers.send, bytes);
  }
}

void stream(Communicator& communicator, std::size_t bytes, Buffers buffers) {
  if (communicator.rank() == 0) {
    communicator.send_many(1, buffers.send, bytes, kStreamMessages);
    communicator.receive(1, buffers.receive, kAnswer);
  } else {
    communicator.receive_many(0, buffers.receive, bytes, kStreamMessages);
    communicator.send(0, buffers.send, kAnswer);
  }
}

}  // namespace

std::size_t message_bytes(const Operated& operated) {
  return operated.pattern == Pattern::kAcross ? operated.bytes / 2 : operated.bytes;
}

Peers peers_of(Pattern pattern, const Communicator& communicator) {
  const int ranks = communicator.size();
  const int rank = communicator.rank();
  if (pattern == Pattern::kRing) return {(rank + 1) % ranks, (rank + ranks - 1) % ranks};
  const int across = (rank + ranks / 2) % ranks;
  return {across, across};
}

void operate(Communicator& communicator, const Operated& operated, Buffers buffers) {
  const std::size_t bytes = message_bytes(operated);
  switch (operated.pattern) {
    case Pattern::kCollective:
      communicator.run({operated.operation, bytes, operated.skew}, buffers.send, buffers.receive);
      break;
    case Pattern::kPingPong:
      ping_pong(communicator, bytes, buffers);
      break;
    case Pattern::kStream:
      stream(communicator, bytes, buffers);
      break;
    case Pattern::kRing:
    case Pattern::kAcross: {
      const Peers peers = peers_of(operated.pattern, communicator);
      communicator.exchange(peers.to, buffers.send, peers.from, buffers.receive, bytes);
    }
  }
}

int operations_in(Pattern pattern) {
  if (pattern == Pattern::kPingPong) return 2;
  return pattern == Pattern::kStream ? kStreamMessages : 1;
}

}  // namespace sextant::comm
