#pragma once

#include <stdexcept>

namespace sextant::program {

/// The command line is wrong. The message is for the user and ends the program with exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace sextant::program
