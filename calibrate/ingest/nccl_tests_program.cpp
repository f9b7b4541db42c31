#include "calibrate/ingest/nccl_tests_program.h"

#include <fmt/format.h>

#include <algorithm>

#include "calibrate/ingest/conditions.h"
#include "calibrate/ingest/launch_command.h"
#include "calibrate/ingest/nccl_names.h"
#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

using Text = std::string_view;

/// The value of an option such as `-z 1`, as one character; 0 if it is not given.
char option_of(const Words& words, Text option) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == option && !words[i + 1].empty()) return words[i + 1][0];
  }
  return 0;
}

/// The value of NAME=value on a command line.
Text variable(Text command, Text name) {
  const std::size_t at = command.find(name);
  if (at == Text::npos || !command.substr(at + name.size()).starts_with('=')) return {};
  const Text value = command.substr(at + name.size() + 1);
  return value.substr(0, value.find_first_of(" \t'\"`;"));
}

/// Ranks of one process: -t threads with -g accelerators each; 0 unless one of them is given.
int ranks_per_process(const Words& words) {
  int ranks = 0;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] != "-t" && words[i] != "-g") continue;
    const int value = static_cast<int>(std::min(to_count(words[i + 1]).value_or(1), 1024.0));
    ranks = std::min(std::max(ranks, 1) * std::max(value, 1), 1024);
  }
  return ranks;
}

}  // namespace

Text program_name(Text text) {
  const std::size_t at = text.find("_perf");
  if (at == Text::npos) return {};
  const auto part_of_name = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == '_' || (c >= 'A' && c <= 'Z');
  };
  std::size_t begin = at, end = at + 5;
  while (begin > 0 && part_of_name(text[begin - 1])) --begin;
  while (end < text.size() && part_of_name(text[end])) ++end;
  return text.substr(begin, end - begin);
}

bool is_foreign_collective(Text program) {
  return has(program, "alltoallv") || has(program, "hypercube") || has(program, "gatherv");
}

std::string nccl_version_text(int number) {
  const int major = number >= 10'000 ? number / 10'000 : number / 1000;
  const int minor = number >= 10'000 ? number / 100 % 100 : number / 100 % 10;
  return fmt::format("{}.{}.{}", major, minor, number % 100);
}

void set_operation(Text program, RunFacts& facts) {
  constexpr std::size_t kLongest = 64;
  facts.operation = collective_named(program);
  facts.unsupported = facts.operation ? "" : std::string(program.substr(0, kLongest));
}

bool take_program(Text command, RunFacts& facts, Environment& environment) {
  const Text program = program_name(command);
  if (!collective_named(program) && !is_foreign_collective(program)) return false;
  set_operation(program, facts);
  const Words options(command.substr(command.find("_perf")));
  facts.algorithm = algorithm_name(variable(command, "NCCL_ALGO"));
  facts.protocol = protocol_name(variable(command, "NCCL_PROTO"));
  facts.ranks_per_process = ranks_per_process(options);
  const Launch launch = launch_of(command).value_or(Launch());
  const int own = std::max(facts.ranks_per_process, 1);
  facts.launched_ranks = std::clamp(launch.ranks, 0, 1'000'000) * own;
  facts.launched_nodes = launch.nodes;
  const char blocking = option_of(options, "-z");
  if (blocking == 0) return true;
  set_flag(facts.flags, "blocking", blocking > '0');
  set_condition(environment, "blocking", Text(&blocking, 1));
  return true;
}

std::string one_rank_warning(int runs) {
  if (runs == 1) return "a 1-rank run: nccl-tests was built without MPI=1, or started alone";
  const std::string count = runs > 1 ? fmt::format("{} ", runs) : "";
  return fmt::format("{}separate 1-rank runs: nccl-tests was built without MPI=1", count);
}

}  // namespace sextant::ingest
