#include "src/report/provenance_json.h"

#include "src/plan/build_info.h"

namespace sextant::report {

nlohmann::ordered_json provenance_json(const std::vector<catalog::UsedFile>& files) {
  const plan::BuildInfo& build = plan::build_info();
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const catalog::UsedFile& file : files) {
    list.push_back({{"path", file.path}, {"xxh64", file.hash}});
  }
  return {{"version", build.version},       {"commit", build.commit},
          {"modified", build.modified},     {"compiler", build.compiler},
          {"build_type", build.build_type}, {"files", std::move(list)}};
}

}  // namespace sextant::report
