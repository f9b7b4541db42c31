#include "src/report/import_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "src/io/json_text.h"
#include "src/io/printable.h"

namespace sextant::report {
namespace {

using importer::ImportedRun;
using importer::NotUsed;
using io::Node;

constexpr std::size_t kWidth = 100;

/// What goes into a comment: one line, nothing that a terminal acts on.
std::string one_line(const std::string& text) {
  std::string line = io::printable(text);
  std::replace(line.begin(), line.end(), '\t', ' ');
  return line;
}

/// Lines of at most `width` characters, broken at blanks.
std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    if (!line.empty() && io::character_count(line) + 1 + io::character_count(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
    begin = end + 1;
  }
  lines.push_back(line);
  return lines;
}

/// Names of settings that make no difference; those with a reason have a line of their own.
std::vector<std::string> names_without_reason(const ImportedRun& run) {
  std::vector<std::string> names;
  for (const NotUsed& each : run.not_used) {
    if (each.reason.empty()) names.push_back(one_line(each.name));
  }
  return names;
}

std::string line_of(const io::Place& place) {
  return place.document ? fmt::format("line {}", io::position_of(place).line) : std::string();
}

/// On one line, with blanks where people put them.
std::string short_text(const Node::Value& value) {
  std::string text;
  if (const auto* members = std::get_if<Node::Object>(&value)) {
    for (const Node::Member& member : *members) {
      text +=
          fmt::format("{}{}: {}", text.empty() ? "" : ", ",
                      nlohmann::ordered_json(member.key).dump(), short_text(member.value.value));
    }
    return "{" + text + "}";
  }
  if (const auto* elements = std::get_if<Node::Array>(&value)) {
    for (const Node& element : *elements) {
      text += (text.empty() ? "" : ", ") + short_text(element.value);
    }
    return "[" + text + "]";
  }
  return io::to_compact_text(value);
}

class ScenarioWriter {
 public:
  explicit ScenarioWriter(const ImportedRun& run) {
    for (const importer::Remark& remark : run.taken) {
      comments_[remark.pointer] = one_line(remark.text);
    }
    for (const importer::Remark& remark : run.assumed) {
      comments_[remark.pointer] = "assumed: " + one_line(remark.text);
    }
    for (const importer::Missing& missing : run.missing) {
      missing_[missing.pointer] = one_line(missing.remedy);
    }
  }

  std::string write(const Node& scenario) {
    // Objects whose only members are missing.
    for (const auto& [pointer, remedy] : missing_) {
      const std::string parent = pointer.substr(0, pointer.rfind('/'));
      if (!parent.empty() && !scenario.find(parent.substr(1))) absent_.insert(parent);
    }
    write_object(scenario, "", 0);
    return text_ + "\n";
  }

 private:
  bool has_comment_inside(const std::string& pointer) const {
    const auto after = [&](const std::map<std::string, std::string>& map) {
      const auto found = map.upper_bound(pointer + "/");
      return found != map.end() && found->first.starts_with(pointer + "/");
    };
    return after(comments_) || after(missing_);
  }

  void write_object(const Node& object, const std::string& pointer, std::size_t indent) {
    const std::string margin(indent + 2, ' ');
    text_ += "{";
    if (const auto comment = comments_.find(pointer); comment != comments_.end()) {
      text_ += "  // " + comment->second;
    }
    text_ += "\n";
    const auto& members = *object.get<Node::Object>();
    for (const Node::Member& member : members) {
      const std::string inner = pointer + io::pointer_step(member.key);
      const bool last = &member == &members.back();
      write_member(member, inner, indent + 2, last ? "" : ",");
    }
    write_missing(pointer, margin);
    text_ += margin.substr(2) + "}";
  }

  void write_member(const Node::Member& member, const std::string& pointer, std::size_t indent,
                    const char* comma) {
    const std::string margin(indent, ' ');
    const std::string key = margin + nlohmann::ordered_json(member.key).dump() + ": ";
    const std::string line = key + short_text(member.value.value) + comma;
    const bool object = member.value.get<Node::Object>() != nullptr;
    if (object && (has_comment_inside(pointer) || line.size() > kWidth)) {
      text_ += key;
      write_object(member.value, pointer, indent);
      text_ += fmt::format("{}\n", comma);
      return;
    }
    const auto comment = comments_.find(pointer);
    if (comment == comments_.end()) {
      text_ += line + "\n";
    } else if (line.size() + comment->second.size() + 5 <= kWidth) {
      text_ += fmt::format("{}  // {}\n", line, comment->second);
    } else {
      for (const std::string& part : wrapped(comment->second, kWidth - indent - 3)) {
        text_ += fmt::format("{}// {}\n", margin, part);
      }
      text_ += line + "\n";
    }
  }

