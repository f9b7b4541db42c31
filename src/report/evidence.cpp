#include "src/report/evidence.h"

#include <algorithm>
#include <iterator>

namespace sextant::report {

using Json = nlohmann::ordered_json;

std::vector<io::Figure> assumed(const std::vector<io::Figure>& figures) {
  std::vector<io::Figure> result;
  std::copy_if(figures.begin(), figures.end(), std::back_inserter(result), [](const auto& figure) {
    return figure.sourced && figure.method == Method::kAssumed;
  });
  return result;
}

std::vector<Source> sources(const std::vector<io::Figure>& figures) {
  std::vector<Source> result;
  for (const io::Figure& figure : figures) {
    if (!figure.sourced || figure.method == Method::kAssumed) continue;
    const auto same = [&](const Source& known) {
      return known.source == figure.source && known.date == figure.date &&
             known.method == figure.method;
    };
    auto known = std::find_if(result.begin(), result.end(), same);
    if (known == result.end()) {
      known = result.insert(known, {figure.source, figure.date, figure.method, {}});
    }
    known->keys.push_back(figure.key);
  }
  return result;
}

Json sources_json(const std::vector<io::Figure>& figures) {
  Json json = Json::array();
  for (const Source& source : sources(figures)) {
    json.push_back({{"source", source.source},
                    {"date", source.date},
                    {"method", enum_name(source.method)},
                    {"figures", source.keys}});
  }
  return json;
}

Json assumed_json(const std::vector<io::Figure>& figures) {
  Json json = Json::array();
  for (const io::Figure& figure : assumed(figures)) {
    json.push_back({{"figure", figure.key},
                    {"value", figure.value},
                    {"range", figure.range.empty() ? Json() : Json(figure.range)},
                    {"why", figure.source}});
  }
  return json;
}

}  // namespace sextant::report
