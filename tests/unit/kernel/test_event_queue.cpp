#include "sextant/kernel/event_queue.h"

#include <gtest/gtest.h>

namespace sextant {
namespace {

QueueEntry entry(std::int64_t time, Priority priority, std::uint64_t sequence,
                 std::uint32_t branch = 0) {
  return {
      .time_ns = time, .order = QueueEntry::pack(priority, sequence, branch), .process = nullptr};
}

TEST(EventQueue, OrdersByTimeThenPriorityThenSequence) {
  const QueueEntry base = entry(10, Priority::kNormal, 5);
  EXPECT_TRUE(entry(9, Priority::kEnd, 9).before(base));
  EXPECT_TRUE(entry(10, Priority::kFailure, 9).before(base));
  EXPECT_TRUE(entry(10, Priority::kNormal, 4, 255).before(base));
  EXPECT_FALSE(base.before(base));
  EXPECT_FALSE(entry(10, Priority::kEvent, 1).before(base));
  EXPECT_FALSE(entry(11, Priority::kFailure, 1).before(base));
}

TEST(EventQueue, UnpacksWhatItPacked) {
  const std::uint64_t sequence = QueueEntry::kSequenceMask - 3;
  const QueueEntry packed = entry(1, Priority::kEnd, sequence, 200);
  EXPECT_EQ(packed.sequence(), sequence);
  EXPECT_EQ(packed.branch(), 200u);
}

TEST(EventQueue, RemovesByPredicate) {
  EventQueue queue;
  for (std::uint64_t i = 0; i < 100; ++i) {
    queue.push(entry(static_cast<std::int64_t>(i * 37 % 100), Priority::kNormal, i));
  }
  queue.remove_if([](const QueueEntry& e) { return e.time_ns % 2 == 0; });
  EXPECT_EQ(queue.size(), 50u);
  for (std::int64_t time = 1; time < 100; time += 2) {
    EXPECT_EQ(queue.top().time_ns, time);
    queue.pop();
  }
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace sextant
