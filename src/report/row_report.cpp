#include "src/report/row_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "src/io/figures.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/report/explain_report.h"
#include "src/report/human.h"
#include "src/report/memory_json.h"
#include "src/report/step_interval.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using enum TextTable::Align;
using Json = nlohmann::ordered_json;

std::string heading(std::string_view text, TextStyle style) {
  return "\n" + style.bold(text) + "\n";
}

std::string signed_percent(double share) { return fmt::format("{:+.1f} %", 100.0 * share); }

std::string result_lines(const RowExplanation& e, TextStyle style) {
  // Of some rows that are refused nothing is read.
  std::string text;
  if (e.row.measured > Seconds(0)) text = wrapped("measured " + human(e.row.measured));
  if (!e.row.refused.empty())
    return text + wrapped(style.warning("refused:") + " " + e.row.refused);
  const StepProfile& step = e.row.profile;
  const auto [low, high] = interval80(step);
  const Scale scale = scale_of(step.time);
  text += wrapped(fmt::format(
      "forecast {} ({} .. {}): {} off, with calibration \"{}\"; one MFU "
      "for its source would be {} off",
      human(step.time), in_scale(low, scale), in_scale(high, scale), signed_percent(e.row.error),
      e.calibration, signed_percent(e.row.baseline_error)));
  text += wrapped(fmt::format("MFU {}, HFU {}", percent(step.mfu), percent(step.hfu)));
  for (const std::string& note : step.extrapolated) {
    text += wrapped(style.warning("extrapolated:") + " " + note);
  }
  return text;
}

std::string source_lines(const validate::SourceRow& source, TextStyle style) {
  std::string text;
  for (const auto& section : source.sections) {
    std::vector<std::string> stated;
    for (const auto& [key, value] : section.stated) {
      stated.push_back(fmt::format("{} {}", key, io::figure_text(value)));
    }
    if (!section.name.empty()) text += "  " + style.bold(section.name) + "\n";
    if (!stated.empty()) text += wrapped(fmt::format("{}", fmt::join(stated, "; ")), 4);
    if (!section.open.empty()) {
      text += wrapped(
          style.dim("left open:") + " " + fmt::format("{}", fmt::join(section.open, ", ")), 4);
    }
  }
  return text;
}

/// "tensor 2, pipeline 1, …".
template <class T>
std::string members_text(const T& value) {
  std::vector<std::string> members;
  const io::Node::Value tree = io::write_value(value);
  for (const io::Node::Member& member : std::get<io::Node::Object>(tree)) {
    members.push_back(fmt::format("{} {}", member.key, io::figure_text(member.value.value)));
  }
  return fmt::format("{}", fmt::join(members, ", "));
}

/// What the forecast was made with, whether the row says it or not.
std::string taken_lines(const RowExplanation& e) {
  std::string text;
  for (const std::string& words : e.source.assumed) text += wrapped("- " + words);
  const StepInputs& inputs = e.run.inputs;
  text += wrapped("layout: " + members_text(inputs.layout));
  text += wrapped("software: " + members_text(inputs.software));
  return text + wrapped(fmt::format("{} ranks on {}, {} to a node with {}, precision {}",
                                    grouped(inputs.accelerators), inputs.node.accelerator.name,
                                    inputs.node.accelerators,
                                    inputs.node.fabric.empty() ? "no network" : inputs.node.fabric,
                                    enum_name(inputs.precision)));
}

std::string gib(Bytes bytes) { return fmt::format("{:.1f}", bytes.si() / 0x1p30); }

std::string memory_lines(const RowExplanation& e) {
  const std::vector<StageMemory>& stages = e.row.profile.memory;
  const StageMemory& fullest = *std::max_element(
      stages.begin(), stages.end(), [](auto& a, auto& b) { return a.total() < b.total(); });
  std::string text = wrapped(fmt::format(
      "the fullest of {} stages, GiB: weights {}, gradients {}, optimizer {}, activations {}, "
      "buffers {}; together {} of {}",
      stages.size(), gib(fullest.weights), gib(fullest.gradients), gib(fullest.optimizer),
      gib(fullest.activations), gib(fullest.buffers), gib(fullest.total()),
      gib(e.run.inputs.node.accelerator.memory.value)));
  if (!e.run.memory) return text + wrapped("not measured");
  return text +
         wrapped(fmt::format("measured {}{}", gib(*e.run.memory),
                             e.row.memory_error ? fmt::format(", the forecast is {} off",
                                                              signed_percent(*e.row.memory_error))
                                                : ""));
}

