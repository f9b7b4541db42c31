#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace sextant::run {

/// A piece of dealt work that has ended.
struct DonePiece {
  std::int64_t piece = 0;
  std::string result;
  std::exception_ptr thrown;  ///< what it ended in, instead of a result
};

/// The threads of one process that do pieces of dealt work (deal.h), and the thread that makes the
/// crew, which gives it pieces and collects what became of them.
class Crew {
 public:
  using Work = std::function<std::string(std::int64_t)>;

  /// `work` outlives it.
  Crew(int threads, const Work& work);
  /// Waits for the pieces that are under way; the others are left.
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  void give(std::span<const std::int64_t> pieces);
  /// Forgets the pieces that nobody has begun.
  void drop();
  /// Pieces that have ended since the last call, in the order in which they did. Waits for the
  /// first of them, at most so long.
  std::vector<DonePiece> collect(std::chrono::microseconds wait);

  /// Given, and neither collected nor dropped.
  std::int64_t in_hand() const;
  /// How many it should have in hand to have work while it waits for more.
  std::int64_t appetite() const;

 private:
  void work_on();
  DonePiece do_piece(std::int64_t piece) const;

  const Work& work_;
  mutable std::mutex mutex_;
  std::condition_variable given_;
  std::condition_variable ended_;
  std::deque<std::int64_t> todo_;
  std::vector<DonePiece> done_;
  std::int64_t under_way_ = 0;
  std::int64_t pieces_done_ = 0;
  double busy_s_ = 0;  ///< of all threads together, for the pieces that are done
  bool closing_ = false;
  std::vector<std::jthread> threads_;  ///< last: they use all the others
};

}  // namespace sextant::run
