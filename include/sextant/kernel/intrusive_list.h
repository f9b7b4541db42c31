#pragma once

namespace sextant {

/// What makes an object fit for one IntrusiveList at a time: derive from it. Who owns the object
/// takes it out of its list before it dies.
struct ListHook {
  ListHook* previous = nullptr;
  ListHook* next = nullptr;

  bool linked() const { return next != nullptr; }
  /// Leaves its list, if it is in one.
  void unlink() {
    if (next == nullptr) return;
    previous->next = next;
    next->previous = previous;
    previous = next = nullptr;
  }
};

/// A list of objects that others own; inserting and leaving cost a few pointers and no memory.
template <class T>
class IntrusiveList {
 public:
  IntrusiveList() { end_.previous = end_.next = &end_; }
  ~IntrusiveList() { clear(); }
  IntrusiveList(const IntrusiveList&) = delete;
  IntrusiveList& operator=(const IntrusiveList&) = delete;

  bool empty() const { return end_.next == &end_; }
  T& front() { return static_cast<T&>(*end_.next); }

  void push_back(T& object) { insert(end_, object); }

  /// Inserts behind the last object for which `comes_before(object, other)` does not hold: sorted,
  /// first come first served among equals.
  template <class Before>
  void insert_sorted(T& object, Before comes_before) {
    ListHook* place = &end_;
    while (place->previous != &end_ &&
           comes_before(object, static_cast<const T&>(*place->previous))) {
      place = place->previous;
    }
    insert(*place, object);
  }

  T& pop_front() {
    T& first = front();
    first.unlink();
    return first;
  }

  void clear() {
    while (!empty()) end_.next->unlink();
  }

 private:
  static void insert(ListHook& place, ListHook& object) {
    object.previous = place.previous;
    object.next = &place;
    place.previous->next = &object;
    place.previous = &object;
  }

  ListHook end_;
};

}  // namespace sextant
