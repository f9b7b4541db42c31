#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "calibrate/comm/transport.h"

namespace sextant::comm {

/// Messages under way between threads that play the ranks of a group.
class Mail {
 public:
  void post(int from, int to, std::span<const std::byte> bytes) {
    const std::scoped_lock lock(mutex_);
    boxes_[{from, to}].emplace_back(bytes.begin(), bytes.end());
    arrived_.notify_all();
  }
  std::vector<std::byte> take(int from, int to) {
    std::unique_lock lock(mutex_);
    auto& box = boxes_[{from, to}];
    arrived_.wait(lock, [&] { return !box.empty(); });
    std::vector<std::byte> bytes = std::move(box.front());
    box.pop_front();
    return bytes;
  }
  /// Whether everything that was sent was received.
  bool empty() const {
    for (const auto& [ranks, box] : boxes_) {
      if (!box.empty()) return false;
    }
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::map<std::pair<int, int>, std::deque<std::vector<std::byte>>> boxes_;
};

/// One thread's end. It counts messages to ranks that are none, or of another size than expected.
class MemoryTransport : public Transport {
 public:
  MemoryTransport(Mail& mail, int rank, int size) : mail_(mail), rank_(rank), size_(size) {}
  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void exchange(int to, std::span<const std::byte> out, int from,
                std::span<std::byte> in) override {
    if (!out.empty()) {
      faults_ += to < 0 || to >= size_ || to == rank_ ? 1 : 0;
      mail_.post(rank_, to, out);
      sent_ += out.size();
    }
    if (in.empty()) return;
    const std::vector<std::byte> bytes = mail_.take(from, rank_);
    faults_ += bytes.size() == in.size() ? 0 : 1;
    std::copy_n(bytes.begin(), std::min(bytes.size(), in.size()), in.begin());
  }
  int faults() const { return faults_; }
  std::size_t sent() const { return sent_; }

 private:
  Mail& mail_;
  int rank_;
  int size_;
  int faults_ = 0;
  std::size_t sent_ = 0;
};

/// Runs `body` on `ranks` threads at once, each with its own number.
inline void on_threads(int ranks, const std::function<void(int)>& body) {
  std::vector<std::jthread> threads;
  for (int rank = 0; rank < ranks; ++rank) threads.emplace_back(body, rank);
}

}  // namespace sextant::comm
