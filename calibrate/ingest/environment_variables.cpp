#include "calibrate/ingest/environment_variables.h"

#include <fmt/format.h>

#include <iterator>

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

}  // namespace

bool is_tool_variable(Text name) {
  return name.starts_with("NCCL_") || name.starts_with("FI_") || name.starts_with("OFI_");
}

void keep_tool_variables(std::map<std::string, std::string>& env) {
  std::erase_if(env, [](const auto& entry) { return !is_tool_variable(entry.first); });
}

void EnvironmentVariables::read(Text line) {
  if (line.find("run with ") != Text::npos) return;  // advice in NCCL's messages of errors
  for (std::size_t equals = line.find('='); equals != Text::npos;
       equals = line.find('=', equals + 1)) {
    std::size_t begin = equals;
    while (begin > 0 && is_of_name(line[begin - 1])) --begin;
    const Text name = line.substr(begin, equals - begin);
    if (is_tool_variable(name)) add(name, value_at(line.substr(equals + 1)));
  }
}

void EnvironmentVariables::add(Text name, Text value) {
  constexpr std::size_t kMostVariables = 256, kMostValues = 16, kLongest = 200;
  if (value.empty() || name.size() > kLongest) return;
  if (values_.size() >= kMostVariables && !values_.contains(std::string(name))) return;
  auto& values = values_[std::string(name)];
  if (values.size() < kMostValues) values.insert(io::printable(value.substr(0, kLongest)));
}

void EnvironmentVariables::finish(std::map<std::string, std::string>& env,
                                  const std::function<void(std::string_view)>& warn) const {
  for (const auto& [name, values] : values_) {
    if (values.size() == 1) {
      env.emplace(name, *values.begin());
    } else {
      env.erase(name);
      warn(fmt::format("{} has {} values in this log ({}, {}{}): it is left out", name,
                       values.size(), *values.begin(), *std::next(values.begin()),
                       values.size() > 2 ? ", …" : ""));
    }
  }
}

}  // namespace sextant::ingest
