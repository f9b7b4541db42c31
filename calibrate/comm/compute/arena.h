#pragma once

#include <cstddef>
#include <memory>

namespace sextant::comm {

/// Memory from which operands are taken in turn, going round, so that caches hold little of what is
/// asked for next: in a step, too, each kernel finds other operands than the one before.
class Arena {
 public:
  /// Values are written to all of it; their magnitudes are between a half and one.
  /// @throws CommError if the node has not so much memory
  explicit Arena(std::size_t bytes);

  /// The next `elements` in one piece, at a boundary of 64 bytes. It grows to hold them.
  /// @throws CommError if the node has not so much memory
  float* next(std::size_t elements);
  std::size_t elements() const { return elements_; }

  /// Elements that a piece takes up, so that another begins at a boundary.
  static std::size_t padded(std::size_t elements) { return (elements + 15) / 16 * 16; }

 private:
  struct Free {
    void operator()(float* values) const;
  };
  void reserve(std::size_t elements);

  std::unique_ptr<float[], Free> values_;
  std::size_t elements_ = 0;
  std::size_t used_ = 0;
};

}  // namespace sextant::comm
