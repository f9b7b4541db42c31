#include "calibrate/ingest/launch_command.h"

#include <algorithm>
#include <initializer_list>
#include <span>

#include "calibrate/ingest/plausible.h"
#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

using Options = std::span<const std::string_view>;

int to_int(std::string_view text) {
  const auto value = to_count(text);
  return value && *value < 1e7 ? static_cast<int>(*value) : 0;
}

/// The number behind an option: "-n 8", "-n8", "--ntasks=8".
int number(Options options, std::initializer_list<std::string_view> names) {
  for (std::size_t i = 0; i < options.size(); ++i) {
    for (const std::string_view name : names) {
      if (!options[i].starts_with(name)) continue;
      std::string_view rest = options[i].substr(name.size());
      if (rest.empty() && i + 1 < options.size()) rest = options[i + 1];
      if (rest.starts_with('=')) rest.remove_prefix(1);
      if (const int value = to_int(rest)) return value;
    }
  }
  return 0;
}

/// Open MPI's "--map-by ppr:8:node".
int mapped_per_node(Options options) {
  for (const std::string_view option : options) {
    if (option.starts_with("ppr:") && option.find(":node") != std::string_view::npos) {
      return to_int(between(option, "ppr:", ":node"));
    }
  }
  return 0;
}

void complete(Launch& launch) {
  if (launch.ranks == 0) launch.ranks = ranks_on(launch.nodes, launch.ranks_per_node);
  if (launch.nodes == 0 && launch.ranks_per_node > 0 && launch.ranks % launch.ranks_per_node == 0) {
    launch.nodes = launch.ranks / launch.ranks_per_node;
  }
  if (launch.ranks_per_node == 0 && launch.nodes > 0 && launch.ranks % launch.nodes == 0) {
    launch.ranks_per_node = launch.ranks / launch.nodes;
  }
}

}  // namespace

std::optional<Launch> launch_of(std::string_view command) {
  const Words words(command);
  const auto is_launcher = [](std::string_view word) {
    const std::string_view name = word.substr(word.rfind('/') + 1);
    return name == "srun" || name == "mpirun" || name == "mpiexec";
  };
  const auto* launcher = std::find_if(words.begin(), words.end(), is_launcher);
  if (launcher == words.end()) return std::nullopt;
  const Options options(launcher + 1, words.end());
  Launch launch;
  if (launcher->ends_with("srun")) {
    launch.nodes = number(options, {"-N", "--nodes"});
    launch.ranks = number(options, {"-n", "--ntasks"});
    launch.ranks_per_node = number(options, {"--ntasks-per-node"});
    if (launch.ranks == 0 && launch.ranks_per_node == 0) launch.ranks = launch.nodes;
  } else {
    launch.ranks = number(options, {"-np", "--np", "-n"});
    launch.ranks_per_node = number(options, {"-N", "-npernode", "--npernode", "-ppn", "-perhost"});
    if (launch.ranks_per_node == 0) launch.ranks_per_node = mapped_per_node(options);
  }
  complete(launch);
  return launch;
}

}  // namespace sextant::ingest
