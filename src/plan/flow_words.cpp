#include "src/plan/flow_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sextant::plan {
namespace {

bool crosses(const BackgroundTraffic& traffic, Fabric::LinkId link) {
  return std::any_of(traffic.transfers.begin(), traffic.transfers.end(), [&](const auto& pattern) {
    return std::any_of(pattern.loads.begin(), pattern.loads.end(),
                       [&](const FlowLoad& load) { return load.link == link; });
  });
}

/// Who else uses the link, in words.
std::vector<std::string> sharers(const StepFlows& flows, OperationKind kind,
                                 const std::vector<BackgroundTraffic>& background,
                                 Fabric::LinkId link) {
  std::set<OperationKind> kinds;
  for (const StepFlows::LinkBytes& entry : flows.link_bytes) {
    if (entry.link == link && entry.kind != kind && entry.bytes > 0.0) kinds.insert(entry.kind);
  }
  std::vector<std::string> words;
  if (kinds.size() > 2) {
    words.emplace_back("the step's other transfers");
  } else {
    for (const OperationKind other : kinds) words.emplace_back(enum_name(other));
  }
  for (const BackgroundTraffic& traffic : background) {
    if (crosses(traffic, link)) words.push_back(traffic.name);
  }
  return words;
}

/// "a", "a and b", "a, b and c".
std::string listed(std::vector<std::string> words) {
  if (words.size() < 2) return fmt::format("{}", fmt::join(words, ""));
  const std::string last = std::move(words.back());
  words.pop_back();
  return fmt::format("{} and {}", fmt::join(words, ", "), last);
}

/// Seconds as people read them, three digits.
std::string time_words(Seconds time) {
  const double s = time.si();
  if (s >= 1.0) return fmt::format("{:.3g} s", s);
  if (s >= 1e-3) return fmt::format("{:.3g} ms", s * 1e3);
  return fmt::format("{:.3g} us", s * 1e6);
}

std::string cause(const Fabric& fabric, const StepFlows& flows, const FlowedStep::Kind& kind,
                  const std::vector<BackgroundTraffic>& background) {
  const Fabric::LinkId link = telling_link(fabric, flows, kind, background);
  if (link < 0) return "it waited for others";
  const std::vector<std::string> others = sharers(flows, kind.kind, background, link);
  const double over = oversubscription_at(fabric, link);
  const std::string links = fabric.tier(link) + " links";
  if (over > 1.01) {
    const std::string shared =
        others.empty() ? "" : fmt::format(", and carry {} besides", listed(others));
    return fmt::format("{} are {:.3g}:1 oversubscribed{}", links, over, shared);
  }
  if (others.empty()) return fmt::format("several of its own transfers meet on {}", links);
  return fmt::format("{} carry {} besides", links, listed(others));
}

}  // namespace

std::string link_words(const Fabric& fabric, Fabric::LinkId link) {
  if (link < 0) return "";
  const Fabric::Link& found = fabric.link(link);
  return fmt::format("{} ({} to {})", fabric.tier(link), fabric.name(found.from),
                     fabric.name(found.to));
}

Fabric::LinkId telling_link(const Fabric& fabric, const StepFlows& flows,
                            const FlowedStep::Kind& kind,
                            const std::vector<BackgroundTraffic>& background) {
  const Fabric::LinkId busiest = kind.busiest_link;
  if (busiest < 0) return -1;
  const bool shared = std::any_of(background.begin(), background.end(),
                                  [&](const auto& traffic) { return crosses(traffic, busiest); });
  if (shared) return busiest;
  Fabric::LinkId telling = busiest;
  double most = 0.0, there = 0.0;  // seconds that the kind's own bytes take
  for (const StepFlows::LinkBytes& entry : flows.link_bytes) {
    if (entry.job != 0 || entry.kind != kind.kind) continue;
    const double busy = entry.bytes / fabric.link(entry.link).capacity.si();
    if (entry.link == busiest) there = busy;
    if (busy <= most) continue;
    most = busy;
    telling = entry.link;
  }
  constexpr double kAlike = 1.5;
  return most > kAlike * there ? telling : busiest;
}

double oversubscription_at(const Fabric& fabric, Fabric::LinkId link) {
  const auto level = [&](Fabric::VertexId id) { return fabric.vertex(id).level; };
  const Fabric::Link& asked = fabric.link(link);
  const Fabric::VertexId lower = level(asked.from) < level(asked.to) ? asked.from : asked.to;
  double below = 0.0, above = 0.0;
  for (Fabric::LinkId id = 0; id < fabric.links(); ++id) {
    const Fabric::Link& other = fabric.link(id);
    if (other.from == lower && level(other.to) > level(lower)) above += other.capacity.si();
    if (other.to == lower && level(other.from) < level(lower)) below += other.capacity.si();
  }
  return below > 0.0 && above > 0.0 ? below / above : 1.0;
}

std::vector<std::string> slowed_words(const Fabric& fabric, const StepFlows& flows,
                                      const FlowedStep& step,
                                      const std::vector<BackgroundTraffic>& background,
                                      const std::string& when) {
  std::vector<std::string> words;
  for (const FlowedStep::Kind& kind : step.kinds) {
    if (kind.flowed <= (1.0 + kWorthSaying) * kind.alone) continue;
    words.push_back(fmt::format("{} took {}{} instead of {} alone: {}", enum_name(kind.kind),
                                time_words(kind.flowed), when, time_words(kind.alone),
                                cause(fabric, flows, kind, background)));
  }
  return words;
}

}  // namespace sextant::plan
