#include "src/plan/flow_tiers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace sextant::plan {
namespace {

constexpr std::size_t kKinds = EnumNames<OperationKind>::table.size();

std::size_t index_of(OperationKind kind) { return static_cast<std::size_t>(kind); }

/// Spans of time, some over one another.
class Spans {
 public:
  void add(double from, double to) {
    if (std::isfinite(to) && to > from) spans_.emplace_back(from, to);
  }

  /// Of their union.
  double length() {
    std::sort(spans_.begin(), spans_.end());
    double sum = 0.0, covered = 0.0;
    for (const auto& [from, to] : spans_) {
      sum += std::max(0.0, to - std::max(from, covered));
      covered = std::max(covered, to);
    }
    return sum;
  }

 private:
  std::vector<std::pair<double, double>> spans_;
};

/// How long transfers of each kind are under way, anywhere, in the first job's last step.
std::array<double, kKinds> times_under_way(const StepFlows& flows, const FlowResult& result) {
  std::int32_t last = 0;
  for (const FlowNote& note : flows.notes) {
    if (note.job == 0) last = std::max(last, note.step);
  }
  std::array<Spans, kKinds> spans;
  for (std::size_t i = 0; i < flows.notes.size(); ++i) {
    const FlowNote& note = flows.notes[i];
    if (note.job != 0 || note.step != last || note.operation < 0) continue;
    if (flows.problem.activities[i].pattern < 0) continue;
    const auto operation = static_cast<std::size_t>(note.operation);
    const OperationKind kind = flows.recipes.front().labels[operation].kind;
    spans[index_of(kind)].add(result.moving[i], result.end[i]);
  }
  std::array<double, kKinds> times{};
  for (std::size_t i = 0; i < kKinds; ++i) times[i] = spans[i].length();
  return times;
}

/// Bytes over one link, by kind.
using LinkUse = std::array<double, kKinds>;

std::map<Fabric::LinkId, LinkUse> uses_of_links(const StepFlows& flows) {
  std::map<Fabric::LinkId, LinkUse> uses;
  for (const StepFlows::LinkBytes& entry : flows.link_bytes) {
    if (entry.job == 0) uses[entry.link][index_of(entry.kind)] += entry.bytes;
  }
  return uses;
}

/// A tier being summed up: its shares are sums over its links.
struct Tier {
  TierUse use;
  std::array<TierUse::Phase, kKinds> phases{};

  void add(const LinkUse& bytes, double capacity, double step,
           const std::array<double, kKinds>& times);
  TierUse result() const;
};

void Tier::add(const LinkUse& bytes, double capacity, double step,
               const std::array<double, kKinds>& times) {
  double sum = 0.0;
  for (std::size_t i = 0; i < kKinds; ++i) {
    sum += bytes[i];
    if (bytes[i] <= 0.0 || times[i] <= 0.0) continue;
    const double share = bytes[i] / (capacity * times[i]);
    phases[i].mean += share;
    phases[i].busiest = std::max(phases[i].busiest, share);
  }
  use.mean += sum / (capacity * step);
  use.busiest = std::max(use.busiest, sum / (capacity * step));
}

TierUse Tier::result() const {
  TierUse result = use;
  // Rounding does not put the mean above the busiest.
  const auto mean = [&](double sum, double most) { return std::min(sum / use.links, most); };
  result.mean = mean(use.mean, use.busiest);
  for (std::size_t i = 0; i < kKinds; ++i) {
    if (phases[i].busiest <= 0.0) continue;
    result.phases.push_back({EnumNames<OperationKind>::table[i].first,
                             mean(phases[i].mean, phases[i].busiest), phases[i].busiest});
  }
  return result;
}

}  // namespace

std::vector<TierUse> tier_uses(const Fabric& fabric, const StepFlows& flows,
                               const FlowResult& result, Seconds step) {
  const std::array<double, kKinds> times = times_under_way(flows, result);
  const std::map<Fabric::LinkId, LinkUse> uses = uses_of_links(flows);
  std::vector<Tier> tiers;  // in the order of the links
  std::map<std::string, std::size_t> index;
  for (Fabric::LinkId id = 0; id < fabric.links(); ++id) {
    const auto [place, is_new] = index.emplace(fabric.tier(id), tiers.size());
    const BytesPerSecond capacity = fabric.link(id).capacity;
    if (is_new) tiers.push_back({.use = {.tier = place->first, .capacity = capacity}});
    Tier& tier = tiers[place->second];
    ++tier.use.links;
    tier.use.capacity = std::min(tier.use.capacity, capacity);
    const auto use = uses.find(id);
    if (use != uses.end()) tier.add(use->second, capacity.si(), step.si(), times);
  }
  std::vector<TierUse> results;
  for (const Tier& tier : tiers) {
    if (tier.use.busiest > 0.0) results.push_back(tier.result());
  }
  return results;
}

}  // namespace sextant::plan
