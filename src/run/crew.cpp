#include "src/run/crew.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace sextant::run {
namespace {

/// How long a crew may wait for more work: two processes' polls and some disk.
constexpr double kAhead_s = 0.010;
constexpr double kMostAhead = 1000;

}  // namespace

Crew::Crew(int threads, const Work& work) : work_(work) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work_on(); });
}

Crew::~Crew() {
  const std::scoped_lock lock(mutex_);
  todo_.clear();
  closing_ = true;
  given_.notify_all();
}

void Crew::give(std::span<const std::int64_t> pieces) {
  if (pieces.empty()) return;
  const std::scoped_lock lock(mutex_);
  todo_.insert(todo_.end(), pieces.begin(), pieces.end());
  given_.notify_all();
}

void Crew::drop() {
  const std::scoped_lock lock(mutex_);
  todo_.clear();
}

std::vector<DonePiece> Crew::collect(std::chrono::microseconds wait) {
  std::unique_lock lock(mutex_);
  ended_.wait_for(lock, wait, [this] { return !done_.empty(); });
  return std::exchange(done_, {});
}

std::int64_t Crew::in_hand() const {
  const std::scoped_lock lock(mutex_);
  return static_cast<std::int64_t>(todo_.size() + done_.size()) + under_way_;
}

std::int64_t Crew::appetite() const {
  const std::scoped_lock lock(mutex_);
  // Until one piece is done nobody knows; nothing ahead is kept for pieces that take long, so that
  // none waits for its turn at the end while others have nothing to do.
  double ahead = 1;
  if (pieces_done_ > 0 && busy_s_ > 0) {
    const double piece_s = busy_s_ / static_cast<double>(pieces_done_);
    ahead = std::min(kMostAhead, std::ceil(kAhead_s / piece_s - 0.05));
  }
  return static_cast<std::int64_t>(threads_.size()) * (1 + static_cast<std::int64_t>(ahead));
}

void Crew::work_on() {
  std::unique_lock lock(mutex_);
  for (;;) {
    given_.wait(lock, [this] { return closing_ || !todo_.empty(); });
    if (closing_) return;
    const std::int64_t piece = todo_.front();
    todo_.pop_front();
    ++under_way_;
    lock.unlock();
    const auto begin = std::chrono::steady_clock::now();
    DonePiece done = do_piece(piece);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    lock.lock();
    done_.push_back(std::move(done));
    --under_way_;
    ++pieces_done_;
    busy_s_ += took.count();
    ended_.notify_one();
  }
}

DonePiece Crew::do_piece(std::int64_t piece) const {
  DonePiece done{.piece = piece, .result = {}, .thrown = {}};
  try {
    done.result = work_(piece);
  } catch (...) {
    done.thrown = std::current_exception();
  }
  return done;
}

}  // namespace sextant::run
