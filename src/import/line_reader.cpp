#include "src/import/line_reader.h"

#include <algorithm>
#include <istream>

namespace sextant::importer {

bool LineReader::refill() {
  stream_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  rest_ = {buffer_.data(), static_cast<std::size_t>(stream_.gcount())};
  return !rest_.empty();
}

std::optional<std::string_view> LineReader::next() {
  if (rest_.empty() && !refill()) return std::nullopt;
  carried_.clear();
  too_long_ = false;
  std::string_view line;
  for (;;) {
    const std::size_t end = rest_.find('\n');
    const std::string_view piece = rest_.substr(0, end);
    const bool ends = end != std::string_view::npos;
    if (ends && carried_.empty()) {
      line = piece;
      rest_.remove_prefix(end + 1);
      break;
    }
    too_long_ |= carried_.size() + piece.size() > kLongest;
    carried_ += piece.substr(0, kLongest - std::min(kLongest, carried_.size()));
    line = carried_;
    rest_.remove_prefix(ends ? end + 1 : piece.size());
    if (ends || !refill()) break;
  }
  if (++number_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace sextant::importer
