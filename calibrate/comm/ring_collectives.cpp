#include "calibrate/comm/ring_collectives.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/shares.h"
#include "sextant/kernel/assert.h"
#include "sextant/kernel/enum_names.h"

namespace sextant::comm {
namespace {

/// Broadcasts up to here go through a tree, larger ones through a chain [elements].
constexpr std::size_t kTreeElements = (64 << 10) / sizeof(float);
/// Segments of a chain are at least this long, so that a message's bytes outweigh its latency.
constexpr std::size_t kLeastSegment = (128 << 10) / sizeof(float);
/// Segments per hop of a chain: it is full, and all its links busy, 8/9 of the time.
constexpr std::size_t kSegmentsPerHop = 8;

/// A rank's neighbours on the ring, and the numbers of parts that pass by.
struct Ring {
  explicit Ring(const Transport& transport) : rank(transport.rank()), n(transport.size()) {}
  int right() const { return (rank + 1) % n; }
  int left() const { return (rank + n - 1) % n; }
  /// The part `back` places behind this rank's own; 0 ≤ back ≤ 2n.
  std::size_t part(int back) const { return static_cast<std::size_t>((rank + 2 * n - back) % n); }

  int rank;
  int n;
};

/// Part `index` of n nearly equal ones.
template <class Element>
std::span<Element> part_of(std::span<Element> all, std::size_t index, int n) {
  const auto parts = static_cast<std::size_t>(n);
  const std::size_t begin = all.size() * index / parts;
  return all.subspan(begin, all.size() * (index + 1) / parts - begin);
}

/// What an all-to-all sends to, or receives from, each rank.
template <class Element>
class Shares {
 public:
  template <class Counts>
  Shares(std::span<Element> all, Counts counts, const Transport& transport, double skew)
      : all_(all),
        elements_(counts(transport.rank(), transport.size(), all.size(), skew)),
        offsets_(offsets_of(elements_)) {}
  std::span<Element> of(int peer) const {
    const auto index = static_cast<std::size_t>(peer);
    return all_.subspan(offsets_[index], elements_[index]);
  }

