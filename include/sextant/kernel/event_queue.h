#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sextant/kernel/priority.h"
#include "sextant/kernel/sim_time.h"

namespace sextant {

class ProcessState;

/// One future wake-up of a process. Entries are ordered by (time, priority, sequence); the sequence
/// is unique, so the order is total.
struct QueueEntry {
  std::int64_t time_ns;
  /// Priority (8 bits), sequence (48 bits), branch of the wait (8 bits), from the top. The branch
  /// never decides, because the sequence is unique.
  std::uint64_t order;
  ProcessState* process;

  static constexpr std::uint64_t kSequenceMask = (std::uint64_t{1} << 48) - 1;

  static constexpr std::uint64_t pack(Priority priority, std::uint64_t sequence,
                                      std::uint32_t branch) {
    return std::uint64_t{static_cast<std::uint8_t>(priority)} << 56 | sequence << 8 | branch;
  }
  constexpr std::uint64_t sequence() const { return order >> 8 & kSequenceMask; }
  constexpr std::uint32_t branch() const { return static_cast<std::uint32_t>(order & 0xff); }
  /// Without branches: which of two entries comes first is not predictable.
  constexpr bool before(const QueueEntry& other) const { return key() < other.key(); }

 private:
  __extension__ typedef __int128 Key;
  constexpr Key key() const { return Key{time_ns} << 64 | order; }
};

/// Future wake-ups as a heap with four children per node: half as deep as a binary heap, and the
/// children of a node share a cache line or two.
class EventQueue {
 public:
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  const QueueEntry& top() const { return heap_.front(); }
  void push(const QueueEntry& entry);
  void pop();

  /// Drops every entry for which `stale(entry)` holds, in O(size).
  template <class Predicate>
  void remove_if(Predicate stale) {
    std::erase_if(heap_, stale);
    restore();
  }

 private:
  void sift_down(std::size_t hole, const QueueEntry& entry);
  void restore();

  std::vector<QueueEntry> heap_;
};

}  // namespace sextant
