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

/// "(10 W to 30 W)"; empty if the range is not known.
std::string range_text(const io::Figure& figure) {
  return figure.range.empty() ? "" : "(" + figure.range + ")";
}

/// Figures of one entry each below its name.
std::string doubts_text(const std::vector<catalog::Doubt>& doubts, TextStyle style) {
  std::string text;
  for (std::size_t i = 0; i < doubts.size();) {
    const std::string& entry = doubts[i].entry;
    text += style.bold(entry) + "\n";
    TextTable table({kLeft, kLeft, kLeft, kLeft}, TextTable::kWhole);
    for (; i < doubts.size() && doubts[i].entry == entry; ++i) {
      const io::Figure& figure = doubts[i].figure;
      table.row({figure.key, figure.value, range_text(figure), style.dim(provenance(figure))});
    }
    text += table.render();
  }
  return text;
}

std::string counts_text(const std::vector<catalog::FamilyCount>& families, TextStyle style) {
  std::vector<TextTable::Align> columns{kLeft, kRight, kRight};
  std::vector<std::string> head{"", "entries", "figures"};
  for (const auto& [method, name] : EnumNames<Method>::table) {
    columns.push_back(kRight);
    head.emplace_back(name);
  }
  columns.push_back(kRight);
  head.emplace_back("undated");
  TextTable table(columns);
  table.row(head);
  for (const catalog::FamilyCount& family : families) {
    std::vector<std::string> row{style.bold(family.family), fmt::to_string(family.entries),
                                 fmt::to_string(family.figures)};
    for (const int count : family.by_method) row.push_back(fmt::to_string(count));
    row.push_back(fmt::to_string(family.undated));
    table.row(row);
  }
  return table.render();
}

Json doubts_json(const std::vector<catalog::Doubt>& doubts) {
  Json json = Json::array();
  for (const catalog::Doubt& doubt : doubts) {
    Json figure{{"entry", doubt.entry}};
    figure.update(figure_json(doubt.figure));
    json.push_back(std::move(figure));
  }
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
    TextTable table({kLeft, kLeft, kLeft, kLeft}, TextTable::kWhole);
    for (const io::Figure& figure : one.figures) {
      if (figure.key == "name" || figure.key == "title") continue;  // in the heading
      table.row({figure.key, figure.value, range_text(figure), style.dim(provenance(figure))});
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

std::string catalog_check_text(const catalog::CheckResult& result, TextStyle style) {
  std::string text = counts_text(result.families, style);
  if (!result.assumed.empty()) {
    text += fmt::format("\nAssumed ({}): nobody has measured or published them\n\n",
                        result.assumed.size());
    text += doubts_text(result.assumed, style);
  }
  if (!result.undated.empty()) {
    text += style.warning(fmt::format("\nWithout a date or a source ({}):", result.undated.size()));
    text += "\n\n" + doubts_text(result.undated, style);
  }
  return text;
}

Json catalog_check_json(const catalog::CheckResult& result) {
  Json json{{"schema", "sextant.catalog.check/1"}, {"families", Json::array()}};
  for (const catalog::FamilyCount& family : result.families) {
    Json count{{"family", family.family}, {"entries", family.entries}, {"figures", family.figures}};
    for (std::size_t i = 0; i < family.by_method.size(); ++i) {
      count[std::string(EnumNames<Method>::table[i].second)] = family.by_method[i];
    }
    count["undated"] = family.undated;
    json["families"].push_back(std::move(count));
  }
  json["assumed"] = doubts_json(result.assumed);
  json["undated"] = doubts_json(result.undated);
  return json;
}

}  // namespace sextant::report
