#include <fmt/format.h>

#include "calibrate/ingest/measurements_writer.h"

namespace sextant::ingest {
namespace {

std::string shown(const std::string& value) { return value; }
std::string shown(const std::optional<int>& value) { return fmt::to_string(*value); }
std::string shown(const std::optional<bool>& value) { return *value ? "yes" : "no"; }

bool is_known(const std::string& value) { return !value.empty(); }
template <class T>
bool is_known(const std::optional<T>& value) {
  return value.has_value();
}

/// Joins the environments of files, in order.
class Common {
 public:
  Common(std::span<const MeasuredFile> files, std::vector<std::string>& warnings)
      : files_(files), warnings_(warnings) {}

  template <class T>
  T member(const char* name, T Environment::*member) {
    const MeasuredFile* first = nullptr;
    for (const MeasuredFile& file : files_) {
      const T& value = file.environment.*member;
      if (!is_known(value)) continue;
      if (!first) first = &file;
      const T& known = first->environment.*member;
      if (value == known) continue;
      warn(name, *first, shown(known), file, shown(value));
      return T{};
    }
    return first ? first->environment.*member : T{};
  }

  using Map = std::map<std::string, std::string>;

  Map map(Map Environment::*member) {
    struct First {
      const MeasuredFile* file;
      bool differs = false;
    };
    std::map<std::string, First> found;
    for (const MeasuredFile& file : files_) {
      for (const auto& [name, value] : file.environment.*member) {
        First& first = found.try_emplace(name, First{&file}).first->second;
        const std::string& known = (first.file->environment.*member).at(name);
        if (value == known || first.differs) continue;
        warn(name, *first.file, known, file, value);
        first.differs = true;
      }
    }
    Map common;
    for (const auto& [name, first] : found) {
      if (!first.differs) common[name] = (first.file->environment.*member).at(name);
    }
    return common;
  }

 private:
  void warn(std::string_view name, const MeasuredFile& a, const std::string& value_a,
            const MeasuredFile& b, const std::string& value_b) {
    warnings_.push_back(
        fmt::format("{} is left out of the common environment: '{}' in {}, '{}' in {}", name,
                    value_a, a.file, value_b, b.file));
  }

  std::span<const MeasuredFile> files_;
  std::vector<std::string>& warnings_;
};

}  // namespace

Environment common_environment(std::span<const MeasuredFile> files,
                               std::vector<std::string>& warnings) {
  Common common(files, warnings);
  using E = Environment;
  return {.instance = common.member("instance", &E::instance),
          .accelerator = common.member("accelerator", &E::accelerator),
          .nodes = common.member("nodes", &E::nodes),
          .ranks_per_node = common.member("ranks_per_node", &E::ranks_per_node),
          .tool = common.member("tool", &E::tool),
          .nccl = common.member("nccl", &E::nccl),
          .plugin = common.member("plugin", &E::plugin),
          .libfabric = common.member("libfabric", &E::libfabric),
          .efa = common.member("efa", &E::efa),
          .driver = common.member("driver", &E::driver),
          .provider = common.member("provider", &E::provider),
          .tuner = common.member("tuner", &E::tuner),
          .gpu_direct = common.member("gpu_direct", &E::gpu_direct),
          .cards = common.member("cards", &E::cards),
          .channels = common.member("channels", &E::channels),
          .conditions = common.map(&E::conditions),
          .env = common.map(&E::env),
          .nccl_log = files.size() == 1 ? files.front().environment.nccl_log : std::nullopt};
}

}  // namespace sextant::ingest
