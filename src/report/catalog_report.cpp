#include "src/report/catalog_report.h"

#include <fmt/format.h>

#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using Json = nlohmann::ordered_json;
using enum TextTable::Align;

std::string family_doc(const std::string& name) {
  for (const catalog::Family& family : catalog::families()) {
    if (family.name == name) return family.doc;
  }
  return "";
}

/// "datasheet, 2023-03-01: NVIDIA H100 datasheet".
std::string provenance(const io::Figure& figure) {
  if (!figure.sourced) return "";
  const std::string date = figure.date.empty() ? "" : ", " + figure.date;
  return fmt::format("{}{}: {}", enum_name(figure.method), date, figure.source);
}

Json figure_json(const io::Figure& figure) {
  Json json{{"key", figure.key}, {"value", figure.value}, {"doc", figure.doc}};
  if (!figure.sourced) return json;
  json["source"] = figure.source;
  json["date"] = figure.date;
  json["method"] = enum_name(figure.method);
  if (!figure.range.empty()) json["range"] = figure.range;
  return json;
}

}  // namespace

std::string catalog_list_text(const std::vector<catalog::Entry>& entries, TextStyle style) {
  std::string text;
  for (std::size_t i = 0; i < entries.size();) {
    const std::string& family = entries[i].family;
    if (i > 0) text += "\n";
    text += fmt::format("{}  {}\n", style.bold(family), style.dim(family_doc(family)));
    TextTable table({kLeft, kLeft});
    for (; i < entries.size() && entries[i].family == family; ++i) {
      table.row({entries[i].name, entries[i].title});
    }
    text += table.render();
  }
  return text;
}

Json catalog_list_json(const std::vector<catalog::Entry>& entries) {
  Json json{{"schema", "sextant.catalog.list/1"}, {"entries", Json::array()}};
  for (const catalog::Entry& entry : entries) {
    json["entries"].push_back(
        {{"family", entry.family}, {"name", entry.name}, {"title", entry.title}});
  }
  return json;
}

std::string catalog_show_text(const std::vector<catalog::Shown>& shown, TextStyle style) {
  std::string text;
  for (const catalog::Shown& one : shown) {
    if (!text.empty()) text += "\n";
    text += fmt::format("{}  {}\n{}\n", style.bold(one.entry.family + "/" + one.entry.name),
                        one.entry.title, style.dim(one.file));
    TextTable table({kLeft, kLeft, kLeft, kLeft});
    for (const io::Figure& figure : one.figures) {
      const std::string range = figure.range.empty() ? "" : "(" + figure.range + ")";
      table.row({figure.key, figure.value, range, style.dim(provenance(figure))});
    }
    text += table.render();
  }
  return text;
}

Json catalog_show_json(const std::vector<catalog::Shown>& shown) {
  Json json{{"schema", "sextant.catalog.show/1"}, {"entries", Json::array()}};
  for (const catalog::Shown& one : shown) {
    Json entry{{"family", one.entry.family},
               {"name", one.entry.name},
               {"title", one.entry.title},
               {"file", one.file},
               {"figures", Json::array()}};
    for (const io::Figure& figure : one.figures) entry["figures"].push_back(figure_json(figure));
    json["entries"].push_back(std::move(entry));
  }
  return json;
}

}  // namespace sextant::report
