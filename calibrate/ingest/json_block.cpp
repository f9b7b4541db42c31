#include "calibrate/ingest/json_block.h"

#include "calibrate/ingest/text.h"

namespace sextant::ingest {

JsonBlock::State JsonBlock::add(std::string_view line) {
  if (depth_ > 0) return take(line);
  if (begins(line)) {
    text_ = line.front() == '{' ? "" : "{";
    depth_ = line.front() == '{' ? 0 : 1;
    in_string_ = escaped_ = brace_before_ = false;
    return take(line);
  }
  brace_before_ = line == "{";
  return State::kOutside;
}

bool JsonBlock::begins(std::string_view line) const {
  if (brace_before_) return line.starts_with(key_);
  return line.starts_with('{') && trimmed(line.substr(1)).starts_with(key_);
}

JsonBlock::State JsonBlock::take(std::string_view line) {
  for (const char c : line) {
    if (in_string_) {
      in_string_ = escaped_ || c != '"';
      escaped_ = !escaped_ && c == '\\';
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{') {
      ++depth_;
    } else if (c == '}') {
      --depth_;
    }
    text_ += c;
    if (depth_ == 0) return State::kComplete;
  }
  text_ += '\n';
  if (text_.size() < kLongest) return State::kInside;
  depth_ = 0;
  return State::kTooLong;
}

}  // namespace sextant::ingest
