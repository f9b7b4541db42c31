#include "src/report/govern_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "src/govern/fairness.h"
#include "src/govern/units.h"
#include "src/plan/build_info.h"
#include "src/report/evidence.h"
#include "src/report/govern_words.h"
#include "src/report/human.h"
#include "src/report/interrupted.h"
#include "src/report/text_chart.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using enum TextTable::Align;
using govern::GovernResult;
using govern::GroupAnswer;
using govern::ReplicaAnswers;

constexpr std::size_t kChartColumns = 72;
constexpr int kChartLines = 4;
/// Rows of tables that could have as many as there are teams.
constexpr std::size_t kMostRows = 40;

std::string heading(std::string_view text, TextStyle style) {
  return "\n" + style.bold(text) + "\n";
}

/// Mean over replicas.
template <class Of>
double mean(const GovernResult& result, const Of& of) {
  double sum = 0;
  for (const ReplicaAnswers& answers : result.answers) sum += static_cast<double>(of(answers));
  return sum / static_cast<double>(result.answers.size());
}

/// A time as a table has it: "0" where there is none.
std::string time_text(double seconds) { return seconds > 0 ? human(Seconds(seconds)) : "0"; }

/// A count that may be a mean: "12", "12.3", "0".
std::string count_text(double count) {
  if (count == 0) return "0";
  return std::round(count) == count ? grouped(static_cast<std::int64_t>(count))
                                    : significant(count);
}

std::string hours_text(double hours) { return hours < 0.05 ? "0" : significant(hours); }

