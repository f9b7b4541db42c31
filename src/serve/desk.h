#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "src/run/parallel_for.h"

namespace sextant::serve {

/// Who may forecast: as many at a time as there are processors, a few that wait, and no more. Of
/// one page only its newest request counts: an older one that waits, or runs, is abandoned.
class Desk {
 public:
  enum class Turn { kGranted, kReplaced, kFull, kClosed };

  struct Limits {
    int running = 1;
    int waiting = 8;
  };

  explicit Desk(Limits limits) : limits_(limits) {}

  /// A place at the desk, given back when it goes.
  class Place {
   public:
    Place(Desk& desk, std::string page) : desk_(desk), page_(std::move(page)) {}
    ~Place() { desk_.give_back(*this); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    Turn turn() const { return turn_; }
    /// Whether a newer request of the page has come, or the desk closes.
    bool abandoned() const { return abandoned_; }
    /// Its share of the processors, and that it stops when it is abandoned; not to outlive this.
    run::ParallelOptions parallel() const;

   private:
    friend class Desk;

    Desk& desk_;
    std::string page_;
    std::atomic<bool> abandoned_ = false;
    Turn turn_ = Turn::kClosed;
    int threads_ = 1;
  };

  /// Waits for a turn. `page`: what calls itself so has one request at a time; empty: nobody's.
  std::unique_ptr<Place> take(const std::string& page);

  /// Ends what waits and what runs; nobody gets a turn any more.
  void close();

 private:
  void abandon_older(const std::string& page);
  void give_back(Place& place);

  const Limits limits_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Place*> open_;  ///< that wait or run
  int running_ = 0;
  int waiting_ = 0;
  bool closed_ = false;
};

}  // namespace sextant::serve
