#include "src/pages/govern_lanes.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "src/govern/units.h"
#include "src/pages/short_text.h"

namespace sextant::pages {
namespace {

using govern::JobSegment;
using govern::JobTimeline;
using Json = nlohmann::ordered_json;

constexpr double kMostTicks = 2e6;
/// Added to a phase's number where the job holds borrowed quota.
constexpr int kBorrowed = 16;
constexpr std::size_t kNameBytes = 120;

std::int64_t number_of(const JobTimeline& timeline) {
  return static_cast<std::int64_t>(timeline.job.number);
}

std::int64_t waited_ns(const JobRecord& job) { return job.wait_ns + job.no_nodes_ns; }

/// A power of ten of seconds, at least a millisecond.
double tick_of(double wall_time_s) {
  double tick = 1e-3;
  while (wall_time_s / tick > kMostTicks) tick *= 10;
  return tick;
}

/// Names, each once.
class Names {
 public:
  std::int64_t index(const std::string& name) {
    const auto [found, fresh] = numbers_.emplace(name, static_cast<std::int64_t>(list_.size()));
    if (fresh) list_.push_back(short_text(name, kNameBytes));
    return found->second;
  }
  Json take() { return std::move(list_); }

 private:
  std::map<std::string, std::int64_t> numbers_;
  Json list_ = Json::array();
};

/// Columns, one entry for each job, segment or eviction.
class LaneColumns {
 public:
  LaneColumns(const GovernanceInputs& inputs, double tick_s) : inputs_(inputs), tick_s_(tick_s) {}

  void add(const JobTimeline& timeline) {
    const JobRecord& job = timeline.job;
    const std::int64_t submitted = ticks(job.submitted_ns);
    name_.push_back(names_.index(job.name));
    team_.push_back(static_cast<std::uint32_t>(job.team));
    class_.push_back(static_cast<std::uint32_t>(job.priority_class));
    kind_.push_back(static_cast<int>(job.kind));
    end_.push_back(static_cast<int>(job.end));
    units_.push_back(static_cast<double>(job.units) / govern::kUnits);
    submitted_.push_back(submitted - submitted_before_);
    submitted_before_ = submitted;
    const std::size_t segments = std::min(timeline.segments.size(), GovernLanes::kSegments);
    if (segments < timeline.segments.size()) ++cut_;
    segments_.push_back(segments);
    std::int64_t at = submitted;
    for (std::size_t i = 0; i < segments; ++i) add(timeline.segments[i], at);
    evictions_.push_back(timeline.evictions.size());
    for (const EvictionRecord& eviction : timeline.evictions) add(eviction, submitted);
  }

  Json take() {
    Json phases = Json::array(), rules = Json::array(), kinds = Json::array(), ends = Json::array();
    for (const auto& [phase, name] : EnumNames<govern::JobPhase>::table) phases.push_back(name);
    for (const auto& [rule, name] : EnumNames<EvictionReason>::table) rules.push_back(name);
    for (const auto& [kind, name] : EnumNames<JobKind>::table) kinds.push_back(name);
    for (const auto& [end, name] : EnumNames<JobEnd>::table) ends.push_back(name);
    Json classes = Json::array();
    for (const PriorityClass& each : inputs_.policy.priority_classes) {
      classes.push_back(short_text(each.name, kNameBytes));
    }
    return {{"tick_s", tick_s_},
            {"phases", std::move(phases)},
            {"borrowed", kBorrowed},
            {"rules", std::move(rules)},
            {"kinds", std::move(kinds)},
            {"ends", std::move(ends)},
            {"classes", std::move(classes)},
            {"names", names_.take()},
            {"name", std::move(name_)},
            {"team", std::move(team_)},
            {"class", std::move(class_)},
            {"kind", std::move(kind_)},
            {"end", std::move(end_)},
            {"units", std::move(units_)},
            {"submitted", std::move(submitted_)},
            {"segments", std::move(segments_)},
            {"segment_phase", std::move(phase_)},
            {"segment_ticks", std::move(length_)},
            {"evictions", std::move(evictions_)},
            {"eviction_after", std::move(after_)},
            {"eviction_rule", std::move(rule_)},
            {"eviction_for", std::move(for_)},
            {"eviction_for_team", std::move(for_team_)},
            {"cut_jobs", cut_}};
  }

