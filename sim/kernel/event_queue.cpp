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
  QueueEntry* const heap = heap_.data();
  const std::size_t size = heap_.size();
  std::size_t first = hole * kChildren + 1;
  while (first + kChildren <= size) {
    const std::size_t left = first + (heap[first + 1].before(heap[first]) ? 1 : 0);
    const std::size_t right = first + 2 + (heap[first + 3].before(heap[first + 2]) ? 1 : 0);
    const std::size_t least = heap[right].before(heap[left]) ? right : left;
    if (!heap[least].before(entry)) {
      heap[hole] = entry;
      return;
    }
    heap[hole] = heap[least];
    hole = least;
    first = hole * kChildren + 1;
  }
  if (first < size) {
    std::size_t least = first;
    for (std::size_t child = first + 1; child < size; ++child) {
      if (heap[child].before(heap[least])) least = child;
    }
    if (heap[least].before(entry)) {
      heap[hole] = heap[least];
      hole = least;
    }
  }
  heap[hole] = entry;
}

void EventQueue::restore() {
  if (heap_.size() < 2) return;
  for (std::size_t hole = (heap_.size() - 2) / kChildren + 1; hole-- > 0;) {
    const QueueEntry entry = heap_[hole];
    sift_down(hole, entry);
  }
}

}  // namespace sextant
