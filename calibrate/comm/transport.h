#pragma once

#include <cstddef>
#include <span>

namespace sextant::comm {

/// How one rank of a group reaches the others: all that the collectives need.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual int rank() const = 0;  ///< in the group
  virtual int size() const = 0;

  /// Sends `out` to rank `to` while it receives `in` from rank `from`, neither of them this rank;
  /// returns when both have ended. An empty span: nothing is sent, or nothing received, and its
  /// rank does not matter. Messages between two ranks arrive in the order in which they were sent.
  /// @throws CommError if it fails
  virtual void exchange(int to, std::span<const std::byte> out, int from,
                        std::span<std::byte> in) = 0;
};

}  // namespace sextant::comm