 private:
  std::span<Element> all_;
  std::vector<std::size_t> elements_;
  std::vector<std::size_t> offsets_;
};

void exchange(Transport& transport, int to, std::span<const float> out, int from,
              std::span<float> in) {
  transport.exchange(to, std::as_bytes(out), from, std::as_writable_bytes(in));
}

void copy(std::span<const float> from, std::span<float> to) {
  std::copy(from.begin(), from.end(), to.begin());
}

void add(std::span<const float> from, std::span<float> to) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

/// After step n − 2 rank r has the whole of every rank's part r; step by step it receives what its
/// left neighbour has, from part r − 1 backwards.
void pass_parts_around(Transport& transport, std::span<float> all) {
  const Ring ring(transport);
  for (int step = 0; step + 1 < ring.n; ++step) {
    exchange(transport, ring.right(), part_of(all, ring.part(step), ring.n), ring.left(),
             part_of(all, ring.part(step + 1), ring.n));
  }
}

/// Each rank receives from the one whose number lacks its lowest bit, then sends to those that
/// have one more bit below it.
void broadcast_by_tree(Transport& transport, std::span<const float> send,
                       std::span<float> receive) {
  const int rank = transport.rank();
  const int n = transport.size();
  int bit = 1;
  while (bit < n && (rank & bit) == 0) bit <<= 1;
  if (rank != 0) exchange(transport, 0, {}, rank - bit, receive);
  const std::span<const float> held = rank == 0 ? send : receive;
  for (bit >>= 1; bit > 0; bit >>= 1) {
    if (rank + bit < n) exchange(transport, rank + bit, held, 0, {});
  }
}

/// Each rank receives a segment while it passes the one before to the next rank.
void broadcast_by_chain(Transport& transport, std::span<const float> send,
                        std::span<float> receive) {
  const int rank = transport.rank();
  const bool first = rank == 0;
  const bool last = rank + 1 == transport.size();
  const std::size_t hops = static_cast<std::size_t>(transport.size()) - 1;
  const std::size_t segment = std::max(kLeastSegment, send.size() / (kSegmentsPerHop * hops));
  std::span<const float> held;
  const auto pass = [&](std::span<float> in) {
    exchange(transport, rank + 1, last ? std::span<const float>() : held, rank - 1, in);
  };
  for (std::size_t begin = 0; begin < send.size(); begin += segment) {
    const std::size_t size = std::min(segment, send.size() - begin);
    if (first) held = send.subspan(begin, size);
    pass(first ? std::span<float>() : receive.subspan(begin, size));
    if (!first) held = receive.subspan(begin, size);
  }
  if (!first) pass({});
}

}  // namespace

void all_reduce(Transport& transport, std::span<const float> send, std::span<float> receive) {
  SEXTANT_ASSERT(send.size() == receive.size(), "all_reduce of unlike spans");
  const Ring ring(transport);
  if (ring.n == 1) return copy(send, receive);
  for (int step = 0; step + 1 < ring.n; ++step) {
    const auto out = part_of(step == 0 ? send : receive, ring.part(step + 1), ring.n);
    const auto in = part_of(receive, ring.part(step + 2), ring.n);
    exchange(transport, ring.right(), out, ring.left(), in);
    add(part_of(send, ring.part(step + 2), ring.n), in);
  }
  pass_parts_around(transport, receive);
}

void reduce_scatter(Transport& transport, std::span<const float> send, std::span<float> receive) {
  SEXTANT_ASSERT(send.size() == receive.size(), "reduce_scatter of unlike spans");
  const Ring ring(transport);
  if (ring.n == 1) return copy(send, receive);
  // Partial sums alternate between the first two parts, such that the last one is in the first.
  const auto slot = [&](int step) {
    return part_of(receive, static_cast<std::size_t>((ring.n - step) % 2), ring.n);
  };
  for (int step = 0; step + 1 < ring.n; ++step) {
    const auto out = step == 0 ? part_of(send, ring.part(1), ring.n) : slot(step - 1);
    exchange(transport, ring.right(), out, ring.left(), slot(step));
    add(part_of(send, ring.part(step + 2), ring.n), slot(step));
  }
}

void all_gather(Transport& transport, std::span<const float> send, std::span<float> receive) {
  const Ring ring(transport);
  SEXTANT_ASSERT(send.size() * static_cast<std::size_t>(ring.n) == receive.size(),
                 "all_gather of unlike spans");
  copy(send, part_of(receive, ring.part(0), ring.n));
  pass_parts_around(transport, receive);
}

void all_to_all(Transport& transport, std::span<const float> send, std::span<float> receive,
                double skew) {
  SEXTANT_ASSERT(send.size() == receive.size(), "all_to_all of unlike spans");
  const Shares<const float> out(send, elements_sent, transport, skew);
  const Shares<float> in(receive, elements_received, transport, skew);
  const int rank = transport.rank();
  const int n = transport.size();
  copy(out.of(rank), in.of(rank));
  for (int distance = 1; distance < n; ++distance) {
    const int to = (rank + distance) % n;
    const int from = (rank + n - distance) % n;
    exchange(transport, to, out.of(to), from, in.of(from));
  }
}

void broadcast(Transport& transport, std::span<const float> send, std::span<float> receive) {
  SEXTANT_ASSERT(send.size() == receive.size(), "broadcast of unlike spans");
  if (transport.size() == 1) return;
  if (receive.size() <= kTreeElements) return broadcast_by_tree(transport, send, receive);
  broadcast_by_chain(transport, send, receive);
}

void run_collective(Transport& transport, const Call& call, Buffer& send, Buffer& receive) {
  const auto elements = [](Buffer& buffer, std::size_t bytes) {
    SEXTANT_ASSERT(bytes <= buffer.bytes(), "{} bytes of {}", bytes, buffer.bytes());
    return std::span(reinterpret_cast<float*>(buffer.data()), bytes / sizeof(float));
  };
  const auto all = elements(send, call.operation == ingest::Operation::kAllGather
                                      ? call.bytes / static_cast<std::size_t>(transport.size())
                                      : call.bytes);
  const auto result = elements(receive, call.bytes);
  using Operation = ingest::Operation;
  if (call.operation == Operation::kAllReduce) {
    all_reduce(transport, all, result);
  } else if (call.operation == Operation::kAllGather) {
    all_gather(transport, all, result);
  } else if (call.operation == Operation::kReduceScatter) {
    reduce_scatter(transport, all, result);
  } else if (call.operation == Operation::kAllToAll) {
    all_to_all(transport, all, result, call.skew);
  } else if (call.operation == Operation::kBroadcast) {
    broadcast(transport, all, result);
  } else {
    throw CommError(fmt::format("messages between pairs make no {}", enum_name(call.operation)));
  }
}

}  // namespace sextant::comm
