#include "src/io/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/io/printable.h"

namespace sextant::io {
namespace {

/// The line of a place, and where the place is in it. Long lines are cut to a window.
struct Excerpt {
  std::string before;     ///< what stands left of the place
  std::string after;      ///< the place and what follows it
  std::size_t width = 1;  ///< characters of the place on this line
};

/// The first (or last) `count` characters of a text, with "…" where something was cut.
std::string first_characters(std::string_view text, std::size_t count) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < count && bytes < text.size(); ++i) {
    bytes += std::max<std::size_t>(1, utf8_length(text.substr(bytes)));
  }
  return printable(text.substr(0, bytes)) + (bytes < text.size() ? "…" : "");
}
std::string last_characters(std::string_view text, std::size_t count) {
  const std::size_t all = character_count(text);
  std::size_t bytes = 0;
  for (std::size_t i = count; i < all; ++i) {
    bytes += std::max<std::size_t>(1, utf8_length(text.substr(bytes)));
  }
  return (bytes > 0 ? "…" : "") + printable(text.substr(bytes));
}

Excerpt excerpt_of(const Place& place) {
  constexpr std::size_t kLongest = 100, kBefore = 60;
  const std::string_view text = place.document->text;
  const std::size_t at = std::min<std::size_t>(place.begin, text.size());
  const std::size_t line_begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  const std::size_t line_end = std::min(text.find_first_of("\r\n", at), text.size());
  const std::string_view before = text.substr(line_begin, at - line_begin);
  const std::string_view after = text.substr(at, line_end - at);
  const bool cut = character_count(before) + character_count(after) > kLongest;
  Excerpt excerpt;
  excerpt.before = last_characters(before, cut ? kBefore : kLongest);
  const std::size_t left = kLongest - character_count(excerpt.before);
  excerpt.after = first_characters(after, left);
  const std::size_t end = std::clamp<std::size_t>(place.end, at, line_end);
  excerpt.width = std::clamp<std::size_t>(character_count(text.substr(at, end - at)), 1, left + 1);
  return excerpt;
}

/// The line with a caret under the place. Tabs are kept under tabs, so that the caret lines up.
std::string render_excerpt(const Place& place) {
  const Excerpt excerpt = excerpt_of(place);
  std::string padding;
  for (std::string_view rest = excerpt.before; !rest.empty();) {
    padding += rest[0] == '\t' ? '\t' : ' ';
    rest.remove_prefix(std::max<std::size_t>(1, utf8_length(rest)));
  }
  return fmt::format("{:5} | {}{}\n      | {}^{:~<{}}\n", position_of(place).line, excerpt.before,
                     excerpt.after, padding, "", excerpt.width - 1);
}

std::string render_place(const Place& place) {
  const Position position = position_of(place);
  return fmt::format("{}:{}:{}", printable(place.document->name), position.line, position.column);
}

std::string render(const Diagnostic& entry, std::string_view severity) {
  std::string text;
  if (entry.place.document) {
    const std::string pointer = pointer_of(entry.place) + entry.pointer;
    text = fmt::format("{}: {}: {}{}{}\n", render_place(entry.place), severity, printable(pointer),
                       pointer.empty() ? "" : ": ", entry.message);
    if (!entry.place.document->text.empty()) text += render_excerpt(entry.place);
  } else {
    text = fmt::format("{}{}{}: {}\n", printable(entry.file), entry.file.empty() ? "" : ": ",
                       severity, entry.message);
  }
  if (!entry.help.empty()) text += fmt::format("  help: {}\n", entry.help);
  for (const Diagnostic::Note& note : entry.notes) {
    text += fmt::format("{}: note: {}\n", render_place(note.place), note.text);
    text += render_excerpt(note.place);
  }
  return text;
}

/// Documents as they came up, and within one from top to bottom.
std::vector<const Diagnostic*> in_file_order(const std::vector<Diagnostic>& entries) {
  std::vector<const Diagnostic*> sorted;
  std::vector<const Document*> documents;
  for (const Diagnostic& entry : entries) {
    sorted.push_back(&entry);
    documents.push_back(entry.place.document);
  }
  const auto rank = [&](const Diagnostic* entry) {
    return std::find(documents.begin(), documents.end(), entry->place.document) - documents.begin();
  };
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Diagnostic* a, const Diagnostic* b) {
    return std::pair(rank(a), a->place.begin) < std::pair(rank(b), b->place.begin);
  });
  return sorted;
}

Mistake mistake_of(const Diagnostic& entry) {
  return {.document = entry.place.document ? entry.place.document->name : entry.file,
          .pointer = pointer_of(entry.place) + entry.pointer,
          .message = entry.message,
          .help = entry.help,
          .text = render(entry, "error")};
}

}  // namespace

Diagnostic& Diagnostics::error(const Place& place, std::string message) {
  Diagnostic entry{.place = place, .message = std::move(message)};
  add_origin(entry);
  return keep(std::move(entry));
}

Diagnostic& Diagnostics::error_in_file(std::string file, std::string message) {
  Diagnostic entry{.file = std::move(file), .message = std::move(message)};
  add_origin(entry);
  return keep(std::move(entry));
}

void Diagnostics::add_origin(Diagnostic& entry) const {
  if (origins_.empty() || !origins_.back().document) return;
  if (origins_.back().document == entry.place.document) return;
  entry.notes.push_back({origins_.back(), "asked for here"});
}

Diagnostic& Diagnostics::warning(const Place& place, std::string message) {
  if (warnings_.size() == kKept) return not_kept_ = {};
  return warnings_.emplace_back(Diagnostic{.place = place, .message = std::move(message)});
}

Diagnostic& Diagnostics::keep(Diagnostic entry) {
  if (errors_.size() < kKept) return errors_.emplace_back(std::move(entry));
  ++errors_not_kept_;
  return not_kept_ = {};
}

Diagnostics::Origin::Origin(Diagnostics& diagnostics, const Place& place)
    : diagnostics_(diagnostics) {
  diagnostics_.origins_.push_back(place);
}

Diagnostics::Origin::~Origin() { diagnostics_.origins_.pop_back(); }

std::string Diagnostics::render_errors() const {
  std::string text;
  const std::vector<const Diagnostic*> sorted = in_file_order(errors_);
  const std::size_t shown = std::min(sorted.size(), kShown);
  for (std::size_t i = 0; i < shown; ++i) text += render(*sorted[i], "error");
  if (error_count() > shown) text += fmt::format("and {} more errors\n", error_count() - shown);
  return text;
}

std::vector<Mistake> Diagnostics::mistakes() const {
  std::vector<Mistake> list;
  for (const Diagnostic* entry : in_file_order(errors_)) {
    if (list.size() == kShown) break;
    list.push_back(mistake_of(*entry));
  }
  return list;
}

std::string Diagnostics::render_warnings() const {
  std::string text;
  for (const Diagnostic* entry : in_file_order(warnings_)) text += render(*entry, "warning");
  return text;
}

void Diagnostics::throw_if_errors() const {
  if (has_errors()) throw InputError(render_errors(), mistakes());
}

}  // namespace sextant::io
