#include "calibrate/ingest/rank_list.h"

#include <algorithm>

#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

constexpr std::size_t kLongestName = 128;

std::optional<int> whole_after(const Words& words, std::string_view key) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] != key) continue;
    const auto number = to_count(words[i + 1]);
    if (number && *number < 1e6) return static_cast<int>(*number);
  }
  return std::nullopt;
}

std::string_view word_after(const Words& words, std::string_view key) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == key) return words[i + 1].substr(0, kLongestName);
  }
  return {};
}

}  // namespace

bool RankList::add(std::string_view text) {
  if (!text.starts_with("Rank ")) return false;
  const Words words(text);
  const auto rank = whole_after(words, "Rank");
  const std::string_view host = word_after(words, "on");
  if (!rank || host.empty() || word_after(words, "device").empty()) return false;
  add(*rank, whole_after(words, "Group").value_or(0), std::string(host));
  const std::size_t name = text.find("] ");
  if (name != std::string_view::npos) {
    set_accelerator(trimmed(text.substr(name + 2)).substr(0, kLongestName));
  }
  return true;
}

void RankList::add(int rank, int group, const std::string& host) {
  if (lines_ >= kMost) return;
  ++lines_;
  last_rank_ = std::max(last_rank_, rank);
  Group& ranks = groups_[group];
  ++ranks.lines;
  Span& span = ranks.hosts.try_emplace(host, Span{rank, rank, 0}).first->second;
  span.first = std::min(span.first, rank);
  span.last = std::max(span.last, rank);
  ++span.lines;
}

int RankList::ranks() const {
  if (groups_.size() <= 1) return last_rank_ + 1;
  int most = 0;
  for (const auto& [index, group] : groups_) most = std::max(most, group.lines);
  return most;
}

int RankList::nodes() const {
  if (groups_.empty()) return 0;
  const Group& group = groups_.begin()->second;
  int spans = 0, lines = 0;
  for (const auto& [host, span] : group.hosts) {
    spans += span.last - span.first + 1;
    lines += span.lines;
  }
  const int wanted = ranks();
  return spans == wanted || lines == wanted ? static_cast<int>(group.hosts.size()) : 0;
}

}  // namespace sextant::ingest
