#include "src/report/flow_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "src/report/human.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using enum TextTable::Align;
using Json = nlohmann::ordered_json;
using plan::FlowForecast;

/// Shares of a link below this are not worth a line.
constexpr double kLeastUse = 0.001;

std::string rate(BytesPerSecond rate) {
  const double bits = 8.0 * rate.si();
  if (bits >= 1e12) return significant(bits / 1e12) + " Tb/s";
  return significant(bits / 1e9) + " Gb/s";
}

/// In the mean over the run, of the job's share.
std::optional<Joules> network_energy(const plan::PlanResult& result) {
  const FlowForecast& network = *result.network;
  if (!network.network_power) return std::nullopt;
  return network.job_share() * *network.network_power * Seconds(result.forecast.wall_time_s.mean);
}

/// What the run costs more by a placement than by the best one, in the mean.
std::optional<Usd> extra_cost(const plan::PlanResult& result, Seconds time, Seconds best) {
  if (!result.forecast.cost_usd) return std::nullopt;
  const double training = time / result.network->flow - best / result.network->flow;
  return Usd(training * result.forecast.cost_usd->mean * result.forecast.ettr.mean);
}

std::string fabric_lines(const FlowForecast& network) {
  std::string text = wrapped(fmt::format(
      "{}{}, {} nodes in {} leaf group{}, bisection {}; the job's {} placed {}", network.fabric,
      network.fabric_assumed ? " (assumed: the scenario names no network)" : "",
      grouped(network.fabric_nodes), grouped(network.leaf_groups),
      network.leaf_groups == 1 ? "" : "s", rate(network.bisection), grouped(network.job_nodes),
      network.placement));
  if (!network.background.empty()) {
    text += wrapped(fmt::format("beside the step: {}", fmt::join(network.background, "; ")));
  }
  if (network.folded) {
    text +=
        wrapped("folded, exactly: ranks that do the same on links that are loaded alike are one");
  } else if (network.asymmetry.empty()) {
    text += wrapped("unfolded, as asked for: every data-parallel replica by itself");
  } else {
    text += wrapped("every data-parallel replica by itself: " + network.asymmetry);
  }
  return text;
}

std::string step_lines(const FlowForecast& network) {
  std::string text = wrapped(fmt::format(
      "the step in flows takes {}, its replay on an idle network {} ({})", human(network.flow),
      human(network.replay), growth(network.flow / network.replay - 1.0)));
  if (const auto& beside = network.beside_checkpoint) {
    text += wrapped(fmt::format(
        "while a checkpoint is written ({}): {} ({}); the run's steps are slower by {} meanwhile",
        human(beside->write), human(beside->time), growth(beside->time / network.flow - 1.0),
        percent(beside->slowdown)));
  }
  for (const std::string& sentence : network.differences) text += wrapped("- " + sentence);
  if (network.differences.empty()) text += wrapped("no kind of transfer was slowed by 5 %");
  return text;
}

std::string kinds_table(const FlowForecast& network, TextStyle style) {
  if (network.kinds.empty()) return wrapped("no transfer leaves a link domain");
  const bool checkpoints = network.beside_checkpoint.has_value();
  TextTable table({kLeft, kRight, kRight, kRight, kRight, kLeft});
  table.row({style.dim("transfers of one rank"), style.dim("alone"), style.dim("in flows"), "",
             style.dim(checkpoints ? "with a write" : ""), style.dim("had to share most")});
  for (const FlowForecast::Kind& kind : network.kinds) {
    const double slowed = kind.alone > Seconds(0) ? kind.flowed / kind.alone - 1.0 : 0.0;
    table.row({std::string(enum_name(kind.kind)), human(kind.alone), human(kind.flowed),
               growth(slowed), kind.beside_checkpoint ? human(*kind.beside_checkpoint) : "",
               style.dim(kind.busiest)});
  }
  return table.render();
}

