#include "src/report/govern_network.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/plan/build_info.h"
#include "src/report/govern_words.h"
#include "src/report/human.h"
#include "src/report/provenance_json.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using enum TextTable::Align;
using govern::NetworkAnswer;
using govern::NetworkJob;
using govern::NetworkMeans;
using govern::NetworkResult;
using govern::NetworkScene;
using Json = nlohmann::ordered_json;

/// Names beyond so many are counted.
constexpr std::size_t kMostNames = 3;

std::string heading(std::string_view text, TextStyle style) {
  return "\n" + style.bold(text) + "\n";
}

/// "1 job", "3 jobs".
std::string counted(std::int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", grouped(count), what, count == 1 ? "" : "s");
}

/// "b, c, d and 4 more".
std::string names(const std::vector<std::string>& all) {
  std::vector<std::string> shown(
      all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), kMostNames)));
  const std::string text = fmt::format("{}", fmt::join(shown, ", "));
  return all.size() > kMostNames ? fmt::format("{} and {} more", text, all.size() - kMostNames)
                                 : text;
}

/// A slow-down by a factor of 1.234: "+23.4 %"; "0" where there is none.
std::string slower(double factor) {
  const double more = factor - 1;
  return more < 5e-4 ? "0" : "+" + percent(more);
}

std::string title(const NetworkResult& result, TextStyle style) {
  std::string text = style.bold(short_name(result.name)) + "\n";
  if (!result.question.empty()) text += wrapped(result.question);
  return text;
}

/// "at 12 of 16 moments, 1.0 to 1.9 days".
std::string when(const NetworkScene& scene, const NetworkAnswer& answer) {
  const Seconds first = scene.moments.front();
  const Seconds last = scene.moments.back();
  if (answer.looks == 1) return "at " + human(first);
  if (scene.moments.size() == 1) {
    return fmt::format("at one of {} moments, {}", answer.looks, human(first));
  }
  return fmt::format("at {} of {} moments, {} to {}", scene.moments.size(), answer.looks,
                     human(first), human(last));
}

std::string shares_text(const NetworkJob& job) {
  std::vector<std::string> parts;
  for (const govern::SharedTier& share : job.shares) {
    parts.push_back(fmt::format("{} {} with {}, {} full", share.links, share.tier,
                                names(share.with), percent(share.busiest)));
  }
  return parts.empty() ? "no links shared" : fmt::format("{}", fmt::join(parts, "; "));
}

std::string jobs_table(const NetworkScene& scene, TextStyle style) {
  TextTable table({kLeft, kLeft, kRight, kRight, kRight, kRight, kRight});
  table.row({style.dim("job"), style.dim("team"), style.dim("nodes"), style.dim("leaf groups"),
             style.dim("step alone"), style.dim("with others"), style.dim("slower")});
  for (const NetworkJob& job : scene.jobs) {
    table.row({job.name, job.team, grouped(static_cast<std::int64_t>(job.nodes.size())),
               grouped(job.leaf_groups), human(job.alone), human(job.shared),
               style.bold(slower(job.slowdown()))});
  }
  return table.render();
}

std::string shares_lines(const NetworkScene& scene, TextStyle style) {
  if (scene.jobs.size() < 2) return "";
  std::string text =
      wrapped(style.dim("links between nodes that jobs share, the busiest of them:"));
  for (const NetworkJob& job : scene.jobs) {
    text += wrapped(fmt::format("{}: {}", job.name, shares_text(job)), 4);
  }
  return text;
}

std::string tiers_table(const NetworkScene& scene, TextStyle style) {
  TextTable table({kLeft, kRight, kRight, kRight});
  table.row({style.dim("links"), style.dim("number"), style.dim("in use"), style.dim("busiest")});
  for (const govern::TierLoad& tier : scene.tiers) {
    if (tier.busiest <= 0) continue;
    table.row({tier.tier, grouped(tier.links), percent(tier.mean), percent(tier.busiest)});
  }
  return table.render();
}

