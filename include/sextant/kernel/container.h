#pragma once

#include <utility>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/event.h"
#include "sextant/kernel/intrusive_list.h"

namespace sextant {

/// A store of something that is counted or measured (`Amount`: a Quantity, a double or an integer):
/// processes put in and take out, and wait while it does not fit or is not there. Puts and gets
/// each form a line: first come first served, the head is not overtaken.
///
///     Container<Bytes>::Get read(buffer, shard);
///     const Wake wake = co_await read;
template <class Amount>
class Container {
  class Request;

 public:
  class Put;
  class Get;

  explicit Container(Amount capacity, Amount level = Amount())
      : capacity_(capacity), level_(level) {
    SEXTANT_ASSERT(Amount() <= level && level <= capacity, "a level outside of the container");
  }
  /// Requests may outlive it; they never come true then.
  ~Container() {
    while (!puts_.empty()) puts_.pop_front().container_ = nullptr;
    while (!gets_.empty()) gets_.pop_front().container_ = nullptr;
  }
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;

  Amount capacity() const { return capacity_; }
  Amount level() const { return level_; }

 private:
  /// Serves both lines until neither moves.
  void serve() {
    for (bool moved = true; moved;) {
      moved = false;
      while (!puts_.empty() && level_ + puts_.front().amount_ <= capacity_) {
        level_ += puts_.front().amount_;
        puts_.pop_front().done_.trigger();
        moved = true;
      }
      while (!gets_.empty() && gets_.front().amount_ <= level_) {
        level_ -= gets_.front().amount_;
        gets_.pop_front().done_.trigger();
        moved = true;
      }
    }
  }

  Amount capacity_;
  Amount level_;
  IntrusiveList<Request> puts_;
  IntrusiveList<Request> gets_;
};

/// What Put and Get have in common: a place in a line, which it leaves when it dies unserved.
template <class Amount>
class Container<Amount>::Request : private ListHook {
 public:
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  bool done() const { return done_.triggered(); }
  Amount amount() const { return amount_; }

  /// Leaves the line. What is done stays done.
  void withdraw() {
    if (container_ == nullptr || !linked()) return;
    unlink();
    std::exchange(container_, nullptr)->serve();
  }

  operator Condition() const { return done_; }  // NOLINT(google-explicit-constructor)
  WaitFor<1> operator co_await() const { return WaitFor<1>(done_); }

 protected:
  Request(Container& container, IntrusiveList<Request>& line, Amount amount)
      : container_(&container), amount_(amount) {
    SEXTANT_ASSERT(Amount() <= amount, "a negative amount");
    line.push_back(*this);
    container.serve();
  }
  ~Request() { withdraw(); }

 private:
  friend class Container;
  friend class IntrusiveList<Request>;

  Container* container_;
  Amount amount_;
  Event done_;
};

/// Puts `amount` in as soon as it fits.
template <class Amount>
class Container<Amount>::Put : public Request {
 public:
  Put(Container& container, Amount amount) : Request(container, container.puts_, amount) {}
};

/// Takes `amount` out as soon as it is there.
template <class Amount>
class Container<Amount>::Get : public Request {
 public:
  Get(Container& container, Amount amount) : Request(container, container.gets_, amount) {}
};

}  // namespace sextant
