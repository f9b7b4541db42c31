#include "calibrate/comm/result_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <span>

#include "calibrate/comm/host_buffer.h"
#include "calibrate/comm/shares.h"

namespace sextant::comm {
namespace {

using ingest::Operation;
using testing::HasSubstr;

constexpr int kRanks = 3;

std::span<float> floats(Buffer& buffer) {
  return {reinterpret_cast<float*>(buffer.data()), buffer.bytes() / sizeof(float)};
}

/// Rank 1 of three whose peers send what it sends, one more from rank 2 and one less from rank 0:
/// the pattern's numbers differ by one from rank to rank.
class ImaginedGroup : public Communicator {
 public:
  std::function<void(std::span<float>)> damage = [](std::span<float>) {};

  int rank() const override { return 1; }
  int size() const override { return kRanks; }

  void run(const Call& call, Buffer& send, Buffer& receive) override {
    const std::span<float> own = floats(send);
    const std::span<float> into = floats(receive);
    const std::size_t elements = call.bytes / sizeof(float);
    const std::size_t part = elements / kRanks;
    for (std::size_t i = 0; i < elements; ++i) {
      if (call.operation == Operation::kAllReduce) into[i] = 3 * own[i];
      if (call.operation == Operation::kBroadcast) into[i] = own[i] - 1;
      if (call.operation == Operation::kAllGather) {
        into[i] = own[i % part] + static_cast<float>(i / part) - 1;
      }
      if (call.operation == Operation::kReduceScatter && i < part) into[i] = 3 * own[part + i];
    }
    if (call.operation == Operation::kAllToAll) all_to_all(call, own, into);
    damage(into);
  }
  void send(int, Buffer&, std::size_t) override {}
  void receive(int from, Buffer& buffer, std::size_t bytes) override {
    for (std::size_t i = 0; i < bytes / sizeof(float); ++i) {
      floats(buffer)[i] = static_cast<float>(i % 61) + static_cast<float>(from);
    }
    damage(floats(buffer));
  }
  void exchange(int, Buffer&, int from, Buffer& receive_buffer, std::size_t bytes) override {
    receive(from, receive_buffer, bytes);
  }

 private:
  static void all_to_all(const Call& call, std::span<const float> own, std::span<float> into) {
    const std::size_t elements = call.bytes / sizeof(float);
    std::size_t at = 0;
    for (int sender = 0; sender < kRanks; ++sender) {
      const auto sent = elements_sent(sender, kRanks, elements, call.skew);
      const std::size_t begin = sent[0];
      for (std::size_t i = 0; i < sent[1]; ++i) {
        into[at++] = own[begin + i] + static_cast<float>(sender) - 1;
      }
    }
  }
};

std::optional<std::string> check(ImaginedGroup& group, const Operated& operated) {
  HostBuffer send(operated.bytes), receive(operated.bytes);
  return find_wrong_result(group, operated, {send, receive});
}

std::vector<Operated> everything() {
  const std::size_t bytes = 12 * 1000;
  return {{Operation::kAllReduce, Pattern::kCollective, bytes},
          {Operation::kAllGather, Pattern::kCollective, bytes},
          {Operation::kReduceScatter, Pattern::kCollective, bytes},
          {Operation::kAllToAll, Pattern::kCollective, bytes},
          {Operation::kAllToAll, Pattern::kCollective, bytes, 0.7},
          {Operation::kBroadcast, Pattern::kCollective, bytes},
          {Operation::kSendRecv, Pattern::kRing, bytes}};
}

TEST(ResultCheck, AcceptsWhatIsRight) {
  ImaginedGroup group;
  for (const Operated& operated : everything()) {
    EXPECT_EQ(check(group, operated), std::nullopt) << enum_name(operated.operation);
  }
}

TEST(ResultCheck, FindsOneDamagedElement) {
  ImaginedGroup group;
  group.damage = [](std::span<float> received) { received[777] += 1; };
  for (const Operated& operated : everything()) {
    const auto wrong = check(group, operated);
    ASSERT_TRUE(wrong.has_value()) << enum_name(operated.operation);
    EXPECT_THAT(*wrong, HasSubstr("element 777 of "));
  }
}

TEST(ResultCheck, FindsThatNothingArrived) {
  ImaginedGroup group;
  group.damage = [](std::span<float> received) {
    std::fill(received.begin(), received.end(), -1.0f);
  };
  for (const Operated& operated : everything()) {
    EXPECT_TRUE(check(group, operated).has_value()) << enum_name(operated.operation);
  }
}

}  // namespace
}  // namespace sextant::comm