std::string effects_table(const RowExplanation& e, TextStyle style) {
  TextTable table({kLeft, kRight});
  table.row({style.dim("coefficient"), style.dim("1 % more of it")});
  for (const validate::CoefficientEffect& effect : e.effects) {
    table.row({effect.coefficient, fmt::format("{:+.2f} %", effect.elasticity)});
  }
  return table.render();
}

std::string nearest_table(const RowExplanation& e, TextStyle style) {
  if (e.nearest.empty()) return "  no other row has its model or its cluster\n";
  TextTable table({kLeft, kRight, kRight, kRight, kLeft});
  table.row({style.dim("row"), style.dim("measured"), style.dim("forecast"), style.dim("error"),
             style.dim("differs in")});
  for (const RowExplanation::Near& near : e.nearest) {
    const bool refused = !near.row.refused.empty();
    table.row({near.row.id, human(near.row.measured), refused ? "-" : human(near.row.profile.time),
               refused ? "-" : signed_percent(near.row.error),
               near.differs.empty() ? "nothing" : near.differs});
  }
  return table.render();
}

Json source_json(const validate::SourceRow& source) {
  Json read = Json::object();
  Json open = Json::array();
  for (const auto& section : source.sections) {
    const std::string prefix = section.name.empty() ? "" : section.name + ".";
    for (const auto& [key, value] : section.stated) read[prefix + key] = io::to_json(value);
    for (const std::string& key : section.open) open.push_back(prefix + key);
  }
  return {{"read", std::move(read)}, {"left_open", std::move(open)}, {"assumed", source.assumed}};
}

Json memory_json(const RowExplanation& e) {
  return {{"measured", e.run.memory ? Json(e.run.memory->si()) : Json()},
          {"error", e.row.memory_error ? Json(*e.row.memory_error) : Json()},
          {"per_stage", per_stage_json(e.row.profile.memory)}};
}

Json near_json(const RowExplanation::Near& near) {
  Json json{{"id", near.row.id}, {"differs", near.differs}, {"measured_s", near.row.measured.si()}};
  if (!near.row.refused.empty()) {
    json["refused"] = near.row.refused;
    return json;
  }
  json["predicted_s"] = near.row.profile.time.si();
  json["error"] = near.row.error;
  return json;
}

}  // namespace

std::string row_text(const RowExplanation& e, TextStyle style) {
  std::string text = style.bold(e.run.id) + "\n" +
                     wrapped(fmt::format("set {}, family {}", e.run.set, e.run.family)) +
                     result_lines(e, style);
  text += heading("What was read", style) + source_lines(e.source, style);
  text += heading("What was assumed, and what the forecast took", style) + taken_lines(e);
  if (e.row.refused.empty()) {
    text += heading("What the forecast's time is", style) +
            parts_text(e.run.inputs, e.row.profile, style);
    text += heading("Memory", style) + memory_lines(e);
    text += heading("Which coefficients decide", style) + effects_table(e, style);
  }
  return text + heading("The rows nearest to it", style) + nearest_table(e, style);
}

Json row_explanation_json(const RowExplanation& e) {
  Json json{{"schema", "sextant.validate_row/1"},
            {"id", e.run.id},
            {"set", e.run.set},
            {"family", e.run.family},
            {"calibration", e.calibration},
            {"measured_s", e.row.measured.si()},
            {"source", source_json(e.source)},
            {"layout", io::to_json(io::write_value(e.run.inputs.layout))},
            {"software", io::to_json(io::write_value(e.run.inputs.software))}};
  if (!e.row.refused.empty()) {
    json["refused"] = e.row.refused;
  } else {
    const auto [low, high] = interval80(e.row.profile);
    json["predicted_s"] = e.row.profile.time.si();
    json["interval80_s"] = {low.si(), high.si()};
    json["error"] = e.row.error;
    json["baseline_error"] = e.row.baseline_error;
    json["extrapolated"] = e.row.profile.extrapolated;
    json["breakdown"] = parts_json(e.run.inputs, e.row.profile);
    json["memory_bytes"] = memory_json(e);
    json["elasticities"] = Json::array();
    for (const validate::CoefficientEffect& effect : e.effects) {
      json["elasticities"].push_back(
          {{"coefficient", effect.coefficient}, {"elasticity", effect.elasticity}});
    }
  }
  json["nearest"] = Json::array();
  for (const RowExplanation::Near& near : e.nearest) json["nearest"].push_back(near_json(near));
  return json;
}

}  // namespace sextant::report
