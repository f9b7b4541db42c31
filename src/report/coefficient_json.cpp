#include "src/report/coefficient_json.h"

namespace sextant::report {

nlohmann::ordered_json coefficients_json(const std::vector<io::Figure>& figures) {
  using Json = nlohmann::ordered_json;
  Json json = Json::array();
  for (const io::Figure& figure : figures) {
    if (!figure.sourced) continue;
    json.push_back({{"key", figure.key},
                    {"value", figure.value},
                    {"range", figure.range.empty() ? Json() : Json(figure.range)},
                    {"method", enum_name(figure.method)},
                    {"source", figure.source},
                    {"date", figure.date},
                    {"doc", figure.doc}});
  }
  return json;
}

}  // namespace sextant::report
