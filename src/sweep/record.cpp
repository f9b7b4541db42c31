#define XXH_INLINE_ALL
#include <xxhash.h>

#include <fmt/format.h>

#include <map>

#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/plan/build_info.h"
#include "src/sweep/store.h"

namespace sextant::sweep {
namespace {

namespace fs = std::filesystem;

std::string hash_of(const std::string& text) {
  return fmt::format("{:016x}", XXH64(text.data(), text.size(), 0));
}

/// The same wherever the program runs: within the models, or else beside the study.
std::string portable_path(const std::string& file, const fs::path& models, const fs::path& folder) {
  const fs::path absolute = fs::absolute(file).lexically_normal();
  const fs::path within = absolute.lexically_relative(fs::absolute(models).lexically_normal());
  if (!within.empty() && *within.begin() != "..") return within.string();
  return absolute.lexically_relative(fs::absolute(folder).lexically_normal()).string();
}

}  // namespace

StudyRecord record_of(const OpenStudy& open, const catalog::Catalogue& catalogue,
                      const fs::path& models) {
  Study study = open.study;
  study.editor_schema.reset();
  StudyRecord record;
  record.name = study.name;
  record.study = io::to_compact_text(io::write_value(study));
  record.study_hash = hash_of(record.study);
  record.scenario_hash = hash_of(io::to_compact_text(open.scenario().value));
  record.points = open.points.count();
  record.version = plan::build_info().version;
  record.commit = plan::build_info().commit;
  std::map<std::string, std::string> files;
  for (const catalog::UsedFile& file : catalogue.used_files()) {
    files[portable_path(file.path, models, fs::path(open.file).parent_path())] = file.hash;
  }
  for (const auto& [path, hash] : files) record.files.push_back({path, hash});
  for (const Input& input : open.points.inputs()) {
    record.inputs.push_back({input.pointer().text(), unit_of(input.pointer().type())});
  }
  return record;
}

}  // namespace sextant::sweep
