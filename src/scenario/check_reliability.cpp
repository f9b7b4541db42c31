#include "src/scenario/check_reliability.h"

#include <fmt/format.h>

#include "src/io/quantity_text.h"
#include "src/scenario/member_checks.h"

namespace sextant::scenario {
namespace {

class Checks : private PlacedChecks {
 public:
  Checks(const Reliability& reliability, const io::PlaceMap& places, io::Diagnostics& diagnostics)
      : PlacedChecks(places, diagnostics), s_(reliability) {}

  void run() {
    if (s_.failures) {
      weights();
      node_causes();
      job_causes();
      domains();
    }
    times_away();
    working_hours();
    spot();
    spares();
  }

 private:
  void weights();
  void node_causes();
  void job_causes();
  void domains();
  void times_away();
  void time_away(const RepairTime& time);
  void working_hours();
  void spot();
  void spares();

  const Reliability& s_;
};

void Checks::spares() {
  if (!s_.fleet.spares_for || s_.fleet.spares == 0) return;
  io::Diagnostic& entry = error(s_.fleet.spares_for,
                                "found a share of runs to rent spares for beside a number of them, "
                                "expected one of the two");
  note(entry, s_.fleet.spares, "the number");
}

void Checks::weights() {
  const FailureProfile& failures = *s_.failures;
  for (const auto* causes : {&failures.causes, &failures.job_causes}) {
    double weights = 0;
    for (const FailureCause& cause : *causes) weights += cause.weight;
    if (causes->empty() || weights > 0) continue;
    error(*causes, "found no cause with a weight above 0, expected at least one");
  }
}

void Checks::node_causes() {
  for (const FailureCause& cause : s_.failures->causes) {
    if (cause.symptom != Symptom::kSilentCorruption || cause.detection) continue;
    error(cause.symptom, "found silent corruption, expected its time of detection besides").help =
        "\"detection\": the mean time until somebody finds it";
  }
}

void Checks::job_causes() {
  for (const FailureCause& cause : s_.failures->job_causes) {
    if (cause.symptom == Symptom::kSilentCorruption) {
      error(cause.symptom, "found silent corruption, which only causes of nodes have");
    }
    if (cause.shape) error(cause.shape, "found a shape, which only causes of nodes have");
  }
}

void Checks::domains() {
  for (const FailureDomain& domain : s_.failures->domains) {
    if (domain.symptom != Symptom::kSilentCorruption) continue;
    error(domain.symptom, "found silent corruption, which only causes of nodes have");
  }
}

void Checks::times_away() {
  time_away(s_.recovery.repair);
  if (s_.recovery.replacement) time_away(*s_.recovery.replacement);
}

void Checks::time_away(const RepairTime& time) {
  if (time.law != RepairLaw::kLognormal || time.median.value <= time.mean.value) return;
  io::Diagnostic& entry =
      error(time.median, fmt::format("found a median of {}, expected at most the mean",
                                     io::format_quantity(time.median.value)));
  note(entry, time.mean, fmt::format("the mean is {}", io::format_quantity(time.mean.value)));
}

void Checks::working_hours() {
  const People& people = s_.recovery.people;
  if (people.from < people.to) return;
  io::Diagnostic& entry = error(people.to, "found an end of the working hours before they begin");
  note(entry, people.from, fmt::format("they begin at {}", io::format_quantity(people.from)));
}

void Checks::spot() {
  if (!s_.fleet.spot || s_.purchase.mode == PurchaseMode::kSpot) return;
  io::Diagnostic& entry = error(s_.fleet.spot, "found reclaims, which only spot nodes have");
  note(entry, s_.purchase.mode, fmt::format("the mode is {}", enum_name(s_.purchase.mode)));
}

}  // namespace

void check_reliability(const Reliability& reliability, const io::PlaceMap& places,
                       io::Diagnostics& diagnostics) {
  Checks(reliability, places, diagnostics).run();
}

void check_reliability(const Scenario& scenario, const io::PlaceMap& places,
                       io::Diagnostics& diagnostics) {
  check_reliability(
      Reliability{&*scenario.failures, scenario.recovery, scenario.fleet, scenario.purchase},
      places, diagnostics);
}

}  // namespace sextant::scenario