std::string others_line(const NetworkScene& scene) {
  std::vector<std::string> parts;
  if (scene.other_jobs > 0) {
    parts.push_back(fmt::format("{} without a step on {}: no traffic",
                                counted(scene.other_jobs, "job"),
                                counted(scene.other_nodes, "node")));
  }
  if (scene.incomplete > 0) {
    parts.push_back(
        fmt::format("{} for nodes", scene.incomplete == 1
                                        ? "one training job waits"
                                        : fmt::format("{} training jobs wait", scene.incomplete)));
  }
  return parts.empty() ? "" : wrapped(fmt::format("{}", fmt::join(parts, "; ")));
}

std::string scene_section(const NetworkScene& scene, const NetworkAnswer& answer, TextStyle style) {
  return heading(fmt::format("{}, {}",
                             counted(static_cast<std::int64_t>(scene.jobs.size()), "training job"),
                             when(scene, answer)),
                 style) +
         jobs_table(scene, style) + shares_lines(scene, style) + others_line(scene) + "\n" +
         tiers_table(scene, style);
}

std::string fabric_lines(const NetworkAnswer& answer, TextStyle style) {
  std::string beside;
  if (!answer.background.empty()) {
    beside = fmt::format("; beside the jobs: {}", fmt::join(answer.background, ", "));
  }
  const BytesPerSecond bisection = answer.bisection;
  return wrapped(style.dim(fmt::format("{} on {}: {} in {}, bisection {} GB/s{}", answer.flavor,
                                       answer.fabric, counted(answer.fabric_nodes, "node"),
                                       counted(answer.leaf_groups, "leaf group"),
                                       significant(bisection.si() / 1e9), beside)));
}

std::string nobody_line(const NetworkAnswer& answer) {
  const std::string looked = answer.looks == 1 ? std::string("at this moment")
                                               : fmt::format("at any of {} moments", answer.looks);
  return wrapped(
      fmt::format("no training run has all its nodes {}; at most {} without a step at once: only "
                  "jobs with a \"training\" scenario have one",
                  looked, counted(answer.other_jobs, "job")));
}

std::string means_line(const NetworkAnswer& answer) {
  const std::string weight =
      answer.each
          ? fmt::format("means over {} accelerator-hours", significant(answer.accelerator_hours))
          : fmt::format("means over {} accelerators",
                        grouped(static_cast<std::int64_t>(answer.accelerator_hours)));
  return "\n" + wrapped(fmt::format(
                    "longer steps by other jobs: {} (at most {}); by the network in all: {}; {}",
                    slower(answer.means.slowdown), slower(answer.means.worst),
                    slower(answer.means.network), weight));
}

std::string policies_section(const NetworkAnswer& answer, TextStyle style) {
  if (answer.policies.empty()) return "";
  TextTable table({kLeft, kRight, kRight, kRight, kRight});
  table.row({style.dim("placement"), style.dim("by other jobs"), style.dim("at most"),
             style.dim("by the network"), style.dim("leaf groups of a job")});
  const auto add = [&](const std::string& name, const NetworkMeans& means, double groups) {
    table.row({name, slower(means.slowdown), slower(means.worst), slower(means.network),
               significant(groups)});
  };
  add("as simulated", answer.means, answer.job_leaf_groups);
  for (const govern::PlacedJobs& placed : answer.policies) {
    add(words(enum_name(placed.policy)), placed.means, placed.leaf_groups);
  }
  return heading("What placement costs: the same jobs, in the order in which they got nodes",
                 style) +
         table.render();
}

std::string flavor_section(const NetworkAnswer& answer, TextStyle style) {
  std::string text = fabric_lines(answer, style);
  if (answer.scenes.empty()) return text + nobody_line(answer);
  for (const NetworkScene& scene : answer.scenes) text += scene_section(scene, answer, style);
  return text + means_line(answer) + policies_section(answer, style);
}

