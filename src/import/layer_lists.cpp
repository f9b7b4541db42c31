#include "src/import/layer_lists.h"

#include <string>

namespace sextant::importer {
namespace {

constexpr std::size_t kMostElements = 100'000;
constexpr int kDeepest = 20;

/// Reads a text from left to right, blanks aside.
class Text {
 public:
  explicit Text(std::string_view text) : text_(text) {}

  char peek() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  bool ended() { return peek() == '\0' && at_ >= text_.size(); }
  std::optional<std::size_t> number() {
    std::size_t value = 0;
    if (peek() < '0' || peek() > '9') return std::nullopt;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      value = value * 10 + static_cast<std::size_t>(text_[at_++] - '0');
      if (value > kMostElements) return std::nullopt;
    }
    return value;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

using List = std::optional<std::vector<int>>;

List repeated(const std::vector<int>& list, std::size_t times) {
  if (times > kMostElements || list.size() * times > kMostElements) return std::nullopt;
  std::vector<int> all;
  for (std::size_t i = 0; i < times; ++i) all.insert(all.end(), list.begin(), list.end());
  return all;
}

List sum_of_lists(Text& text, int depth);

List list_term(Text& text, int depth) {
  std::vector<int> list;
  if (text.take('(')) {
    const List inner = depth > kDeepest ? std::nullopt : sum_of_lists(text, depth + 1);
    if (!inner || !text.take(')')) return std::nullopt;
    list = *inner;
  } else if (text.take('[')) {
    do {
      const auto value = text.number();
      if (!value || list.size() == kMostElements) return std::nullopt;
      list.push_back(static_cast<int>(*value));
    } while (text.take(','));
    if (!text.take(']')) return std::nullopt;
  } else {
    return std::nullopt;
  }
  if (!text.take('*')) return list;
  const auto times = text.number();
  return times ? repeated(list, *times) : std::nullopt;
}

List sum_of_lists(Text& text, int depth) {
  List all = list_term(text, depth);
  while (all && text.take('+')) {
    const List next = list_term(text, depth);
    if (!next || all->size() + next->size() > kMostElements) return std::nullopt;
    all->insert(all->end(), next->begin(), next->end());
  }
  return all;
}

/// The text with groups and repetitions written out: "(t|)*2" is "t|t|".
std::optional<std::string> written_out(Text& text, int depth) {
  std::string all;
  for (;;) {
    std::string piece;
    if (text.take('(')) {
      const auto inner = depth > kDeepest ? std::nullopt : written_out(text, depth + 1);
      if (!inner || !text.take(')')) return std::nullopt;
      piece = *inner;
    } else if (const char c = text.peek(); c == 'E' || c == 't' || c == 'L' || c == '|') {
      text.take(c);
      piece = c;
    } else if (text.take(',')) {  // only for the eye
      continue;
    } else {
      return all;
    }
    if (text.take('*')) {
      const auto times = text.number();
      if (!times || piece.size() * *times > kMostElements) return std::nullopt;
      std::string repeated;
      for (std::size_t i = 0; i < *times; ++i) repeated += piece;
      piece = std::move(repeated);
    }
    all += piece;
    if (all.size() > kMostElements) return std::nullopt;
  }
}

}  // namespace

std::optional<std::vector<int>> layer_pattern(std::string_view text) {
  Text rest(text);
  const List list = sum_of_lists(rest, 0);
  return rest.ended() ? list : std::nullopt;
}

std::optional<std::vector<int>> stage_pattern(std::string_view text) {
  Text rest(text);
  const auto written = written_out(rest, 0);
  if (!written || !rest.ended() || !written->starts_with('E') || !written->ends_with('L')) {
    return std::nullopt;
  }
  std::vector<int> stages{0};
  for (std::size_t i = 0; i < written->size(); ++i) {
    const char c = (*written)[i];
    if ((c == 'E' && i > 0) || (c == 'L' && i + 1 < written->size())) return std::nullopt;
    if (c == 't') ++stages.back();
    if (c == '|') stages.push_back(0);
  }
  return stages;
}

std::optional<Experts> expert_pattern(const std::vector<int>& layers) {
  Transformer model;
  model.layers = static_cast<std::int64_t>(layers.size());
  std::int64_t first = 0;
  while (first < model.layers && layers[static_cast<std::size_t>(first)] == 0) ++first;
  if (first == model.layers) return std::nullopt;
  std::int64_t second = first + 1;
  while (second < model.layers && layers[static_cast<std::size_t>(second)] == 0) ++second;
  const std::int64_t every = second < model.layers ? second - first : 1;
  // The first layer with experts is the last of its period.
  for (const std::int64_t period : {every, first + 1}) {
    if (period > first + 1) continue;
    model.experts = Experts{};
    model.experts->every = period;
    model.experts->dense_layers = first + 1 - period;
    bool same = true;
    for (std::int64_t i = 0; i < model.layers && same; ++i) {
      same = model.has_experts(i) == (layers[static_cast<std::size_t>(i)] != 0);
    }
    if (same) return model.experts;
  }
  return std::nullopt;
}

}  // namespace sextant::importer