/// "6 x p5.48xlarge and 2 x p4d.24xlarge".
std::string nodes_text(const GovernResult& result) {
  std::vector<std::string> parts;
  for (const govern::FlavorAccount& account : result.accounts) {
    parts.push_back(fmt::format("{} x {}", grouped(account.nodes), account.name));
  }
  if (parts.size() > 4) {
    const std::size_t more = parts.size() - 3;
    parts.resize(3);
    parts.push_back(fmt::format("{} other flavors", more));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

double units_there(const GovernResult& result) {
  const govern::UnitKind counted = govern::counted_kind(result.inputs);
  std::int64_t units = 0;
  for (std::size_t f = 0; f < result.accounts.size(); ++f) {
    const auto flavor = static_cast<FlavorIndex>(f);
    if (govern::unit_kind(result.inputs, flavor) != counted) continue;
    units += govern::capacity_units(result.inputs, flavor);
  }
  return static_cast<double>(units) / govern::kUnits;
}

std::string title(const GovernResult& result, TextStyle style) {
  std::string text = style.bold(short_name(result.name)) + "\n";
  if (!result.question.empty()) text += wrapped(result.question);
  const std::size_t teams = result.inputs.teams.size();
  return text + style.dim(wrapped(fmt::format("{} {} on {}: {} {}; {}", teams,
                                              teams == 1 ? "team" : "teams", nodes_text(result),
                                              count_text(units_there(result)), result.unit(),
                                              words(enum_name(result.inputs.scheduler)))));
}

/// The team whose jobs waited longest in the mean, if any waited.
std::string who_waited(const GovernResult& result) {
  std::string name;
  double longest = 0;
  for (std::size_t t = 0; t < result.inputs.teams.size(); ++t) {
    const double wait = mean(result, [&](auto& r) { return r.teams[t].wait_s.mean; });
    if (wait <= longest) continue;
    longest = wait;
    name = result.inputs.teams[t].name;
  }
  if (name.empty()) return "nobody waited";
  return fmt::format("longest: {}, {} in the mean", name, human(Seconds(longest)));
}

void add_times(TextTable& table, const GovernResult& result, const char* what,
               govern::TimeStatistics GroupAnswer::*times, const std::string& note,
               TextStyle style) {
  const auto cell = [&](double govern::TimeStatistics::*member) {
    return time_text(mean(result, [&](auto& r) { return r.cluster.*times.*member; }));
  };
  table.row({what, style.bold(cell(&govern::TimeStatistics::mean)),
             cell(&govern::TimeStatistics::p50), cell(&govern::TimeStatistics::p95),
             cell(&govern::TimeStatistics::max), style.dim(note)});
}

std::string answer(const GovernResult& result, TextStyle style) {
  TextTable table({kLeft, kRight, kRight, kRight, kRight, kLeft});
  table.row({"", style.dim("mean"), style.dim("p50"), style.dim("p95"), style.dim("longest"), ""});
  add_times(table, result, "wait", &GroupAnswer::wait_s, who_waited(result), style);
  add_times(table, result, "run", &GroupAnswer::run_s, "", style);
  return table.render();
}

/// "1,204 jobs in 30 days; 93.1 % of 480 GPUs allocated, 88.0 % used".
std::string answer_lines(const GovernResult& result) {
  const double jobs = mean(result, [](auto& r) { return r.cluster.jobs; });
  const double wall = mean(result, [](auto& r) { return r.wall_time_s; });
  std::string text = wrapped(fmt::format(
      "{} jobs in {}; {} of the {} were allocated, {} used; {} preemptions", count_text(jobs),
      human(Seconds(wall)), percent(mean(result, [](auto& r) { return r.utilisation(); })),
      result.unit(), percent(mean(result, [](auto& r) { return r.used_share(); })),
      count_text(mean(result, [](auto& r) { return r.cluster.preemptions; }))));
  std::string paid;
  if (result.has_prices()) {
    const double cost = mean(result, [](auto& r) { return r.cost_usd(); });
    const double idle = mean(result, [](auto& r) { return r.nodes.idle_cost_usd; });
    paid = fmt::format("cost {}, of which {} for nodes that nobody held", human(Usd(cost)),
                       human(Usd(idle)));
  }
  if (result.has_power()) {
    const double energy = mean(result, [](auto& r) { return r.energy_j(); });
    paid += fmt::format("{}energy {}", paid.empty() ? "" : "; ", human(Joules(energy)));
  }
  if (!paid.empty()) text += wrapped(paid);
  const double missed = mean(result, [](auto& r) { return r.cluster.missed_deadlines; });
  if (missed > 0) text += wrapped(fmt::format("deadlines missed: {}", count_text(missed)));
  return text;
}

std::string warnings(const GovernResult& result, TextStyle style) {
  std::string text = interrupted_text(std::ssize(result.answers), result.interrupted_of, style);
  for (const std::string& note : result.notes) text += wrapped(style.dim("note:") + " " + note);
  return text.empty() ? text : "\n" + text;
}

/// A table with a row for every group of jobs.
class GroupTable {
 public:
  GroupTable(const GovernResult& result, const char* what, bool with_quota, TextStyle style)
      : result_(result), with_quota_(with_quota), style_(style), table_(columns(with_quota)) {
    const std::string hours = result.unit() == "cores" ? "core-h:" : "GPU-h:";
    std::vector<std::string> cells{what,        "jobs",          "wait mean", "p95", "longest",
                                   "preempted", hours + " held", "used",      "lost"};
    if (with_quota) cells.insert(cells.end(), {"borrowed", "lent"});
    for (std::string& cell : cells) cell = style.dim(cell);
    table_.row(std::move(cells));
  }

  template <class Group>
  void row(const std::string& name, const Group& group) {
    const auto of = [&](auto quantity) {
      return mean(result_, [&](const ReplicaAnswers& r) { return quantity(group(r)); });
    };
    const double jobs = of([](const GroupAnswer& g) { return g.jobs; });
    const double held = of([](const GroupAnswer& g) { return g.hours.allocated; });
    if (jobs == 0 && held == 0) return;
    std::vector<std::string> cells{
        name,
        count_text(jobs),
        style_.bold(time_text(of([](const GroupAnswer& g) { return g.wait_s.mean; }))),
        time_text(of([](const GroupAnswer& g) { return g.wait_s.p95; })),
        time_text(of([](const GroupAnswer& g) { return g.wait_s.max; })),
        count_text(of([](const GroupAnswer& g) { return g.preemptions; })),
        hours_text(held),
        hours_text(of([](const GroupAnswer& g) { return g.hours.used; })),
        hours_text(of([](const GroupAnswer& g) { return g.hours.lost; }))};
    if (with_quota_) {
      cells.push_back(hours_text(of([](const GroupAnswer& g) { return g.hours.borrowed; })));
      cells.push_back(hours_text(of([](const GroupAnswer& g) { return g.hours.lent; })));
    }
    table_.row(std::move(cells));
  }

  std::string render() const { return table_.render(); }

 private:
  static std::vector<TextTable::Align> columns(bool with_quota) {
    std::vector<TextTable::Align> columns(with_quota ? 11 : 9, kRight);
    columns[0] = kLeft;
    return columns;
  }

  const GovernResult& result_;
  bool with_quota_;
  TextStyle style_;
  TextTable table_;
};

/// "… and 60 more, in the JSON document" after a table that was cut.
std::string cut_line(std::size_t rows, TextStyle style) {
  if (rows <= kMostRows) return "";
  return wrapped(style.dim(fmt::format("and {} more: --json", rows - kMostRows)));
}

std::string teams_section(const GovernResult& result, TextStyle style) {
  GroupTable table(result, "team", true, style);
  const std::size_t teams = result.inputs.teams.size();
  for (std::size_t t = 0; t < std::min(teams, kMostRows); ++t) {
    table.row(result.inputs.teams[t].name,
              [t](const ReplicaAnswers& r) -> const GroupAnswer& { return r.teams[t]; });
  }
  return heading("Teams", style) + table.render() + cut_line(teams, style);
}

std::string classes_section(const GovernResult& result, TextStyle style) {
  const std::vector<PriorityClass>& classes = result.inputs.policy.priority_classes;
  if (classes.size() < 2) return "";
  std::vector<std::size_t> order(classes.size());
  for (std::size_t c = 0; c < order.size(); ++c) order[c] = c;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return classes[a].value > classes[b].value;
  });
  GroupTable table(result, "class", false, style);
  for (const std::size_t c : order) {
    table.row(fmt::format("{} ({})", classes[c].name, classes[c].value),
              [c](const ReplicaAnswers& r) -> const GroupAnswer& { return r.classes[c]; });
  }
  return heading("Priority classes", style) + table.render();
}

