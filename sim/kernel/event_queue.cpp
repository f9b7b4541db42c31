#include "sextant/kernel/event_queue.h"

#include <algorithm>

namespace sextant {
namespace {

constexpr std::size_t kChildren = 4;

}  // namespace

void EventQueue::push(const QueueEntry& entry) {
  std::size_t hole = heap_.size();
  heap_.push_back(entry);
  while (hole > 0) {
    const std::size_t parent = (hole - 1) / kChildren;
    if (!entry.before(heap_[parent])) break;
    heap_[hole] = heap_[parent];
    hole = parent;
  }
  heap_[hole] = entry;
}

void EventQueue::pop() {
  const QueueEntry last = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) sift_down(0, last);
}

void EventQueue::sift_down(std::size_t hole, const QueueEntry& entry) {
  for (;;) {
    const std::size_t first = hole * kChildren + 1;
    if (first >= heap_.size()) break;
    const std::size_t end = std::min(first + kChildren, heap_.size());
    std::size_t least = first;
    for (std::size_t child = first + 1; child < end; ++child) {
      if (heap_[child].before(heap_[least])) least = child;
    }
    if (!heap_[least].before(entry)) break;
    heap_[hole] = heap_[least];
    hole = least;
  }
  heap_[hole] = entry;
}

void EventQueue::restore() {
  if (heap_.size() < 2) return;
  for (std::size_t hole = (heap_.size() - 2) / kChildren + 1; hole-- > 0;) {
    const QueueEntry entry = heap_[hole];
    sift_down(hole, entry);
  }
}

}  // namespace sextant
