// The body of a message of the flow engine, as problem and as result: refused with a reason, or
// whole, so that it is the same bytes again. The bytes as a whole message, too.
#include <cstdint>
#include <string>
#include <string_view>

#include "sextant/kernel/assert.h"
#include "src/flow/protocol.h"

namespace {

namespace flow = sextant::flow;

/// What Decode makes of a message comes back as the same message.
template <class Decode>
void check(Decode decode, const std::string& message) {
  std::string again;
  try {
    again = flow::encode(decode(message));
  } catch (const flow::ProtocolError&) {
    return;
  }
  SEXTANT_ASSERT(again == message, "{} bytes come back as {}", message.size(), again.size());
}

/// The body behind the header of an encoding of something empty.
std::string with_header(std::string header, std::string_view body) {
  constexpr std::size_t kHeader = 24, kLength = 16;
  const std::uint64_t length = body.size();
  header.resize(kHeader);
  header.replace(kLength, sizeof length, reinterpret_cast<const char*>(&length), sizeof length);
  return header.append(body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(flow::decode_problem, with_header(flow::encode(sextant::FlowProblem{}), bytes));
  check(flow::decode_result, with_header(flow::encode(sextant::FlowResult{}), bytes));
  check(flow::decode_problem, std::string(bytes));
  check(flow::decode_result, std::string(bytes));
  return 0;
}
