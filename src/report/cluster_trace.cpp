#include "src/report/cluster_trace.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "src/govern/job_timelines.h"
#include "src/govern/observers.h"
#include "src/govern/units.h"
#include "src/report/govern_words.h"
#include "src/report/trace_events.h"

namespace sextant::report {
namespace {

using govern::JobPhase;
using govern::JobSegment;
using govern::JobTimeline;

constexpr std::int64_t kCluster = 0;  ///< its process; a team's is 1 + its index

std::int64_t process_of(TeamIndex team) { return 1 + static_cast<std::int64_t>(team); }

std::string in_units(std::int64_t units) {
  return fmt::format("{:.6g}", static_cast<double>(units) / govern::kUnits);
}

/// Rows of a team. A job gets the row that was free for the shortest time when it was submitted:
/// taken in the order of their ends, jobs need no more rows than there are jobs at once.
class Rows {
 public:
  /// The row, and whether it is a new one.
  std::pair<std::int64_t, bool> place(const JobRecord& job) {
    const auto later = free_since_.upper_bound({job.submitted_ns, INT64_MAX});
    std::int64_t row = count_;
    const bool fresh = later == free_since_.begin();
    if (fresh) {
      ++count_;
    } else {
      row = std::prev(later)->second;
      free_since_.erase(std::prev(later));
    }
    free_since_.emplace(job.ended_ns, row);
    return {row, fresh};
  }

 private:
  std::set<std::pair<std::int64_t, std::int64_t>> free_since_;  ///< when, which
  std::int64_t count_ = 0;
};

/// Writes a job when it has ended.
class JobEvents {
 public:
  JobEvents(TraceEvents& events, const GovernanceInputs& inputs)
      : events_(events), inputs_(inputs), rows_(inputs.teams.size()) {}

  void write(const JobTimeline& timeline) {
    const JobRecord& job = timeline.job;
    process_ = process_of(job.team);
    const auto [row, fresh] = rows_[static_cast<std::size_t>(job.team)].place(job);
    thread_ = row;
    if (fresh) events_.name("thread", process_, row, fmt::format("row {}", row + 1), row);
    slice("job", job.name, job.submitted_ns, job.ended_ns, arguments(job));
    for (const JobSegment& segment : timeline.segments) {
      slice("phase", words(enum_name(segment.phase)), segment.from_ns, segment.to_ns,
            segment_arguments(segment, job));
    }
    for (const EvictionRecord& eviction : timeline.evictions) write(eviction);
  }

 private:
  void slice(const char* category, const std::string& name, std::int64_t from_ns,
             std::int64_t to_ns, const std::string& args) {
    const std::string escaped = quoted(name);
    events_.begin("X", process_, thread_, std::string_view(escaped).substr(1, escaped.size() - 2));
    events_.add("cat", fmt::format("\"{}\"", category));
    events_.add("ts", microseconds(from_ns));
    events_.add("dur", microseconds(to_ns - from_ns));
    events_.add("args", args);
    events_.end();
  }

  void write(const EvictionRecord& eviction) {
    events_.begin("i", process_, thread_, "evicted");
    events_.add("cat", R"("eviction")");
    events_.add("s", R"("t")");
    events_.add("ts", microseconds(eviction.time_ns));
    events_.add("args",
                fmt::format(R"({{"job": {}, "rule": {}, "why": {}}})", quoted(eviction.name),
                            quoted(std::string(enum_name(eviction.reason))),
                            quoted(eviction_sentence(eviction, inputs_))));
    events_.end();
  }

  std::string arguments(const JobRecord& job) const {
    const auto& classes = inputs_.policy.priority_classes;
    std::string text = fmt::format(R"({{"number": {}, "units": {}, "kind": "{}", "end": "{}")",
                                   static_cast<std::uint64_t>(job.number), in_units(job.units),
                                   words(enum_name(job.kind)), words(enum_name(job.end)));
    if (!classes.empty()) {
      const PriorityClass& its = classes[static_cast<std::size_t>(job.priority_class)];
      text += fmt::format(R"(, "class": {}, "priority": {})", quoted(its.name), its.value);
    }
    return text + fmt::format(R"(, "preemptions": {}, "node_failures": {}}})", job.preemptions(),
                              job.node_failures);
  }

  static std::string segment_arguments(const JobSegment& segment, const JobRecord& job) {
    if (!segment.borrowed) return fmt::format(R"({{"units": {}}})", in_units(job.units));
    return fmt::format(R"({{"units": {}, "quota": "borrowed"}})", in_units(job.units));
  }

