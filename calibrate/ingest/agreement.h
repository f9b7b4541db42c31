#pragma once

#include <optional>

namespace sextant::ingest {

/// The value that all that was added have in common.
template <class T>
class Agreement {
 public:
  void add(const T& value) {
    if (!seen_) value_ = value;
    if (value_ && !(*value_ == value)) value_.reset();
    seen_ = true;
  }

  /// Nothing if two differ, or if nothing was added.
  const std::optional<T>& value() const { return value_; }
  bool seen() const { return seen_; }

 private:
  bool seen_ = false;
  std::optional<T> value_;
};

}  // namespace sextant::ingest