std::string kinds_section(const GovernResult& result, TextStyle style) {
  const auto& kinds = result.first().kinds;
  if (std::count_if(kinds.begin(), kinds.end(), [](auto& kind) { return kind.jobs > 0; }) < 2) {
    return "";
  }
  GroupTable table(result, "kind", false, style);
  for (const auto& [kind, name] : EnumNames<JobKind>::table) {
    const auto k = static_cast<std::size_t>(kind);
    table.row(words(name),
              [k](const ReplicaAnswers& r) -> const GroupAnswer& { return r.kinds[k]; });
  }
  return heading("Kinds of work", style) + table.render();
}

/// What the provider's console shows of every team, as means over the whole time.
std::string console_section(const GovernResult& result, TextStyle style) {
  TextTable table({kLeft, kRight, kRight, kRight, kRight, kLeft, kRight, kRight, kRight});
  table.row({style.dim("team"), style.dim("quota"), style.dim("allocated"), style.dim("borrowed"),
             style.dim("lent"), style.dim("of quota"), style.dim("running"), style.dim("pending"),
             style.dim("preempted")});
  const std::size_t teams = result.inputs.teams.size();
  for (std::size_t t = 0; t < std::min(teams, kMostRows); ++t) {
    const GovernedTeam& team = result.inputs.teams[t];
    const auto per_hour = [&](double govern::UnitHours::*member) {
      return mean(result, [&](const ReplicaAnswers& r) {
        return r.wall_time_s > 0 ? r.teams[t].hours.*member * 3600 / r.wall_time_s : 0.0;
      });
    };
    const double quota =
        static_cast<double>(govern::nominal_units(
            result.inputs, result.inputs.policy.queues[static_cast<std::size_t>(team.queue)])) /
        govern::kUnits;
    const double allocated = per_hour(&govern::UnitHours::allocated);
    const auto of = [&](auto member) {
      return mean(result, [&](const ReplicaAnswers& r) { return r.teams[t].*member; });
    };
    table.row({team.name, count_text(quota), significant(allocated),
               hours_text(per_hour(&govern::UnitHours::borrowed)),
               hours_text(per_hour(&govern::UnitHours::lent)),
               quota > 0 ? fmt::format("{:>7} {}", percent(allocated / quota),
                                       style.bar(text_bar(std::min(1.0, allocated / quota), 10)))
                         : "",
               significant(of(&GroupAnswer::running_jobs)),
               significant(of(&GroupAnswer::waiting_jobs)),
               count_text(of(&GroupAnswer::preemptions))});
  }
  return heading(fmt::format("Quota and tasks, means over time, {}", result.unit()), style) +
         table.render() + cut_line(teams, style);
}