  TraceEvents& events_;
  const GovernanceInputs& inputs_;
  std::vector<Rows> rows_;
  std::int64_t process_ = 0;
  std::int64_t thread_ = 0;
};

/// Counters of teams and of the cluster. Of the changes at one time, only the last is written.
class Counters final : public GovernanceObserver {
 public:
  Counters(TraceEvents& events, const GovernanceInputs& inputs)
      : events_(events), holdings_(inputs), pending_(inputs.teams.size()) {}

  UsageSink& usage(FlavorIndex /*flavor*/) override { return nowhere_; }
  void job_ended(const JobRecord& /*job*/) override {}
  void job_waited(const WaitRecord& /*wait*/) override {}
  void job_evicted(const EvictionRecord& /*eviction*/) override {}
  void quota_changed(const QuotaChange& change) override {
    come_to(change.time_ns);
    holdings_.add(change);
    held_changed_.insert(change.team);
  }
  void pending_changed(std::int64_t time_ns, TeamIndex team, std::int64_t jobs,
                       std::int64_t units) override {
    come_to(time_ns);
    Pending& pending = pending_[static_cast<std::size_t>(team)];
    all_pending_.jobs += jobs - pending.jobs;
    all_pending_.units += units - pending.units;
    pending = {jobs, units};
    pending_changed_.insert(team);
  }

  void finish() { come_to(INT64_MAX); }

 private:
  struct Pending {
    std::int64_t jobs = 0;
    std::int64_t units = 0;
  };
  class Nowhere final : public UsageSink {
    void add(const UsageInterval& /*interval*/) override {}
    void add_repeated(std::span<const UsageInterval> /*cycle*/, std::int64_t /*period_ns*/,
                      std::int64_t /*times*/) override {}
  };

  void come_to(std::int64_t time_ns) {
    if (time_ns == now_ns_) return;
    for (const TeamIndex team : held_changed_) {
      const auto held = holdings_.of(team);
      write_held(process_of(team), held);
      auto& before = held_[team];
      all_held_.own += held.own - before.own;
      all_held_.borrowed += held.borrowed - before.borrowed;
      before = held;
    }
    for (const TeamIndex team : pending_changed_) {
      write_pending(process_of(team), pending_[static_cast<std::size_t>(team)]);
    }
    if (!held_changed_.empty()) write_held(kCluster, all_held_);
    if (!pending_changed_.empty()) write_pending(kCluster, all_pending_);
    held_changed_.clear();
    pending_changed_.clear();
    now_ns_ = time_ns;
  }

  void counter(std::int64_t process, std::string_view name, const std::string& args) {
    events_.begin("C", process, 0, name);
    events_.add("ts", microseconds(now_ns_));
    events_.add("args", args);
    events_.end();
  }
  void write_held(std::int64_t process, const govern::QuotaHoldings::Held& held) {
    counter(process, "quota held",
            fmt::format(R"({{"own": {}, "borrowed": {}}})", in_units(held.own),
                        in_units(held.borrowed)));
  }
  void write_pending(std::int64_t process, const Pending& pending) {
    counter(process, "jobs waiting", fmt::format(R"({{"jobs": {}}})", pending.jobs));
    counter(process, "waited for", fmt::format(R"({{"units": {}}})", in_units(pending.units)));
  }

  TraceEvents& events_;
  govern::QuotaHoldings holdings_;
  govern::QuotaHoldings::Held all_held_;
  std::map<TeamIndex, govern::QuotaHoldings::Held> held_;
  std::vector<Pending> pending_;
  Pending all_pending_;
  std::set<TeamIndex> held_changed_, pending_changed_;
  std::int64_t now_ns_ = 0;
  Nowhere nowhere_;
};

void write_names(TraceEvents& events, const GovernanceInputs& inputs) {
  events.name("process", kCluster, 0, "cluster", 0);
  for (std::size_t t = 0; t < inputs.teams.size(); ++t) {
    const std::int64_t process = process_of(static_cast<TeamIndex>(t));
    events.name("process", process, 0, "team " + inputs.teams[t].name, process);
  }
}

}  // namespace

ClusterTraceSize write_cluster_trace(std::ostream& out, const GovernanceInputs& inputs,
                                     JobSource& jobs, ReplicaKey key, const TraceNotes& notes) {
  TraceEvents events(out);
  events.open(notes);
  write_names(events, inputs);
  JobEvents rows(events, inputs);
  govern::JobTimelines timelines(inputs, [&](const JobTimeline& job) { rows.write(job); });
  Counters counters(events, inputs);
  govern::BothObservers both(timelines, counters, inputs.policy.flavors.size());
  const GovernanceResult result = run_governance(inputs, jobs, key, both);
  counters.finish();
  events.close();
  return {result.jobs, events.count(), result.wall_time.si()};
}

}  // namespace sextant::report
