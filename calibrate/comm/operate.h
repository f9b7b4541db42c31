#pragma once

#include "calibrate/comm/communication_plan.h"

namespace sextant::comm {

/// What a rank does once.
struct Operated {
  ingest::Operation operation;
  Pattern pattern;
  std::size_t bytes;  ///< as a sample counts them
  double skew = 0.0;
};

/// Memory that an operation reads and writes.
struct Buffers {
  Buffer& send;
  Buffer& receive;
};

/// Bytes of one message of a pattern of messages.
std::size_t message_bytes(const Operated& operated);

/// The rank that this one sends to, and receives from, in a pattern of messages.
struct Peers {
  int to, from;
};
Peers peers_of(Pattern pattern, const Communicator& communicator);

/// Does it once; a stream is kStreamMessages messages and an answer, a ping-pong there and back.
void operate(Communicator& communicator, const Operated& operated, Buffers buffers);

inline constexpr int kStreamMessages = 16;

/// How many of the operation that a sample means operate() does.
int operations_in(Pattern pattern);

}  // namespace sextant::comm