/// "reduce gradients 71 %", the fullest first, no more than three.
std::string phase_words(const plan::TierUse& tier) {
  constexpr std::size_t kMost = 3;
  std::vector<plan::TierUse::Phase> phases = tier.phases;
  std::stable_sort(phases.begin(), phases.end(),
                   [](const auto& a, const auto& b) { return a.busiest > b.busiest; });
  phases.resize(std::min(phases.size(), kMost));
  std::vector<std::string> words;
  for (const plan::TierUse::Phase& phase : phases) {
    words.push_back(fmt::format("{} {:.0f} %", enum_name(phase.kind), 100.0 * phase.busiest));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

/// The two ends of a tier: "card to leaf".
std::array<std::string, 2> ends_of(const plan::TierUse& tier) {
  const std::size_t middle = tier.tier.find(" to ");
  if (middle == std::string::npos) return {tier.tier, ""};
  return {tier.tier.substr(0, middle), tier.tier.substr(middle + 4)};
}

/// Links inside a node are in the JSON document; the section is about what stands between nodes.
bool is_between_nodes(const plan::TierUse& tier) {
  const auto inside = [](const std::string& end) {
    return end == "accelerator" || end == "link switch" || end == "PCIe switch" || end == "host" ||
           end == "card";
  };
  const auto [from, to] = ends_of(tier);
  return !inside(from) || !inside(to);
}

bool same_use(const plan::TierUse& a, const plan::TierUse& b) {
  return std::abs(a.mean - b.mean) < kLeastUse && std::abs(a.busiest - b.busiest) < kLeastUse;
}

/// Rows of both directions are one where they are alike.
std::string tiers_table(const FlowForecast& network, TextStyle style) {
  TextTable table({kLeft, kRight, kRight, kRight, kRight, kLeft});
  table.row({style.dim("links"), style.dim("number"), style.dim("each"), style.dim("mean use"),
             style.dim("busiest"), style.dim("busiest while under way")});
  const plan::TierUse* last = nullptr;
  for (std::size_t i = 0; i < network.tiers.size(); ++i) {
    const plan::TierUse& tier = network.tiers[i];
    if (tier.busiest < kLeastUse || !is_between_nodes(tier)) continue;
    const auto [from, to] = ends_of(tier);
    if (last != nullptr && ends_of(*last) == std::array{to, from} && same_use(*last, tier))
      continue;
    const bool both = i + 1 < network.tiers.size() &&
                      ends_of(network.tiers[i + 1]) == std::array{to, from} &&
                      same_use(tier, network.tiers[i + 1]);
    last = &tier;
    table.row({tier.tier + (both ? " and back" : ""), grouped(tier.links), rate(tier.capacity),
               percent(tier.mean), percent(tier.busiest), style.dim(phase_words(tier))});
  }
  return table.render();
}

std::string energy_line(const plan::PlanResult& result) {
  const auto energy = network_energy(result);
  if (!energy) return "";
  const FlowForecast& network = *result.network;
  const double kilowatts = network.network_power->si() * network.job_share() / 1e3;
  return wrapped(
      fmt::format("switches and optics draw {} kW for the job's nodes: {} over the run, beside the "
                  "energy above",
                  significant(kilowatts), human(*energy)));
}

std::string engine_line(const FlowForecast& network) {
  return wrapped(fmt::format("engine: {} activities, {} transfers, {:.1f} s, {:.0f} MB",
                             grouped(network.activities), grouped(network.transfers),
                             network.wall_s, static_cast<double>(network.worker_bytes) / 1e6));
}

std::string placements_table(const plan::PlanResult& result, TextStyle style) {
  const FlowForecast& network = *result.network;
  if (network.placements.empty()) return "";
  const plan::PlacedStep* best = network.best_placement();
  TextTable table({kLeft, kRight, kRight, kRight, kLeft});
  table.row({style.dim("placement"), style.dim("step"), style.dim("over the best"),
             style.dim("the run"), ""});
  for (const plan::PlacedStep& step : network.placements) {
    if (!step.time) {
      table.row({step.name, "", "", "", style.dim(step.why_not)});
      continue;
    }
    const auto usd = extra_cost(result, *step.time, *best->time);
    const std::string extra = usd && *usd > Usd(0) ? "+" + human(*usd) : "";
    table.row({step.name, human(*step.time), growth(*step.time / *best->time - 1.0), extra,
               style.dim(step.name == network.placement ? "the scenario's" : "")});
  }
  return "\n" + table.render();
}

Json breakdown_json(const std::array<Seconds, kStepParts>& parts) {
  Json json = Json::object();
  for (const auto& [part, name] : EnumNames<StepPart>::table) {
    json[std::string(name)] = parts[static_cast<std::size_t>(part)].si();
  }
  return json;
}

Json fabric_json(const FlowForecast& network) {
  return {{"title", network.fabric},
          {"assumed", network.fabric_assumed},
          {"nodes", network.fabric_nodes},
          {"job_nodes", network.job_nodes},
          {"leaf_groups", network.leaf_groups},
          {"bisection_bytes_per_s", network.bisection.si()},
          {"placement", network.placement}};
}

Json kinds_json(const FlowForecast& network) {
  Json kinds = Json::array();
  for (const FlowForecast::Kind& kind : network.kinds) {
    const auto& beside = kind.beside_checkpoint;
    kinds.push_back({{"kind", enum_name(kind.kind)},
                     {"alone_s", kind.alone.si()},
                     {"flowed_s", kind.flowed.si()},
                     {"beside_checkpoint_s", beside ? Json(beside->si()) : Json()},
                     {"busiest_link", kind.busiest.empty() ? Json() : Json(kind.busiest)}});
  }
  return kinds;
}

Json tiers_json(const FlowForecast& network) {
  Json tiers = Json::array();
  for (const plan::TierUse& tier : network.tiers) {
    Json phases = Json::array();
    for (const plan::TierUse::Phase& phase : tier.phases) {
      phases.push_back(
          {{"kind", enum_name(phase.kind)}, {"mean", phase.mean}, {"busiest", phase.busiest}});
    }
    tiers.push_back({{"tier", tier.tier},
                     {"links", tier.links},
                     {"capacity_bytes_per_s", tier.capacity.si()},
                     {"mean", tier.mean},
                     {"busiest", tier.busiest},
                     {"phases", std::move(phases)}});
  }
  return tiers;
}

Json placements_json(const plan::PlanResult& result) {
  const FlowForecast& network = *result.network;
  const plan::PlacedStep* best = network.best_placement();
  Json placements = Json::array();
  for (const plan::PlacedStep& step : network.placements) {
    Json entry = {{"placement", step.name},
                  {"step_s", Json()},
                  {"over_best", Json()},
                  {"extra_usd", Json()},
                  {"why_not", Json()}};
    if (step.time) {
      entry["step_s"] = step.time->si();
      entry["over_best"] = *step.time / *best->time - 1.0;
      if (const auto usd = extra_cost(result, *step.time, *best->time))
        entry["extra_usd"] = usd->si();
    } else {
      entry["why_not"] = step.why_not;
    }
    placements.push_back(std::move(entry));
  }
  return placements;
}

Json checkpoint_json(const FlowForecast& network) {
  const auto& beside = network.beside_checkpoint;
  if (!beside) return {};
  return {{"time_s", beside->time.si()},
          {"write_s", beside->write.si()},
          {"slowdown", beside->slowdown}};
}

}  // namespace

std::string flow_text(const plan::PlanResult& result, TextStyle style) {
  if (!result.network) return "";
  const FlowForecast& network = *result.network;
  return "\n" + style.bold("The network") + "\n" + fabric_lines(network) + step_lines(network) +
         kinds_table(network, style) + tiers_table(network, style) + energy_line(result) +
         engine_line(network) + placements_table(result, style);
}

nlohmann::ordered_json flow_json(const plan::PlanResult& result) {
  if (!result.network) return {};
  const FlowForecast& network = *result.network;
  const auto energy = network_energy(result);
  const auto& power = network.network_power;
  return {{"fabric", fabric_json(network)},
          {"folded", network.folded},
          {"asymmetry", network.asymmetry.empty() ? Json() : Json(network.asymmetry)},
          {"step",
           {{"replay_s", network.replay.si()},
            {"flow_s", network.flow.si()},
            {"replay_breakdown_s", breakdown_json(network.replay_parts)},
            {"flow_breakdown_s", breakdown_json(network.flow_parts)}}},
          {"beside_checkpoint", checkpoint_json(network)},
          {"background", network.background},
          {"differences", network.differences},
          {"kinds", kinds_json(network)},
          {"tiers", tiers_json(network)},
          {"power_w", power ? Json(power->si()) : Json()},
          {"energy_j", energy ? Json(energy->si()) : Json()},
          {"engine",
           {{"wall_s", network.wall_s},
            {"peak_bytes", network.worker_bytes},
            {"activities", network.activities},
            {"transfers", network.transfers}}},
          {"placements", placements_json(result)}};
}

}  // namespace sextant::report
