#include "calibrate/health/check_health.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "calibrate/health/checkup.h"
#include "calibrate/ingest/sample_kind.h"
#include "src/io/printable.h"

namespace sextant::health {

bool HealthReport::healthy() const {
  return std::all_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.concern == Concern::kAdvice; });
}

bool Checkup::on(const std::string& network) const {
  if (!norms) return log.environment.provider.rfind(network, 0) == 0;
  return std::find(norms->networks.begin(), norms->networks.end(), network) !=
         norms->networks.end();
}

bool Checkup::full_node() const {
  const int ranks = log.ranks_per_node();
  return !norms || norms->ranks_per_node == 0 || ranks == 0 || ranks >= norms->ranks_per_node;
}

void Checkup::find(Finding finding) {
  finding.file = log.file;
  report.findings.push_back(std::move(finding));
}

void Checkup::leave_unchecked(std::string what, std::string remedy) {
  report.unchecked.push_back({std::move(what), std::move(remedy)});
}

namespace {

/// "p5.48xlarge" of SageMaker's "ml.p5.48xlarge".
std::string without_service(const std::string& instance) {
  return instance.rfind("ml.", 0) == 0 ? instance.substr(3) : instance;
}

struct Candidates {
  std::vector<const HealthNorms*> norms;
  bool certain = false;
};

const HealthNorms* norms_named(const std::string& name, const std::vector<HealthNorms>& norms) {
  const auto found = std::find_if(norms.begin(), norms.end(), [&](const HealthNorms& one) {
    return one.name == name && name != kCommonNorms;
  });
  return found == norms.end() ? nullptr : &*found;
}

/// Whether the log's accelerators and network are those of the norms.
bool fits(const CheckedLog& log, const HealthNorms& norms) {
  const std::string& provider = log.environment.provider;
  const auto is_device = [&](const std::string& device) {
    return names_device(log.environment.accelerator, device);
  };
  const bool no_network = provider.empty() || provider == "libfabric" || log.over_tcp();
  return norms.name != kCommonNorms &&
         std::any_of(norms.devices.begin(), norms.devices.end(), is_device) &&
         (no_network || std::find(norms.networks.begin(), norms.networks.end(), provider) !=
                            norms.networks.end());
}

/// By name where the log or the user gives one, else by accelerator and network.
Candidates candidates_of(const CheckedLog& log, const std::vector<HealthNorms>& norms,
                         const std::optional<std::string>& instance) {
  const std::string name = without_service(instance.value_or(log.environment.instance));
  if (const HealthNorms* named = norms_named(name, norms)) return {{named}, true};
  Candidates found;
  for (const HealthNorms& one : norms) {
    if (fits(log, one)) found.norms.push_back(&one);
  }
  // EFA and the accelerator leave one instance only; InfiniBand leaves any node that has them.
  found.certain = name.empty() && log.environment.provider == "efa" && found.norms.size() == 1;
  return found;
}

/// Where the log does not say how many nodes took part: full ones, if the ranks fill some.
CheckedLog with_full_nodes(CheckedLog log, int ranks_per_node) {
  if (ranks_per_node <= 0 || log.nodes() > 0) return log;
  for (ingest::Sample& sample : log.samples) {
    if (sample.ranks == 0 || sample.ranks % ranks_per_node != 0) continue;
    sample.nodes = sample.ranks / ranks_per_node;
    sample.ranks_per_node = ranks_per_node;
  }
  return log;
}

HealthReport checked(const CheckedLog& log, const HealthNorms& common, const HealthNorms* norms,
                     bool certain) {
  Checkup checkup{log, common, norms, certain};
  check_errors(checkup);
  check_network(checkup);
  check_node(checkup);
  check_software(checkup);
  check_variables(checkup);
  check_bandwidth(checkup);
  check_latency(checkup);
  return std::move(checkup.report);
}

bool same(const Finding& a, const Finding& b) {
  return a.illness == b.illness && a.about == b.about;
}

/// Of the norms that a bandwidth was held against, the one that asks for least.
void keep_lenient(std::vector<Compared>& compared, const std::vector<Compared>& others) {
  if (compared.empty()) compared = others;
  for (Compared& one : compared) {
    for (const Compared& other : others) {
      const bool same_point =
          one.operation == other.operation && one.nodes == other.nodes && one.bytes == other.bytes;
      if (same_point && other.least < one.least) one = other;
    }
  }
}

/// Keeps of `report` only what `other` finds too.
void keep_common(HealthReport& report, const HealthReport& other) {
  const auto missing = [&](const Finding& finding) {
    return std::none_of(other.findings.begin(), other.findings.end(),
                        [&](const Finding& known) { return same(finding, known); });
  };
  report.findings.erase(std::remove_if(report.findings.begin(), report.findings.end(), missing),
                        report.findings.end());
  keep_lenient(report.compared, other.compared);
}

HealthReport checked_as_any(const CheckedLog& log, const HealthNorms& common,
                            const Candidates& candidates) {
  if (candidates.norms.empty()) return checked(log, common, nullptr, false);
  if (candidates.certain) {
    const HealthNorms& norms = *candidates.norms.front();
    HealthReport report = checked(with_full_nodes(log, norms.ranks_per_node), common, &norms, true);
    report.instances.push_back(norms.name);
    return report;
  }
  HealthReport report = checked(log, common, candidates.norms.front(), false);
  for (std::size_t i = 1; i < candidates.norms.size(); ++i) {
    keep_common(report, checked(log, common, candidates.norms[i], false));
  }
  for (const HealthNorms* norms : candidates.norms) report.guesses.push_back(norms->name);
  return report;
}

void add_new(std::vector<std::string>& all, const std::vector<std::string>& some) {
  for (const std::string& name : some) {
    if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
  }
}

void append(HealthReport& all, HealthReport one) {
  add_new(all.instances, one.instances);
  add_new(all.guesses, one.guesses);
  for (Finding& finding : one.findings) all.findings.push_back(std::move(finding));
  for (Compared& compared : one.compared) all.compared.push_back(std::move(compared));
  for (Unchecked& unchecked : one.unchecked) {
    const bool known =
        std::any_of(all.unchecked.begin(), all.unchecked.end(), [&](const Unchecked& other) {
          return other.what == unchecked.what && other.remedy == unchecked.remedy;
        });
    if (!known) all.unchecked.push_back(std::move(unchecked));
  }
}

/// Logs hold any bytes, and names of files too.
void make_printable(HealthReport& report) {
  for (Finding& finding : report.findings) {
    for (std::string* text : {&finding.about, &finding.title, &finding.seen, &finding.file}) {
      *text = io::printable(*text);
    }
  }
  for (Compared& one : report.compared) one.file = io::printable(one.file);
}

/// Without the samples that are set apart: those of a layout's group or of one card are not slow
/// because they are slower than all ranks on all cards.
std::vector<CheckedLog> plain_operations(const std::vector<CheckedLog>& logs) {
  std::vector<CheckedLog> plain = logs;
  for (CheckedLog& log : plain) {
    std::erase_if(log.samples, [](const ingest::Sample& sample) {
      return ingest::set_apart(sample) != nullptr;
    });
  }
  return plain;
}

/// What is seen in measurements may have been caused by anything else that was found.
bool is_symptom(const Finding& finding) { return finding.illness >= Illness::kBandwidth; }

/// What to look at first: causes before symptoms, grave ones first; advice last.
std::tuple<bool, bool, Concern, Illness> order_of(const Finding& finding) {
  return {finding.concern == Concern::kAdvice, is_symptom(finding), finding.concern,
          finding.illness};
}

/// Of one log or document that several findings of a kind are about, one is enough.
void drop_repeated(std::vector<Finding>& findings) {
  std::vector<Finding> kept;
  for (Finding& finding : findings) {
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const Finding& other) {
      return same(finding, other) && finding.file == other.file;
    });
    if (!known) kept.push_back(std::move(finding));
  }
  findings = std::move(kept);
}

}  // namespace

HealthReport check_health(const std::vector<CheckedLog>& logs,
                          const std::vector<HealthNorms>& norms,
                          const std::optional<std::string>& instance) {
  static const HealthNorms kNone;
  const auto common = std::find_if(norms.begin(), norms.end(),
                                   [](const HealthNorms& one) { return one.name == kCommonNorms; });
  HealthReport report;
  const std::vector<CheckedLog> plain = plain_operations(logs);
  for (const CheckedLog& log : plain) {
    append(report, checked_as_any(log, common == norms.end() ? kNone : *common,
                                  candidates_of(log, norms, instance)));
  }
  check_variance(plain, report);
  check_points(logs, report);
  drop_repeated(report.findings);
  make_printable(report);
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const Finding& a, const Finding& b) { return order_of(a) < order_of(b); });
  return report;
}

}  // namespace sextant::health
