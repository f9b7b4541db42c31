#include <fmt/format.h>

#include <algorithm>

#include "src/govern/units.h"
#include "src/report/govern_text.h"
#include "src/report/govern_words.h"
#include "src/report/human.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using enum TextTable::Align;

constexpr std::size_t kMostLines = 200;

/// A line of the story.
struct Line {
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;  ///< as `from_ns` of a moment
  const char* what = "";
  std::string text;
};

/// "3 d 04:05:06", "04:05:06", "04:05:06.250" where it is no whole second.
std::string clock_text(std::int64_t ns) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t seconds = ns / kSecond, milliseconds = ns % kSecond / 1'000'000;
  const std::int64_t days = seconds / 86400, day = seconds % 86400;
  std::string text = days > 0 ? fmt::format("{} d ", days) : "";
  text += fmt::format("{:02}:{:02}:{:02}", day / 3600, day / 60 % 60, day % 60);
  return milliseconds > 0 ? fmt::format("{}.{:03}", text, milliseconds) : text;
}

std::string time_text(std::int64_t ns) {
  return ns > 0 ? human(Seconds(1e-9 * static_cast<double>(ns))) : "0";
}

/// A wait for one reason, as long as only what is short changes.
struct Wait {
  WaitRecord first;
  std::int64_t to_ns = 0;
  Amount least = 0;
  Amount most = 0;
};

std::vector<Wait> merged(const std::vector<WaitRecord>& waits) {
  std::vector<Wait> result;
  for (const WaitRecord& wait : waits) {
    if (wait.to_ns <= wait.from_ns) continue;
    if (!result.empty()) {
      Wait& last = result.back();
      WaitCause cause = wait.cause;
      cause.short_by = last.first.cause.short_by;
      if (cause == last.first.cause && last.to_ns == wait.from_ns) {
        last.to_ns = wait.to_ns;
        last.least = std::min(last.least, wait.cause.short_by);
        last.most = std::max(last.most, wait.cause.short_by);
        continue;
      }
    }
    result.push_back({wait, wait.to_ns, wait.cause.short_by, wait.cause.short_by});
  }
  return result;
}

/// "…, is short of 8 nvidia.com/gpu, at least 2".
std::string text_of(Wait wait, const JobRecord& job, const GovernanceInputs& inputs) {
  wait.first.cause.short_by = wait.most;
  std::string text = wait_sentence(wait.first, job, inputs);
  if (wait.least < wait.most) {
    text += ", at times of " + amount_text(inputs, wait.first.cause.resource, wait.least);
  }
  return text;
}

std::vector<Line> lines_of(const govern::JobStory& story, const GovernanceInputs& inputs) {
  std::vector<Line> lines;
  for (const Wait& wait : merged(story.waits)) {
    lines.push_back({wait.first.from_ns, wait.to_ns, "waits", text_of(wait, story.job, inputs)});
  }
  for (const govern::ActiveTime& time : story.active) {
    lines.push_back(
        {time.from_ns, time.to_ns, "has nodes", std::string(activity_words(time.activity))});
  }
  for (const EvictionRecord& eviction : story.evictions) {
    lines.push_back(
        {eviction.time_ns, eviction.time_ns, "evicted", eviction_sentence(eviction, inputs)});
  }
  for (const EvictionRecord& victim : story.victims) {
    lines.push_back({victim.time_ns, victim.time_ns, "evicts",
                     fmt::format("job {} of team {} ({})", victim.name,
                                 inputs.teams[static_cast<std::size_t>(victim.team)].name,
                                 enum_name(victim.reason))});
  }
  // What happens at a moment comes before what it leads to.
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return std::pair(a.from_ns, a.to_ns > a.from_ns) < std::pair(b.from_ns, b.to_ns > b.from_ns);
  });
  return lines;
}

std::string summary(const JobRecord& job, const GovernanceInputs& inputs) {
  const bool cores = govern::counted_kind(inputs) == govern::UnitKind::kCore;
  const double units = static_cast<double>(job.units) / govern::kUnits;
  std::string text =
      wrapped(fmt::format("team {}, {:.6g} {}: {} after {}",
                          inputs.teams[static_cast<std::size_t>(job.team)].name, units,
                          cores        ? "cores"
                          : units == 1 ? "accelerator"
                                       : "accelerators",
                          words(enum_name(job.end)), time_text(job.ended_ns - job.submitted_ns)));
  text += wrapped(fmt::format(
      "waited {}{}, had nodes for {}{}; preemptions {}, failures of its nodes {}{}",
      time_text(job.wait_ns),
      job.no_nodes_ns > 0 ? " and another " + time_text(job.no_nodes_ns) + " for nodes" : "",
      time_text(job.run_ns),
      job.lost_ns > 0 ? ", of which " + time_text(job.lost_ns) + " were done again" : "",
      job.preemptions(), job.node_failures, job.missed_deadline ? "; missed its deadline" : ""));
  return text;
}

}  // namespace

std::string story_text(const govern::JobStory& story, const GovernanceInputs& inputs,
                       TextStyle style) {
  const std::vector<Line> lines = lines_of(story, inputs);
  TextTable table({kRight, kRight, kLeft, kLeft});
  table.row({style.dim("at"), style.dim("for"), "", ""});
  for (std::size_t i = 0; i < std::min(lines.size(), kMostLines); ++i) {
    const Line& line = lines[i];
    const bool evicted = std::string_view(line.what) == "evicted";
    table.row({clock_text(line.from_ns),
               line.to_ns > line.from_ns ? time_text(line.to_ns - line.from_ns) : "",
               evicted ? style.warning(line.what) : style.bold(line.what), line.text});
  }
  table.row(
      {clock_text(story.job.ended_ns), "", style.bold("ends"), words(enum_name(story.job.end))});
  std::string text = style.bold("Job " + short_name(story.job.name)) + "\n" +
                     summary(story.job, inputs) + "\n" + table.render();
  if (lines.size() > kMostLines) {
    text += wrapped(style.dim(fmt::format("and {} more: --json", lines.size() - kMostLines)));
  }
  return text;
}

}  // namespace sextant::report
