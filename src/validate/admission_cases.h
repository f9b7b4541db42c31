#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sextant/governance/kueue_scheduler.h"
#include "src/io/diagnostics.h"
#include "src/io/node.h"

namespace sextant::validate {

enum class AdmissionCaseKind {
  kCycle,    ///< one scheduling cycle
  kTargets,  ///< who is evicted for a workload whose flavors are chosen
  kShares    ///< dominant resource share of every node
};

/// A set of pods as it was admitted.
struct AdmittedPods {
  std::string name;
  std::int64_t count = 0;
  std::map<std::string, std::string> flavors;  ///< by resource
  std::map<std::string, Amount> usage;         ///< by resource

  bool operator==(const AdmittedPods&) const = default;
};
using AdmittedWorkload = std::vector<AdmittedPods>;

/// What a decision comes to. Lists in files have no order.
struct AdmissionDecision {
  std::map<std::string, AdmittedWorkload> admitted;         ///< by workload
  std::set<std::pair<std::string, std::string>> preempted;  ///< workload, reason
  std::set<std::string> left_pending;
  std::set<std::string> left_inadmissible;
};

struct NodeShare {
  std::string node;
  std::int64_t rounded = 0;
  double weighted = 0;  ///< infinity: borrows with weight 0
  double ratio = 0;     ///< per thousand
  std::string dominant;
  bool borrowing = false;
};

/// A decision that Kueue took, and what it was taken on. Times in nanoseconds around the decision,
/// at 0.
struct AdmissionCase {
  std::string id;
  AdmissionCaseKind kind{};
  AdmissionPolicy policy;

  struct Holder {
    std::string name;
    Workload workload;
    std::vector<PodSetAssignment> podsets;
    SimTime admitted;
    bool evicted = false;
  };
  struct Waiting {
    std::string name;
    std::vector<std::string> podsets;  ///< names
    Workload workload;
    QuotaUsage given;                       ///< of kTargets
    std::vector<FlavorResource> contested;  ///< of kTargets
  };
  std::vector<Holder> running;
  std::vector<Waiting> pending;
  QuotaUsage extra;  ///< of kShares: counts as used by every node

  AdmissionDecision expected;
  bool says_inadmissible = false;  ///< whether `expected.left_inadmissible` is given
  bool says_assignments = true;    ///< whether admitted workloads come with their pods
  std::vector<NodeShare> shares;   ///< of kShares
};

/// Whether a file's tree holds such cases: `sextant.admission-cases/1`, or an object with `cases`
/// that have queues.
bool holds_admission_cases(const io::Node& root);

/// Both formats of tests/data/admission/README.md.
/// @throws io::InputError naming every case that is none
std::vector<AdmissionCase> read_admission_cases(const std::filesystem::path& path);

/// The same from a tree that is already parsed; used by the fuzzer. Errors go to `diagnostics`.
std::vector<AdmissionCase> read_admission_cases(const io::Node& root, io::Diagnostics& diagnostics);

/// A field that differs.
struct AdmissionFailure {
  std::string id;
  std::string field;
  std::string expected;
  std::string got;
};

/// Empty: every expected field is equal.
std::vector<AdmissionFailure> run_admission_case(const AdmissionCase& one);

struct AdmissionSet {
  std::string set;  ///< the file's name
  int n = 0;
  int passed = 0;
};

struct AdmissionValidation {
  std::vector<AdmissionSet> sets;
  std::vector<AdmissionFailure> failures;

  bool ok() const { return failures.empty(); }
};

AdmissionValidation validate_admission(const std::vector<std::string>& files);

}  // namespace sextant::validate
