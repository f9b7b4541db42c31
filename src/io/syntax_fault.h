#pragma once

#include <string>
#include <string_view>

namespace sextant::io {

/// What the JSON parser had read when it gave up.
struct ParserPosition {
  std::string_view text;
  std::size_t taken = 0;        ///< characters read
  std::size_t last_end = 0;     ///< end of the last token that was right
  std::size_t last_number = 0;  ///< where the last number began
};

/// What is wrong with a text that is not JSON, in our words.
struct SyntaxFault {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string message;
  std::string help;
};

/// `parser_says` is nlohmann's message: "… syntax error while parsing object key - unexpected '}';
/// expected string literal".
SyntaxFault describe_fault(const ParserPosition& position, std::string_view parser_says);

}  // namespace sextant::io