std::string provenance(const NetworkResult& result, TextStyle style) {
  const plan::BuildInfo& build = plan::build_info();
  double wall_s = 0;
  for (const NetworkAnswer& answer : result.flavors) wall_s += answer.wall_s;
  return style.dim(fmt::format(
      "\nsextant {}, commit {}{}, {}; {} files\nseed {}, the first replica; flow engine {}\n",
      build.version, build.commit, build.modified ? " with changes" : "", build.compiler,
      result.files.size(), result.seed, human(Seconds(wall_s))));
}

Json shares_json(const NetworkJob& job) {
  Json list = Json::array();
  for (const govern::SharedTier& share : job.shares) {
    list.push_back({{"tier", share.tier},
                    {"links", share.links},
                    {"with", share.with},
                    {"busiest_use", share.busiest}});
  }
  return list;
}

Json job_json(const NetworkJob& job) {
  return {{"name", job.name},
          {"team", job.team},
          {"nodes", job.nodes},
          {"leaf_groups", job.leaf_groups},
          {"accelerators", job.accelerators},
          {"step_unlimited_s", job.replay.si()},
          {"step_alone_s", job.alone.si()},
          {"step_shared_s", job.shared.si()},
          {"slowdown", job.slowdown()},
          {"shares", shares_json(job)}};
}

Json scene_json(const NetworkScene& scene) {
  Json moments = Json::array(), jobs = Json::array(), tiers = Json::array();
  for (const Seconds moment : scene.moments) moments.push_back(moment.si());
  for (const NetworkJob& job : scene.jobs) jobs.push_back(job_json(job));
  for (const govern::TierLoad& tier : scene.tiers) {
    tiers.push_back({{"tier", tier.tier},
                     {"links", tier.links},
                     {"mean_use", tier.mean},
                     {"busiest_use", tier.busiest}});
  }
  return {{"moments_s", std::move(moments)},
          {"accelerators", scene.accelerators()},
          {"jobs", std::move(jobs)},
          {"jobs_without_step", scene.other_jobs},
          {"nodes_without_step", scene.other_nodes},
          {"jobs_waiting_for_nodes", scene.incomplete},
          {"tiers", std::move(tiers)},
          {"folded", scene.folded},
          {"activities", scene.activities}};
}

Json means_json(const NetworkMeans& means, double leaf_groups) {
  return {{"slowdown", means.slowdown},
          {"worst_slowdown", means.worst},
          {"network_slowdown", means.network},
          {"leaf_groups", leaf_groups}};
}

Json flavor_json(const NetworkAnswer& answer) {
  Json scenes = Json::array();
  for (const NetworkScene& scene : answer.scenes) scenes.push_back(scene_json(scene));
  Json json = {
      {"flavor", answer.flavor},
      {"fabric", answer.fabric},
      {"fabric_nodes", answer.fabric_nodes},
      {"leaf_groups", answer.leaf_groups},
      {"bisection_bytes_per_s", answer.bisection.si()},
      {"background", answer.background},
      {"looks", answer.looks},
      {"look_s", answer.each ? Json(answer.each->si()) : Json()},
      {"accelerator_hours", answer.each ? Json(answer.accelerator_hours) : Json()},
      {"means", answer.scenes.empty() ? Json() : means_json(answer.means, answer.job_leaf_groups)},
      {"scenes", std::move(scenes)}};
  for (const govern::PlacedJobs& placed : answer.policies) {
    json["placements"][std::string(enum_name(placed.policy))] =
        means_json(placed.means, placed.leaf_groups);
  }
  json["engine_wall_s"] = answer.wall_s;
  return json;
}

}  // namespace

std::string network_text(const NetworkResult& result, TextStyle style) {
  std::string text = title(result, style);
  for (const NetworkAnswer& answer : result.flavors) text += flavor_section(answer, style);
  return text + provenance(result, style);
}

Json network_json(const NetworkResult& result) {
  Json flavors = Json::array();
  for (const NetworkAnswer& answer : result.flavors) flavors.push_back(flavor_json(answer));
  return {{"schema", "sextant.govern_network/1"},
          {"scenario", result.name},
          {"seed", result.seed},
          {"flavors", std::move(flavors)},
          {"provenance", provenance_json(result.files)}};
}

}  // namespace sextant::report
