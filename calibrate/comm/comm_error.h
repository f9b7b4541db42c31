#pragma once

#include <stdexcept>

namespace sextant::comm {

/// Something on the cluster does not work as asked: the message says what, on which rank or host,
/// and what to do.
class CommError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace sextant::comm
