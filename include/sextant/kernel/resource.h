#pragma once

#include <cstdint>

#include "sextant/kernel/event.h"
#include "sextant/kernel/intrusive_list.h"

namespace sextant {

/// A number of equal things (cranes, spare nodes, quota) that processes hold for a while. Requests
/// are granted by priority and, within a priority, first come first served; a large request at the
/// head is not overtaken by small ones behind it.
///
///     Resource::Request spare(spares);           // in line from here on
///     const Wake wake = co_await any_of(spare, delay(patience));
///     if (!spare.granted()) co_return;           // leaves the line
///     ...                                        // gives the spare back at the end of its scope
class Resource {
 public:
  class Request;

  explicit Resource(std::int64_t capacity) : capacity_(capacity) {}
  /// Requests may outlive it; they are never granted then.
  ~Resource();
  Resource(const Resource&) = delete;
  Resource& operator=(const Resource&) = delete;

  std::int64_t capacity() const { return capacity_; }
  std::int64_t in_use() const { return in_use_; }
  /// Negative while more is in use than a capacity that was lowered.
  std::int64_t available() const { return capacity_ - in_use_; }
  /// Requests in line.
  std::int64_t waiting() const { return waiting_; }

  /// Takes nothing away from who holds it: below `in_use`, nothing is granted until enough returns.
  void set_capacity(std::int64_t capacity);

 private:
  void grant_waiting();

  std::int64_t capacity_;
  std::int64_t in_use_ = 0;
  std::int64_t waiting_ = 0;
  IntrusiveList<Request> line_;
  IntrusiveList<Request> holders_;
};

/// A place in the line of a resource and, once granted, what was asked for. It leaves the line, or
/// gives back, when it dies. An interrupted or beaten wait leaves it in line.
class Resource::Request : private ListHook {
 public:
  /// Asks for `amount`; requests with a smaller `priority` are granted first.
  explicit Request(Resource& resource, std::int64_t amount = 1, std::int32_t priority = 0);
  ~Request() { release(); }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  bool granted() const { return granted_.triggered(); }
  std::int64_t amount() const { return amount_; }

  /// Gives back, or leaves the line, before the end of its scope. It is not granted afterwards.
  void release();

  operator Condition() const { return granted_; }  // NOLINT(google-explicit-constructor)
  WaitFor<1> operator co_await() const { return WaitFor<1>(granted_); }

 private:
  friend class Resource;
  friend class IntrusiveList<Request>;

  Resource* resource_;
  std::int64_t amount_;
  std::int32_t priority_;
  Event granted_;
};

}  // namespace sextant
