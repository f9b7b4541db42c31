#include "src/report/spares_report.h"

#include <fmt/format.h>

#include <cmath>

#include "src/report/estimate_json.h"
#include "src/report/human.h"

namespace sextant::report {

std::string spares_text(const plan::SpareNeeds& needs) {
  std::string text = fmt::format("spares: {} rented", grouped(needs.rented));
  if (needs.asked) text += fmt::format(" for {} of runs", percent(*needs.asked));
  text += fmt::format(", at most {} nodes missing at once (p90); {} would do for 95 % of runs",
                      grouped(std::llround(needs.peak.p90)), grouped(needs.for_95));
  text += fmt::format(", {} for 99 %", grouped(needs.for_99));
  if (needs.formula_95) {
    text += fmt::format("; {} for 95 % of all moments, by the binomial formula",
                        grouped(*needs.formula_95));
  }
  return wrapped(text);
}

nlohmann::ordered_json spares_json(const plan::SpareNeeds& needs) {
  using Json = nlohmann::ordered_json;
  return {{"rented", needs.rented},
          {"asked", needs.asked ? Json(*needs.asked) : Json()},
          {"peak_missing", estimate_json(needs.peak)},
          {"for_95_percent_of_runs", needs.for_95},
          {"for_99_percent_of_runs", needs.for_99},
          {"formula_95_percent_of_moments", needs.formula_95 ? Json(*needs.formula_95) : Json()}};
}

}  // namespace sextant::report
