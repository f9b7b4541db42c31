#include "src/report/admission_report.h"

#include <fmt/format.h>

#include "src/report/text_table.h"

namespace sextant::report {

using Json = nlohmann::ordered_json;

std::string admission_text(const validate::AdmissionValidation& validation, TextStyle style) {
  using enum TextTable::Align;
  TextTable table({kLeft, kRight, kRight});
  table.row({"", "n", "equal"});
  for (const validate::AdmissionSet& set : validation.sets) {
    table.row({set.set, std::to_string(set.n), std::to_string(set.passed)});
  }
  std::string text = style.bold("Admission decisions that Kueue took") + "\n" + table.render();
  for (const validate::AdmissionFailure& failure : validation.failures) {
    text += fmt::format("  {}: {}\n    expected {}\n    got      {}\n", failure.id, failure.field,
                        failure.expected, failure.got);
  }
  return text;
}

Json admission_json(const validate::AdmissionValidation& validation) {
  Json document = {{"sets", Json::array()}, {"failures", Json::array()}};
  for (const validate::AdmissionSet& set : validation.sets) {
    document["sets"].push_back(
        {{"kind", "admission"}, {"set", set.set}, {"n", set.n}, {"passed", set.passed}});
  }
  for (const validate::AdmissionFailure& failure : validation.failures) {
    document["failures"].push_back({{"id", failure.id},
                                    {"field", failure.field},
                                    {"expected", failure.expected},
                                    {"got", failure.got}});
  }
  return document;
}

}  // namespace sextant::report
