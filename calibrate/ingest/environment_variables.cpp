#include "calibrate/ingest/environment_variables.h"

#include <fmt/format.h>

#include <iterator>

#include "calibrate/ingest/nccl_tests_program.h"
#include "src/io/printable.h"

namespace sextant::ingest {
namespace {

using Text = std::string_view;

bool is_of_name(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

/// Up to where a shell's word ends; quotes around the value are no part of it.
Text value_at(Text text) {
  const char quote = text.empty() ? ' ' : text.front();
  if (quote == '"' || quote == '\'') return text.substr(1, text.substr(1).find(quote));
  return text.substr(0, text.find_first_of(" \t\r\"'`,;\\|&)>"));
}

/// Whether a program of nccl-tests is started with options: a name alone may be prose.
bool is_command(Text line) {
  const Text program = program_name(line);
  if (program.empty()) return false;
  const auto end = static_cast<std::size_t>(program.data() - line.data()) + program.size();
  return line.substr(end).starts_with(" -");
}

}  // namespace

bool is_tool_variable(Text name) {
  return name.starts_with("NCCL_") || name.starts_with("FI_") || name.starts_with("OFI_");
}

void keep_tool_variables(std::map<std::string, std::string>& env) {
  std::erase_if(env, [](const auto& entry) { return !is_tool_variable(entry.first); });
}

void EnvironmentVariables::read(Text line) {
  if (line.find("run with ") != Text::npos) return;  // advice in NCCL's messages of errors
  const bool command = is_command(line);
  if (command) ++commands_;
  for (std::size_t equals = line.find('='); equals != Text::npos;
       equals = line.find('=', equals + 1)) {
    std::size_t begin = equals;
    while (begin > 0 && is_of_name(line[begin - 1])) --begin;
    const Text name = line.substr(begin, equals - begin);
    if (is_tool_variable(name)) add(name, value_at(line.substr(equals + 1)), command);
  }
}

void EnvironmentVariables::add(Text name, Text value, bool command) {
  constexpr std::size_t kMostVariables = 256, kMostValues = 16, kLongest = 200;
  if (value.empty() || name.size() > kLongest) return;
  if (variables_.size() >= kMostVariables && !variables_.contains(std::string(name))) return;
  Variable& variable = variables_[std::string(name)];
  auto& values = variable.values;
  if (values.size() < kMostValues) values.insert(io::printable(value.substr(0, kLongest)));
  ++(command ? variable.commands : variable.lines);
}

void EnvironmentVariables::finish(std::map<std::string, std::string>& env,
                                  const std::function<void(std::string_view)>& warn) const {
  for (const auto& [name, variable] : variables_) {
    const auto& values = variable.values;
    if (values.size() == 1 && (variable.lines > 0 || variable.commands >= commands_)) {
      env.emplace(name, *values.begin());
      continue;
    }
    env.erase(name);
    const std::string found =
        values.size() == 1
            ? fmt::format("is set for {} of {} runs ({})", variable.commands, commands_,
                          *values.begin())
            : fmt::format("has {} values in this log ({}, {}{})", values.size(), *values.begin(),
                          *std::next(values.begin()), values.size() > 2 ? ", …" : "");
    warn(fmt::format("{} {}: it is left out", name, found));
  }
}

}  // namespace sextant::ingest
