#include "src/plan/term.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/plan/infeasible.h"
#include "src/plan/purchase.h"

namespace sextant::plan {
namespace {

std::optional<RentalTerm> term_of(const scenario::Scenario& scenario) {
  if (const auto rules = scenario.platform.job_rules()) {
    const auto& pool = rules->warm_pool;
    return RentalTerm{.length = rules->longest_run,
                      .gap = Seconds(0),
                      .start = rules->start,
                      .next_start = pool ? pool->start.value : rules->start.value};
  }
  const Purchase& purchase = scenario.purchase;
  if (!purchase.gap || !purchase.days) return std::nullopt;
  return RentalTerm{.length = *purchase.days * kDay - booking_rules(purchase).early_end.value,
                    .gap = *purchase.gap + booking_rules(purchase).early_end.value,
                    .start = Seconds(0),
                    .next_start = Seconds(0)};
}

}  // namespace

std::optional<RentalTerm> rental_term(const scenario::Scenario& scenario,
                                      const CampaignInputs& campaign) {
  const std::optional<RentalTerm> term = term_of(scenario);
  if (!term) return std::nullopt;
  Seconds restore{0};  // of the phase that takes longest to read
  Seconds save{0};     // and to write
  for (const CampaignPhase& phase : campaign.phases) {
    restore = std::max(restore, phase.checkpoint.restore);
    save = std::max(save, phase.checkpoint.stall + phase.checkpoint.write);
  }
  const Seconds processes = campaign.recovery.start_time(campaign.ranks);
  const Seconds lost = term->start + processes + restore + save;
  if (term->length > lost) return term;
  const auto minutes = [](Seconds time) { return fmt::format("{:.1f} min", time / kMinute); };
  const bool job = scenario.platform.job_rules().has_value();
  throw InfeasiblePlan(
      {{fmt::format("{} may run {}, and it takes {} to start and to save",
                    job ? "a training job" : "a booking", minutes(term->length), minutes(lost)),
        {fmt::format("machines {}, processes {}, reading the checkpoint {}, saving {}",
                     minutes(term->start), minutes(processes), minutes(restore), minutes(save))},
        {job ? "a longer \"longest_run\" in \"training_job\"" : "more \"days\""}}});
}

}  // namespace sextant::plan
