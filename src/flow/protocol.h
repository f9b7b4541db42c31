#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "sextant/network/flow_problem.h"

namespace sextant::flow {

/// What `sextant-flow` reads from its standard input and writes to its standard output: one
/// problem, one answer, each as the bytes of this machine behind a header with version and length.

/// Bytes that are no message of this version, or whose parts do not fit together. what() says
/// where.
class ProtocolError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::string encode(const FlowProblem& problem);
std::string encode(const FlowResult& result);
/// What stands instead of a result: why there is none.
std::string encode_failure(std::string_view reason);

/// Checks every index and number before anybody uses it. @throws ProtocolError
FlowProblem decode_problem(std::string_view bytes);
/// @throws ProtocolError; the reason of a failure as it is
FlowResult decode_result(std::string_view bytes);

}  // namespace sextant::flow