std::string money_section(const GovernResult& result, TextStyle style) {
  if (!result.has_prices() && !result.has_power()) return "";
  TextTable table({kLeft, kRight, kRight, kRight});
  table.row({style.dim("team"), style.dim("cost"), style.dim("of all"), style.dim("energy")});
  const double total = mean(result, [](auto& r) { return r.cost_usd(); });
  const auto add = [&](const std::string& name, double usd, double joules) {
    table.row({name, result.has_prices() ? human(Usd(usd)) : "",
               result.has_prices() && total > 0 ? percent(usd / total) : "",
               result.has_power() ? human(Joules(joules)) : ""});
  };
  const std::size_t teams = result.inputs.teams.size();
  for (std::size_t t = 0; t < std::min(teams, kMostRows); ++t) {
    add(result.inputs.teams[t].name, mean(result, [&](auto& r) { return r.teams[t].cost_usd; }),
        mean(result, [&](auto& r) { return r.teams[t].energy_j; }));
  }
  add(style.dim("nobody (idle, broken)"),
      mean(result, [](auto& r) { return r.nodes.idle_cost_usd; }),
      mean(result, [](auto& r) { return r.nodes.idle_energy_j; }));
  add(style.bold("all"), total, mean(result, [](auto& r) { return r.energy_j(); }));
  return heading("Shown back", style) + table.render() + cut_line(teams, style);
}

std::string evictions_section(const GovernResult& result, TextStyle style) {
  TextTable table({kLeft, kRight, kLeft});
  for (const auto& [reason, name] : EnumNames<EvictionReason>::table) {
    const auto i = static_cast<std::size_t>(reason);
    const double count = mean(result, [&](auto& r) { return r.cluster.evictions[i]; });
    if (count == 0) continue;
    const govern::EvictionCount* most = nullptr;
    for (const govern::EvictionCount& each : result.first().eviction_counts) {
      if (each.reason != reason || each.preemptor_team < 0) continue;
      if (most == nullptr || each.count > most->count) most = &each;
    }
    std::string pair;
    if (most != nullptr) {
      const auto team = [&](std::int32_t t) {
        return result.inputs.teams[static_cast<std::size_t>(t)].name;
      };
      pair = fmt::format("most often {} for {} ({})", team(most->team), team(most->preemptor_team),
                         grouped(most->count));
    }
    table.row({std::string(name), count_text(count), style.dim(pair)});
  }
  if (table.empty()) return "";
  return heading("Evictions, by rule", style) + table.render();
}

std::string endpoints_section(const GovernResult& result, TextStyle style) {
  const std::size_t count = result.first().endpoints.size();
  if (count == 0) return "";
  TextTable table({kLeft, kRight, kRight, kRight, kRight, kRight, kRight});
  table.row({style.dim("endpoint"), style.dim("requests"), style.dim("unserved"),
             style.dim("replicas"), style.dim("at most"), style.dim("too few for"),
             style.dim("scaled out, in")});
  for (std::size_t e = 0; e < count; ++e) {
    const auto of = [&](auto member) {
      return mean(result, [&](const ReplicaAnswers& r) { return r.endpoints[e].*member; });
    };
    const double requests = of(&EndpointOutcome::requests);
    const double wall = mean(result, [](auto& r) { return r.wall_time_s; });
    table.row({result.first().endpoints[e].name, human_count(requests),
               requests > 0 ? percent(of(&EndpointOutcome::unserved) / requests) : "",
               significant(of(&EndpointOutcome::replica_seconds) / std::max(1.0, wall)),
               count_text(of(&EndpointOutcome::most_replicas)),
               time_text(of(&EndpointOutcome::short_seconds)),
               fmt::format("{}, {}", count_text(of(&EndpointOutcome::scale_outs)),
                           count_text(of(&EndpointOutcome::scale_ins)))});
  }
  return heading("Endpoints", style) + table.render();
}

/// Lines of a chart behind an axis, and the time below it.
std::string chart(const std::vector<double>& values, double full, const std::string& top,
                  TextStyle style) {
  std::vector<double> shares = condensed(values, kChartColumns);
  for (double& share : shares) share = full > 0 ? share / full : 0;
  const std::vector<std::string> lines = text_chart(shares, kChartLines);
  const std::size_t width = display_width(top);
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string label = i == 0 ? top : i + 1 == lines.size() ? "0" : "";
    const std::string_view line = lines[i];
    const std::size_t end = line.find_last_not_of(' ') + 1;
    text += fmt::format("  {:>{}} |{}\n", label, width, style.bar(line.substr(0, end)));
  }
  return text;
}