  void write_missing(const std::string& pointer, const std::string& margin) {
    for (const auto& [path, remedy] : missing_) {
      const std::size_t slash = path.rfind('/');
      const std::string parent = path.substr(0, slash);
      if (parent == pointer) {
        text_ +=
            fmt::format("{}// missing: \"{}\", give {}\n", margin, path.substr(slash + 1), remedy);
      } else if (pointer.empty() && absent_.contains(parent)) {
        text_ += fmt::format("{}// missing: \"{}\": {{\"{}\": …}}, give {}\n", margin,
                             parent.substr(1), path.substr(slash + 1), remedy);
      }
    }
  }

  std::map<std::string, std::string> comments_, missing_;
  std::set<std::string> absent_;
  std::string text_;
};

}  // namespace

std::string imported_scenario(const ImportedRun& run, const std::string& source,
                              const std::string& command) {
  std::string text = source.empty()
                         ? fmt::format("// {} wrote this.\n", command)
                         : fmt::format("// {} wrote this from {}.\n", command, one_line(source));
  const std::vector<std::string> names = names_without_reason(run);
  if (!names.empty()) {
    const std::string all = fmt::format("Not used: {}.", fmt::join(names, ", "));
    for (const std::string& line : wrapped(all, kWidth - 3)) text += fmt::format("// {}\n", line);
  }
  for (const NotUsed& each : run.not_used) {
    if (each.reason.empty()) continue;
    text += fmt::format("// Not used: {}: {}\n", one_line(each.name), one_line(each.reason));
  }
  return text + ScenarioWriter(run).write(run.scenario);
}

std::string import_words(const ImportedRun& run, const std::string& source) {
  std::string text = fmt::format("{}: {} taken, {} assumed, {} not used\n", one_line(source),
                                 run.taken.size(), run.assumed.size(), run.not_used.size());
  for (const importer::Remark& remark : run.assumed) {
    const Node* value = run.find(std::string_view(remark.pointer).substr(1));
    text += fmt::format("  assumed  {} = {}: {}\n", remark.pointer,
                        value ? short_text(value->value) : "", one_line(remark.text));
  }
  for (const NotUsed& each : run.not_used) {
    if (each.reason.empty()) continue;
    text +=
        fmt::format("  not used {}{}{}: {}\n", one_line(each.name), each.place.document ? ", " : "",
                    line_of(each.place), one_line(each.reason));
  }
  if (const auto names = names_without_reason(run); !names.empty()) {
    std::string margin = "  not used ";
    for (const std::string& line : wrapped(fmt::format("{}", fmt::join(names, ", ")), 85)) {
      text += fmt::format("{}{}\n", margin, line);
      margin = "           ";
    }
  }
  for (const importer::Missing& missing : run.missing) {
    text += fmt::format("  missing  {}: give {}\n", missing.pointer, one_line(missing.remedy));
  }
  return text;
}

nlohmann::ordered_json import_json(const ImportedRun& run, const std::string& source) {
  using Json = nlohmann::ordered_json;
  const auto remarks = [&](const std::vector<importer::Remark>& list, const char* text) {
    Json array = Json::array();
    for (const importer::Remark& remark : list) {
      const Node* value = run.find(std::string_view(remark.pointer).substr(1));
      Json entry{{"pointer", remark.pointer}};
      if (value) entry["value"] = io::to_json(value->value);
      entry[text] = io::printable(remark.text);
      if (remark.place.document) entry["line"] = io::position_of(remark.place).line;
      array.push_back(std::move(entry));
    }
    return array;
  };
  Json document;
  document["schema"] = "sextant.import/1";
  document["source"] = io::printable(source);
  document["format"] = run.format;
  document["complete"] = run.missing.empty();
  document["scenario"] = io::to_json(run.scenario.value);
  document["taken"] = remarks(run.taken, "from");
  document["assumed"] = remarks(run.assumed, "reason");
  document["missing"] = Json::array();
  for (const importer::Missing& missing : run.missing) {
    document["missing"].push_back(
        {{"pointer", missing.pointer}, {"remedy", io::printable(missing.remedy)}});
  }
  document["not_used"] = Json::array();
  for (const NotUsed& each : run.not_used) {
    Json entry{{"name", io::printable(each.name)}};
    if (each.place.document) entry["line"] = io::position_of(each.place).line;
    if (!each.reason.empty()) entry["reason"] = io::printable(each.reason);
    document["not_used"].push_back(std::move(entry));
  }
  return document;
}

}  // namespace sextant::report
