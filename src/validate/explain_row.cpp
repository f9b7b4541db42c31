#include "src/validate/explain_row.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "src/io/diagnostics.h"
#include "src/io/figures.h"
#include "src/io/nearest_name.h"

namespace sextant::validate {
namespace {

void add_member(SourceRow::Section& section, const io::Node::Member& member) {
  if (member.value.is_null()) {
    section.open.push_back(member.key);
  } else {
    section.stated.emplace_back(member.key, member.value.value);
  }
}

SourceRow source_row(const io::Node::Object& row) {
  SourceRow source;
  source.sections.emplace_back();
  for (const io::Node::Member& member : row) {
    if (member.key == "assumed") {
      if (const auto* words = member.value.get<io::Node::Array>()) {
        for (const io::Node& word : *words) source.assumed.push_back(io::figure_text(word.value));
      }
    } else if (const auto* object = member.value.get<io::Node::Object>()) {
      SourceRow::Section section{member.key, {}, {}};
      for (const io::Node::Member& inner : *object) add_member(section, inner);
      source.sections.push_back(std::move(section));
    } else {
      add_member(source.sections.front(), member);
    }
  }
  return source;
}

const io::Node::Object* find_object(const io::Node& rows, const std::string& id) {
  const auto* array = rows.get<io::Node::Array>();
  if (!array) return nullptr;
  for (const io::Node& row : *array) {
    const io::Node* found = row.find("id");
    const auto* text = found ? found->get<std::string>() : nullptr;
    if (text && *text == id) return row.get<io::Node::Object>();
  }
  return nullptr;
}

/// What differs between two rows, and how far they are apart.
class Difference {
 public:
  Difference(const StepInputs& from, const StepInputs& to) {
    word("model", from.model.name, to.model.name);
    word("accelerator", from.node.accelerator.name, to.node.accelerator.name);
    word("precision", enum_name(from.precision), enum_name(to.precision));
    word("framework", from.software.framework, to.software.framework);
    number("accelerators", from.accelerators, to.accelerators);
    number("sequence_length", from.sequence_length, to.sequence_length);
    number("global_batch", from.global_batch, to.global_batch);
    add_layout(from.layout, to.layout);
  }

  double distance() const { return distance_; }
  const std::string& text() const { return text_; }

 private:
  void add_layout(const Layout& from, const Layout& to) {
    number("tensor", from.tensor, to.tensor);
    number("pipeline", from.pipeline, to.pipeline);
    number("virtual_stages", from.virtual_stages, to.virtual_stages);
    number("context", from.context, to.context);
    number("expert", from.expert, to.expert);
    number("micro_batch", from.micro_batch, to.micro_batch);
    number("zero", from.zero + 1, to.zero + 1, -1);
    word("recompute", enum_name(from.recompute), enum_name(to.recompute));
  }
  void add(const char* key, std::string_view value, double apart) {
    distance_ += apart;
    text_ += fmt::format("{}{} {}", text_.empty() ? "" : ", ", key, value);
  }
  void word(const char* key, std::string_view from, std::string_view to) {
    constexpr double kWord = 2.0;
    if (from != to) add(key, to, kWord);
  }
  void number(const char* key, std::int64_t from, std::int64_t to, std::int64_t shown_more = 0) {
    if (from == to) return;
    const double ratio = static_cast<double>(to) / static_cast<double>(from);
    add(key, std::to_string(to + shown_more), std::abs(std::log2(ratio)));
  }

  double distance_ = 0;
  std::string text_;
};

bool same_cluster(const PublishedRun& a, const PublishedRun& b) {
  return a.origin == b.origin && a.inputs.node.accelerator.name == b.inputs.node.accelerator.name;
}

}  // namespace

SourceRow read_source_row(const std::filesystem::path& path, const std::string& id) {
  io::Diagnostics diagnostics;
  const auto text = io::read_text_file(path, diagnostics);
  diagnostics.throw_if_errors();
  io::Document document(path.string(), *text, false);
  io::parse(document, diagnostics);
  diagnostics.throw_if_errors();
  const io::Node::Object* row = find_object(document.root, id);
  if (!row) {
    diagnostics.error_in_file(path.string(), fmt::format("has no row \"{}\"", id));
    diagnostics.throw_if_errors();
  }
  return source_row(*row);
}

std::vector<NearRow> nearest_rows(const std::vector<PublishedRun>& runs, std::size_t row,
                                  std::size_t most) {
  const PublishedRun& from = runs[row];
  std::vector<std::pair<double, NearRow>> found;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const PublishedRun& to = runs[i];
    if (i == row || !to.refused.empty()) continue;
    if (to.inputs.model.name != from.inputs.model.name && !same_cluster(from, to)) continue;
    const Difference difference(from.inputs, to.inputs);
    found.push_back({difference.distance(), {i, difference.text()}});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<NearRow> nearest;
  for (auto& [distance, near] : found) {
    if (nearest.size() == most) break;
    nearest.push_back(std::move(near));
  }
  return nearest;
}

std::size_t find_row(const std::vector<PublishedRun>& runs, const std::string& id) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].id == id) return i;
    ids.push_back(runs[i].id);
  }
  const auto nearest = io::nearest_name(id, ids);
  throw io::InputError(
      fmt::format("error: no row \"{}\" in these files{}\n", id,
                  nearest ? fmt::format("\n  help: did you mean \"{}\"?", *nearest) : ""));
}

}  // namespace sextant::validate
