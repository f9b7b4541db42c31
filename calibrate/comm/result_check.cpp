#include "calibrate/comm/result_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "calibrate/comm/shares.h"

namespace sextant::comm {
namespace {

using ingest::Operation;

constexpr std::size_t kPiece = std::size_t{1} << 18;  ///< elements looked at together

/// What `rank` has at a place of its send buffer before the operation: small whole numbers.
float sent_by(int rank, std::size_t place) {
  constexpr std::size_t kPlaces = 61;
  constexpr int kRanks = 127;
  return static_cast<float>(place % kPlaces) + static_cast<float>(rank % kRanks);
}

template <class Value>
void fill(Buffer& buffer, std::size_t elements, Value value) {
  std::vector<float> piece(std::min(kPiece, elements));
  for (std::size_t begin = 0; begin < elements; begin += piece.size()) {
    const std::size_t count = std::min(piece.size(), elements - begin);
    for (std::size_t i = 0; i < count; ++i) piece[i] = value(begin + i);
    buffer.put(begin * sizeof(float), std::as_bytes(std::span(piece).first(count)));
  }
}

/// Elements of a received part that begins at `offset`, against what they must be.
template <class Value>
std::optional<std::string> compare(Buffer& buffer, std::size_t offset, std::size_t elements,
                                   Value expected) {
  std::vector<float> piece(std::min(kPiece, elements));
  for (std::size_t begin = 0; begin < elements; begin += piece.size()) {
    const std::size_t count = std::min(piece.size(), elements - begin);
    buffer.get((offset + begin) * sizeof(float),
               std::as_writable_bytes(std::span(piece).first(count)));
    for (std::size_t i = 0; i < count; ++i) {
      if (piece[i] == expected(begin + i)) continue;
      return fmt::format("element {} of {} is {:g}, not {:g}", offset + begin + i,
                         offset + elements, piece[i], expected(begin + i));
    }
  }
  return std::nullopt;
}

/// The sum of all ranks at a place.
class Sum {
 public:
  explicit Sum(int ranks) : ranks_(static_cast<float>(ranks)) {
    for (int rank = 0; rank < ranks; ++rank) of_ranks_ += sent_by(rank, 0);
  }
  float at(std::size_t place) const { return of_ranks_ + ranks_ * sent_by(0, place); }

 private:
  float ranks_;
  float of_ranks_ = 0;
};

std::optional<std::string> compare_parts(const Communicator& communicator, const Operated& operated,
                                         Buffer& receive) {
  const int ranks = communicator.size();
  const std::size_t elements = operated.bytes / sizeof(float);
  const auto received = elements_received(communicator.rank(), ranks, elements, operated.skew);
  const auto offsets = offsets_of(received);
  for (int sender = 0; sender < ranks; ++sender) {
    const auto s = static_cast<std::size_t>(sender);
    const auto sent = offsets_of(elements_sent(sender, ranks, elements, operated.skew));
    const std::size_t begin = sent[static_cast<std::size_t>(communicator.rank())];
    auto wrong = compare(receive, offsets[s], received[s],
                         [&](std::size_t i) { return sent_by(sender, begin + i); });
    if (wrong) return wrong;
  }
  return std::nullopt;
}

std::optional<std::string> compare_collective(const Communicator& communicator,
                                              const Operated& operated, Buffer& receive) {
  const auto ranks = static_cast<std::size_t>(communicator.size());
  const auto rank = static_cast<std::size_t>(communicator.rank());
  const std::size_t elements = operated.bytes / sizeof(float);
  const std::size_t part = elements / ranks;
  const Sum sum(communicator.size());
  if (operated.operation == Operation::kAllToAll) {
    return compare_parts(communicator, operated, receive);
  }
  if (operated.operation == Operation::kAllGather) {
    return compare(receive, 0, elements,
                   [&](std::size_t i) { return sent_by(static_cast<int>(i / part), i % part); });
  }
  if (operated.operation == Operation::kReduceScatter) {
    return compare(receive, 0, part, [&](std::size_t i) { return sum.at(rank * part + i); });
  }
  if (operated.operation == Operation::kAllReduce) {
    return compare(receive, 0, elements, [&](std::size_t i) { return sum.at(i); });
  }
  if (rank == 0) return std::nullopt;  // the root of a broadcast receives nothing
  return compare(receive, 0, elements, [](std::size_t i) { return sent_by(0, i); });
}

}  // namespace

std::optional<std::string> find_wrong_result(Communicator& communicator, const Operated& operated,
                                             Buffers buffers) {
  constexpr float kNothing = -1;
  const int rank = communicator.rank();
  const std::size_t elements = operated.bytes / sizeof(float);
  fill(buffers.send, elements, [&](std::size_t i) { return sent_by(rank, i); });
  fill(buffers.receive, elements, [](std::size_t) { return kNothing; });
  operate(communicator, operated, buffers);
  if (operated.pattern == Pattern::kCollective) {
    return compare_collective(communicator, operated, buffers.receive);
  }
  if (operated.pattern == Pattern::kStream && rank == 0) return std::nullopt;  // only an answer
  const int from = peers_of(operated.pattern, communicator).from;
  return compare(buffers.receive, 0, message_bytes(operated) / sizeof(float),
                 [&](std::size_t i) { return sent_by(from, i); });
}

}  // namespace sextant::comm