std::string chart_section(const GovernResult& result, TextStyle style) {
  const govern::OverTime& over = result.first().over_time;
  if (over.there.size() < 2) return "";
  const double there = *std::max_element(over.there.begin(), over.there.end());
  std::string text =
      heading(fmt::format("Allocated over {}, of {} {}", human(Seconds(result.first().wall_time_s)),
                          count_text(there), result.unit()),
              style) +
      chart(over.allocated, there, "100 %", style);
  const double pending = *std::max_element(over.pending_jobs.begin(), over.pending_jobs.end());
  if (pending > 0) {
    text += heading("Jobs that wait", style) +
            chart(over.pending_jobs, pending, fmt::format("{:>5}", significant(pending)), style);
  }
  return text;
}

std::string fairness_lines(const GovernResult& result) {
  const auto& inputs = result.inputs;
  std::string text;
  if (inputs.teams.size() > 1) {
    text += wrapped(fmt::format("Jain's index of the teams ({}): {:.3f}",
                                entitlement_words(govern::entitlement_kind(inputs)),
                                mean(result, [](auto& r) { return r.jain; })));
  }
  const double hours = mean(result, [](auto& r) { return r.nodes.there(); });
  const auto share = [&](double part) { return percent(hours > 0 ? part / hours : 0); };
  text += wrapped(fmt::format(
      "of all {} time: {} idle, {} broken; {} idle although jobs asked for it; jobs with quota "
      "but without room on a node waited for {}",
      result.unit() == "cores" ? "core" : "accelerator",
      share(mean(result, [](auto& r) { return r.nodes.idle; })),
      share(mean(result, [](auto& r) { return r.nodes.broken; })),
      share(mean(result, [](auto& r) { return r.idle_while_waiting; })),
      share(mean(result, [](auto& r) { return r.cluster.hours.no_nodes; }))));
  return "\n" + text;
}

std::string doubt_section(const GovernResult& result, TextStyle style) {
  std::string text;
  if (result.answers.size() > 1) {
    Sample waits;
    for (const ReplicaAnswers& r : result.answers) waits.add(r.cluster.wait_s.mean);
    const Summary wait = waits.summary();
    text += wrapped(fmt::format("means over {} replicas; the mean wait: {} .. {} (p10 .. p90)",
                                result.answers.size(), time_text(wait.p10), time_text(wait.p90)));
  } else {
    text += wrapped(result.chance ? "one replica: another seed gives another answer, and "
                                    "\"replicas\" says how much another"
                                  : "nothing is drawn at random: this is the only answer");
  }
  const std::vector<io::Figure> guesses = assumed(figures_of(result));
  if (!guesses.empty()) {
    text += fmt::format("  {} figures are assumed, not measured:\n", guesses.size());
    TextTable table({kLeft, kLeft, kLeft});
    for (const io::Figure& figure : guesses) {
      table.row({figure.key, figure.value,
                 style.dim(figure.range.empty() ? "" : "(" + figure.range + ")")});
    }
    text += table.render(4);
  }
  return heading("How sure this is", style) + text;
}

std::string provenance(const GovernResult& result, TextStyle style) {
  const plan::BuildInfo& build = plan::build_info();
  return style.dim(fmt::format(
      "\nsextant {}, commit {}{}, {}; {} files; sources: --json\n"
      "seed {}, {} {}, digest {:016x}\n",
      build.version, build.commit, build.modified ? " with changes" : "", build.compiler,
      result.files.size(), result.seed, grouped(static_cast<std::int64_t>(result.answers.size())),
      result.answers.size() == 1 ? "replica" : "replicas", digest(result)));
}

}  // namespace

std::string govern_text(const GovernResult& result, TextStyle style) {
  return title(result, style) + "\n" + answer(result, style) + answer_lines(result) +
         warnings(result, style) + teams_section(result, style) + classes_section(result, style) +
         kinds_section(result, style) + console_section(result, style) +
         evictions_section(result, style) + endpoints_section(result, style) +
         chart_section(result, style) + fairness_lines(result) + money_section(result, style) +
         doubt_section(result, style) + provenance(result, style);
}

}  // namespace sextant::report