 private:
  std::int64_t ticks(std::int64_t ns) const {
    return std::llround(static_cast<double>(ns) * 1e-9 / tick_s_);
  }

  /// Points are rounded, not lengths: the last one ends where the job does.
  void add(const JobSegment& segment, std::int64_t& at) {
    const std::int64_t to = ticks(segment.to_ns);
    phase_.push_back(static_cast<int>(segment.phase) + (segment.borrowed ? kBorrowed : 0));
    length_.push_back(to - at);
    at = to;
  }

  void add(const EvictionRecord& eviction, std::int64_t submitted) {
    after_.push_back(ticks(eviction.time_ns) - submitted);
    rule_.push_back(static_cast<int>(eviction.reason));
    for_.push_back(eviction.preemptor.empty() ? -1 : names_.index(eviction.preemptor));
    for_team_.push_back(
        eviction.preemptor_team ? static_cast<std::int64_t>(*eviction.preemptor_team) : -1);
  }

  const GovernanceInputs& inputs_;
  double tick_s_;
  Names names_;
  std::int64_t submitted_before_ = 0;
  std::int64_t cut_ = 0;
  Json name_ = Json::array(), team_ = Json::array(), class_ = Json::array(), kind_ = Json::array(),
       end_ = Json::array(), units_ = Json::array(), submitted_ = Json::array(),
       segments_ = Json::array(), phase_ = Json::array(), length_ = Json::array(),
       evictions_ = Json::array(), after_ = Json::array(), rule_ = Json::array(),
       for_ = Json::array(), for_team_ = Json::array();
};

}  // namespace

void GovernLanes::add(const JobTimeline& timeline) {
  ++jobs_;
  const std::int64_t waited = waited_ns(timeline.job);
  if (waited > 0) rank(longest_, waited, timeline, kLongest);
  const auto evictions = static_cast<std::int64_t>(timeline.evictions.size());
  if (evictions > 0) rank(evicted_, evictions, timeline, kEvicted);
  const std::int64_t number = number_of(timeline);
  if (number % stride_ == 0) sample_.emplace(number, timeline);
  while (sample_.size() > kSample) {
    stride_ *= 2;
    std::erase_if(sample_, [&](const auto& each) { return each.first % stride_ != 0; });
  }
}

void GovernLanes::rank(Ranked& ranked, std::int64_t key, const JobTimeline& timeline,
                       std::size_t most) {
  const std::pair place(key, -number_of(timeline));
  if (ranked.size() == most && place < ranked.begin()->first) return;
  ranked.emplace(place, timeline);
  if (ranked.size() > most) ranked.erase(ranked.begin());
}

std::vector<const JobTimeline*> GovernLanes::chosen() const {
  std::map<std::int64_t, const JobTimeline*> by_number;
  for (const auto& [number, timeline] : sample_) by_number.emplace(number, &timeline);
  for (const Ranked* ranked : {&longest_, &evicted_}) {
    for (const auto& [place, timeline] : *ranked) by_number.emplace(-place.second, &timeline);
  }
  std::vector<const JobTimeline*> list;
  for (const auto& [number, timeline] : by_number) list.push_back(timeline);
  // Numbers are in the order of submission.
  std::stable_sort(list.begin(), list.end(), [](const JobTimeline* a, const JobTimeline* b) {
    return a->job.team < b->job.team;
  });
  return list;
}

Json GovernLanes::json(const GovernanceInputs& inputs, double wall_time_s) const {
  LaneColumns columns(inputs, tick_of(wall_time_s));
  for (const JobTimeline* timeline : chosen()) columns.add(*timeline);
  Json json = columns.take();
  json["jobs"] = jobs_;
  json["every"] = stride_;
  json["longest"] = longest_.size();
  json["evicted"] = evicted_.size();
  return json;
}

std::vector<JobRecord> GovernLanes::longest(std::size_t count) const {
  std::vector<JobRecord> list;
  for (auto each = longest_.rbegin(); each != longest_.rend() && list.size() < count; ++each) {
    list.push_back(each->second.job);
  }
  return list;
}

}  // namespace sextant::pages
