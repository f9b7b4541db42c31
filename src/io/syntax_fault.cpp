#include "src/io/syntax_fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "src/io/json_scan.h"
#include "src/io/printable.h"

namespace sextant::io {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Where the token begins at which the parser gave up.
std::size_t offending_token(const ParserPosition& position) {
  const std::string_view text = position.text;
  std::size_t at = skip_blank(text, position.last_end);
  while (at < text.size() && (text[at] == ',' || text[at] == ':')) {
    const std::size_t next = skip_blank(text, at + 1);
    if (next >= position.taken) break;  // the separator itself is one too many
    at = next;
  }
  return at;
}

/// What stands at `at` up to the next separator.
std::size_t word_end(std::string_view text, std::size_t at) {
  return std::min(text.find_first_of(" \t\r\n,:]}", at), text.size());
}

/// The token at `begin` goes on where a number ended, as in 12k or 012.
bool continues_number(const ParserPosition& position, std::size_t begin) {
  return begin > 0 && begin == position.last_end &&
         number_end(position.text, position.last_number) == begin &&
         word_end(position.text, begin) > begin;
}

std::string excerpt(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::size_t kLongest = 40;
  return printable(text.substr(begin, std::min(end - begin, kLongest)));
}

/// The parser's "… parsing object key - unexpected '}'; expected string literal" in our words.
std::string translated(std::string_view what) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kWords{
      {{"; expected ", ", expected "},
       {"unexpected ", "found "},
       {"found string literal", "found a string"},
       {"found number literal", "found a number"},
       {"found true literal", "found true"},
       {"found false literal", "found false"},
       {"found null literal", "found null"},
       {"found end of input", "found the end of the file"},
       {"expected end of input", "expected the end of the file"},
       {"expected '[', '{', or a literal", "expected a value"},
       {"expected string literal", "expected a key in double quotes"}}};
  const std::size_t dash = what.find(" - ");
  std::string message(dash == std::string_view::npos ? what : what.substr(dash + 3));
  message = message.substr(0, message.find("; last read"));
  for (const auto& [theirs, ours] : kWords) {
    const std::size_t at = message.find(theirs);
    if (at != std::string::npos) message.replace(at, theirs.size(), ours);
  }
  return message;
}

/// How to mend a text that goes wrong at `at`, where there is a guess.
std::string help_for(std::string_view text, std::size_t at, std::string_view message) {
  constexpr std::string_view kFinite = "numbers are finite; leave the key out if there is no value";
  constexpr std::string_view kWords = "JSON writes true, false and null";
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kBeginnings{
      {{"'", "strings and keys are written in double quotes"},
       {"#", "comments begin with // or stand between /* and */"},
       {"+", "numbers have no plus sign"},
       {".", "write a zero before the point"},
       {"NaN", kFinite},
       {"nan", kFinite},
       {"Inf", kFinite},
       {"inf", kFinite},
       {"-inf", kFinite},
       {"-Inf", kFinite},
       {"True", kWords},
       {"False", kWords}}};
  const std::string_view rest = text.substr(std::min(at, text.size()));
  const std::size_t before = text.substr(0, at).find_last_not_of(kBlanks);
  const bool closing = rest.starts_with('}') || rest.starts_with(']');
  if (closing && before != std::string_view::npos && text[before] == ',') {
    return "remove the comma before it";
  }
  for (const auto& [beginning, help] : kBeginnings) {
    if (rest.starts_with(beginning)) return std::string(help);
  }
  if (message.ends_with("expected '}'") || message.ends_with("expected ']'")) {
    const bool at_end = message.starts_with("found the end of the file");
    return at_end ? "a bracket is not closed" : "is a comma missing before it?";
  }
  const bool letter = !rest.empty() && ((rest[0] | 0x20) >= 'a' && (rest[0] | 0x20) <= 'z');
  return letter ? "texts, names and quantities are written in double quotes" : "";
}

/// The first byte from `at` on that belongs to no UTF-8 character; there is one.
std::size_t first_ill_formed(std::string_view text, std::size_t at) {
  while (at + 1 < text.size()) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) break;
    at += length;
  }
  return std::min(at, text.size() - 1);
}

}  // namespace

SyntaxFault describe_fault(const ParserPosition& position, std::string_view parser_says) {
  const std::string_view text = position.text;
  const std::size_t begin = offending_token(position);
  SyntaxFault fault{begin, std::clamp(position.taken, begin, text.size()), translated(parser_says),
                    ""};
  if (contains(parser_says, "unexpected end of input")) {
    fault.begin = fault.end = text.find_last_not_of(kBlanks) + 1;  // just after what is there
  } else if (contains(parser_says, "number overflow")) {
    fault.end = number_end(text, begin);
    fault.message = fmt::format("found {}, a number beyond the range of a double",
                                excerpt(text, begin, fault.end));
  } else if (contains(parser_says, "ill-formed UTF-8")) {
    fault.begin = first_ill_formed(text, begin);
    fault.end = fault.begin + 1;
    fault.message = fmt::format("found byte 0x{:02X}, which is not UTF-8",
                                static_cast<unsigned char>(text[fault.begin]));
  } else if (contains(parser_says, "missing closing quote") ||
             contains(parser_says, "control character U+000A") ||
             contains(parser_says, "control character U+000D")) {
    fault.message = "found a string without its closing quote";
  } else if (contains(parser_says, "control character")) {
    fault.begin = position.taken - 1;
    fault.end = position.taken;
    fault.message = "found a control character in a string";
  } else if (contains(parser_says, "invalid literal") || contains(parser_says, "invalid number") ||
             continues_number(position, begin)) {
    if (continues_number(position, begin)) fault.begin = position.last_number;
    fault.end = word_end(text, fault.begin + 1);
    fault.message =
        fmt::format("found {}, expected a JSON value", excerpt(text, fault.begin, fault.end));
  }
  fault.help = help_for(text, fault.begin, fault.message);
  return fault;
}

}  // namespace sextant::io
