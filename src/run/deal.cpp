#include "src/run/deal.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <span>

#include "src/run/crew.h"

namespace sextant::run {
namespace {

using namespace std::chrono_literals;

/// How long the calling thread sleeps before it looks whether it is to stop.
constexpr auto kNap = 20ms;

/// Deals the pieces to the threads of this process.
class Dealer {
 public:
  Dealer(const std::vector<std::int64_t>& todo, const ParallelOptions& options,
         const DealtWork& work)
      : todo_(todo), options_(options), work_(work), crew_(thread_count(options), work.work) {}

  bool run() {
    for (;;) {
      guard([&] { halted_ = halted_ || (work_.stopped && work_.stopped()); });
      hand_out();
      if (crew_.in_hand() == 0) break;
      for (DonePiece& done : crew_.collect(kNap)) take(done);
    }
    if (thrown_) std::rethrow_exception(thrown_);
    return done_ == std::ssize(todo_);
  }

 private:
  void hand_out() {
    if (halted_ || thrown_) return crew_.drop();
    const std::int64_t wanted =
        std::clamp<std::int64_t>(crew_.appetite() - crew_.in_hand(), 0, std::ssize(todo_) - next_);
    crew_.give(std::span(todo_).subspan(static_cast<std::size_t>(next_),
                                        static_cast<std::size_t>(wanted)));
    next_ += wanted;
  }

  void take(DonePiece& done) {
    if (done.thrown) return keep(done.thrown, done.piece);
    if (thrown_) return;
    guard([&] {
      work_.take(done.piece, std::move(done.result));
      ++done_;
      if (options_.progress) options_.progress(done_);
    });
  }

  template <class F>
  void guard(const F& call) {
    try {
      call();
    } catch (...) {
      keep(std::current_exception(), -1);
    }
  }

  /// Of several exceptions the caller's own is thrown again, or that of the smallest piece.
  void keep(std::exception_ptr thrown, std::int64_t piece) {
    if (piece >= thrown_by_) return;
    thrown_by_ = piece;
    thrown_ = std::move(thrown);
  }

  const std::vector<std::int64_t>& todo_;
  const ParallelOptions& options_;
  const DealtWork& work_;
  Crew crew_;
  std::int64_t next_ = 0;  ///< of todo
  std::int64_t done_ = 0;
  bool halted_ = false;
  std::int64_t thrown_by_ = std::numeric_limits<std::int64_t>::max();
  std::exception_ptr thrown_;
};

}  // namespace

bool deal(const std::vector<std::int64_t>& todo, const ParallelOptions& options,
          const DealtWork& work) {
  return Dealer(todo, options, work).run();
}

}  // namespace sextant::run
