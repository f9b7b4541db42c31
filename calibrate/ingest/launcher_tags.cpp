#include "calibrate/ingest/launcher_tags.h"

#include <optional>

#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

using Text = std::string_view;

/// `[1,0]<stdout>:` and what stands before it.
struct Tag {
  std::size_t begin = 0;
  std::size_t end = 0;
  Text rank;
};

std::optional<Tag> find_tag(Text line, std::size_t from) {
  constexpr std::size_t kLongestRank = 128;
  for (std::size_t at = line.find('<', from); at != Text::npos; at = line.find('<', at + 1)) {
    const Text stream = line.substr(at, 9);
    if (stream != "<stdout>:" && stream != "<stderr>:") continue;
    const std::size_t open = line.rfind('[', at);
    if (at == 0 || line[at - 1] != ']' || open == Text::npos || open < from) continue;
    if (at - open > kLongestRank) continue;
    return Tag{open, at + stream.size(), line.substr(open, at - open)};
  }
  return std::nullopt;
}

/// What may follow a prefix that is worth removing: a comment, a row of numbers, or a statement of
/// nccl-tests without its sign.
bool is_output(Text rest) {
  if (rest.empty()) return false;
  if (rest[0] == '#') return true;
  for (const Text statement : {"Rank ", "nThread ", "Using devices", "Collective test ", "size ",
                               "Out of bounds values", "Avg bus bandwidth", "nccl-tests version"}) {
    if (rest.starts_with(statement)) return true;
  }
  return is_digit(rest[0]) && Words(rest).size() >= 4;
}

/// "2025-10-28T11:22:33.123Z", "2025-10-28 11:22:33,123", both in brackets or not.
std::size_t time_stamp_end(Text text) {
  const std::size_t open = text.starts_with('[') ? 1 : 0;
  const Text stamp = text.substr(open);
  constexpr Text kShape = "0000-00-00 00:00:00";
  if (stamp.size() < kShape.size()) return 0;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const char wanted = kShape[i], found = stamp[i];
    const bool fits = wanted == '0'   ? is_digit(found)
                      : wanted == ' ' ? found == ' ' || found == 'T'
                                      : found == wanted;
    if (!fits) return 0;
  }
  std::size_t end = open + kShape.size();
  while (end < text.size() && text[end] != ' ' && text[end] != '\t') ++end;
  return end;
}

/// "Fri Nov 21 11:22:33 2025", which mpirun puts before its tag.
bool is_calendar_time(Text text) {
  constexpr Text kExample = "Fri Nov 21 11:22:33 2025";
  return text.size() == kExample.size() && text[13] == ':' && text[16] == ':' && is_letter(text[0]);
}

/// What kubectl and container runtimes put behind the time.
Text without_stream(Text text) {
  for (const Text stream : {"stdout F ", "stderr F ", "stdout P ", "stderr P "}) {
    if (text.starts_with(stream)) return text.substr(stream.size());
  }
  return text;
}

/// Behind "0: " of srun -l and "[0] " of mpiexec -l.
std::optional<Text> behind_rank(Text text) {
  std::size_t end = text.starts_with('[') ? 1 : 0;
  const bool bracket = end == 1;
  const std::size_t first = end;
  while (end < text.size() && is_digit(text[end])) ++end;
  if (end == first || end == text.size() || text[end] != (bracket ? ']' : ':')) return std::nullopt;
  ++end;
  if (end < text.size() && text[end] != ' ') return std::nullopt;
  const Text rest = trimmed(text.substr(end));
  if (bracket && !is_output(rest)) return std::nullopt;
  return rest;
}

/// Behind "host: ", "service | " and "[pod/name/container] ", where a tool's output follows.
std::optional<Text> behind_name(Text text) {
  const std::size_t end = text.find(' ');
  if (end == Text::npos || end < 2 || !(is_letter(text[0]) || text[0] == '[')) return std::nullopt;
  const char last = text[end - 1];
  Text rest = trimmed(text.substr(end));
  if (rest.starts_with("| ")) {
    rest = trimmed(rest.substr(2));
    if (rest.find('|') != Text::npos) return std::nullopt;  // a table in Markdown
  } else if (last != ':' && !(last == ']' && text.starts_with("[pod/"))) {
    return std::nullopt;
  }
  return is_output(rest) ? std::optional(rest) : std::nullopt;
}

/// One prefix less; the text itself if there is none.
Text without_prefix(Text text) {
  if (text.empty()) return text;
  const char first = text.front();
  if (first == '>') return trimmed(text.substr(1));
  if (is_digit(first) || first == '[') {
    if (const std::size_t end = time_stamp_end(text)) {
      return trimmed(without_stream(trimmed(text.substr(end))));
    }
    if (const auto rest = behind_rank(text)) return *rest;
  }
  return behind_name(text).value_or(text);
}

Text without_prefixes(Text text) {
  constexpr int kMost = 6;
  text = trimmed(text);
  for (int i = 0; i < kMost; ++i) {
    const Text rest = without_prefix(text);
    if (rest.size() == text.size()) break;
    text = rest;
  }
  return text;
}

}  // namespace

const std::vector<Text>& LauncherTags::strip(Text line) {
  lines_.clear();
  if (line.find('\x1b') != Text::npos) line = without_colours(line);
  for (const Text byte_order_mark : {"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"}) {
    if (line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  }
  if (line.find('<') != Text::npos && find_tag(line, 0)) {
    split_at_tags(line);
  } else {
    lines_.push_back(line);
  }
  for (Text& text : lines_) text = without_prefixes(text);
  return lines_;
}

/// Without the sequences ESC [ … letter.
Text LauncherTags::without_colours(Text line) {
  plain_.clear();
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\x1b') {
      plain_ += line[i];
      continue;
    }
    if (i + 1 < line.size() && line[i + 1] == '[') {
      i += 2;
      while (i < line.size() && !is_letter(line[i])) ++i;
    }
  }
  return plain_;
}

/// mpirun repeats a rank's tag where the rank's output came in two pieces: these are joined. The
/// tag of another rank begins another line.
void LauncherTags::split_at_tags(Text line) {
  joined_.clear();
  joined_.reserve(line.size());  // the lines point into it
  auto tag = find_tag(line, 0);
  const Text before = trimmed(line.substr(0, tag->begin));
  if (!before.empty() && time_stamp_end(before) == 0 && !is_calendar_time(before)) {
    joined_.append(line.substr(0, tag->begin));
  }
  std::size_t begin = 0;
  while (tag) {
    const auto next = find_tag(line, tag->end);
    const std::size_t end = next ? next->begin : line.size();
    joined_.append(line.substr(tag->end, end - tag->end));
    if (!next || next->rank != tag->rank) {
      lines_.push_back(Text(joined_).substr(begin));
      begin = joined_.size();
    }
    tag = next;
  }
}

}  // namespace sextant::ingest
