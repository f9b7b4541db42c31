#include "src/sweep/points.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sextant/kernel/assert.h"
#include "src/io/printable.h"

namespace sextant::sweep {
namespace {

/// Columns of a table, with room for the outputs; SQLite allows 2,000.
constexpr std::size_t kMaxInputs = 1000;

io::Place place_of(const io::Node& root, const char* key) {
  const io::Node* member = root.find(key);
  return member ? member->place : root.place;
}

/// 10,000,000; 1e+18 beyond what people read.
std::string grouped(double number) {
  if (number >= 1e18) return fmt::format("{:.2g}", number);
  std::string text = fmt::format("{:.0f}", number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

}  // namespace

std::optional<Points> Points::read(const Study& study, const io::Node& root,
                                   io::Diagnostics& diagnostics) {
  Points points;
  points.design_ = study.design;
  points.seed_ = study.seed.value_or(1);
  const bool list = study.design.kind == DesignKind::kList;
  const bool good = points.check_design(root, diagnostics) &&
                    (list ? points.read_list(study, root, diagnostics)
                          : points.read_inputs(study, root, diagnostics)) &&
                    points.check_inputs(root, diagnostics) &&
                    points.count_points(root, diagnostics);
  if (!good) return std::nullopt;
  return points;
}

bool Points::check_design(const io::Node& root, io::Diagnostics& diagnostics) const {
  const bool list = design_.kind == DesignKind::kList;
  const char* unwanted = list ? "inputs" : "points";
  if (const io::Node* member = root.find(unwanted)) {
    diagnostics
        .error(member->place, fmt::format("found \"{}\" in a study whose design is {}", unwanted,
                                          enum_name(design_.kind)))
        .help = list ? "a list has \"points\"" : "write \"design\": \"list\"";
    return false;
  }
  if (design_.kind == DesignKind::kMorris && design_.levels % 2 != 0) {
    diagnostics.error(place_of(root, "design"),
                      fmt::format("found {} levels, expected an even number", design_.levels));
    return false;
  }
  return true;
}

bool Points::read_inputs(const Study& study, const io::Node& root, io::Diagnostics& diagnostics) {
  if (study.inputs.empty()) {
    diagnostics.error(place_of(root, "inputs"), "found no inputs, expected at least one").help =
        R"(as {"pointer": "/cluster/nodes", "values": [16, 32]})";
    return false;
  }
  const std::size_t errors_before = diagnostics.error_count();
  const auto& nodes = *root.find("inputs")->get<io::Node::Array>();
  for (std::size_t i = 0; i < study.inputs.size(); ++i) {
    auto input =
        Input::read(study.inputs[i], nodes[i], design_.kind == DesignKind::kGrid, diagnostics);
    if (input) inputs_.push_back(*std::move(input));
  }
  return diagnostics.error_count() == errors_before;
}

std::optional<std::size_t> Points::input_of(const io::Node::Member& member,
                                            io::Diagnostics& diagnostics) {
  const auto known = std::find_if(inputs_.begin(), inputs_.end(), [&](const Input& input) {
    return input.pointer().text() == member.key;
  });
  if (known != inputs_.end()) return static_cast<std::size_t>(known - inputs_.begin());
  auto pointer = ScenarioPointer::find(member.key, member.key_place, diagnostics);
  if (!pointer) return std::nullopt;
  inputs_.emplace_back(*std::move(pointer));
  return inputs_.size() - 1;
}

bool Points::read_list(const Study& study, const io::Node& root, io::Diagnostics& diagnostics) {
  if (study.points.empty()) {
    diagnostics.error(place_of(root, "points"), "found no points, expected at least one").help =
        R"(as {"/cluster/nodes": 16})";
    return false;
  }
  const std::size_t errors_before = diagnostics.error_count();
  for (const io::Node& point : study.points) {
    const auto* members = point.get<io::Node::Object>();
    if (!members) {
      diagnostics.error(point.place, fmt::format("found {}, expected an object of pointers and "
                                                 "values",
                                                 io::found_text(point)));
      continue;
    }
    PointValues& values = listed_.emplace_back();
    for (const io::Node::Member& member : *members) {
      const auto input = input_of(member, diagnostics);
      if (!input) continue;
      values.resize(std::max(values.size(), *input + 1));
      values[*input] = member.value;
    }
  }
  for (PointValues& values : listed_) values.resize(inputs_.size());
  return diagnostics.error_count() == errors_before;
}

bool Points::check_inputs(const io::Node& root, io::Diagnostics& diagnostics) {
  const io::Place place = place_of(root, design_.kind == DesignKind::kList ? "points" : "inputs");
  if (inputs_.size() > kMaxInputs) {
    diagnostics.error(
        place, fmt::format("found {} inputs, expected at most {}", inputs_.size(), kMaxInputs));
    return false;
  }
  order_.resize(inputs_.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
    return inputs_[a].pointer().text() < inputs_[b].pointer().text();
  });
  std::vector<std::string> names;
  for (const Input& input : inputs_) names.push_back(input.pointer().text());
  const auto less = [](const std::string& a, const std::string& b) {
    return strcasecmp(a.c_str(), b.c_str()) < 0;
  };
  std::sort(names.begin(), names.end(), less);
  const auto twin = std::adjacent_find(
      names.begin(), names.end(), [&](auto& a, auto& b) { return !less(a, b) && !less(b, a); });
  if (twin == names.end()) return true;
  diagnostics
      .error(place, fmt::format("found two inputs for \"{}\", expected one", io::printable(*twin)))
      .help = "pointers that differ by capitals only cannot be columns of one table";
  return false;
}

bool Points::count_points(const io::Node& root, io::Diagnostics& diagnostics) {
  const double inputs = static_cast<double>(inputs_.size());
  double count = 1;
  std::string remedy;
  switch (design_.kind) {
    case DesignKind::kGrid: {
      for (const Input& input : inputs_) count *= static_cast<double>(input.count());
      const auto most =
          std::max_element(inputs_.begin(), inputs_.end(),
                           [](const Input& a, const Input& b) { return a.count() < b.count(); });
      remedy = fmt::format("thin {}, which has {} values, or draw a \"latin_hypercube\"",
                           io::printable(most->pointer().text()),
                           grouped(static_cast<double>(most->count())));
      break;
    }
    case DesignKind::kList:
      count = static_cast<double>(listed_.size());
      break;
    case DesignKind::kLatinHypercube:
      count = static_cast<double>(design_.samples);
      remedy = "fewer \"samples\"";
      break;
    case DesignKind::kMorris:
      count = static_cast<double>(design_.trajectories) * (inputs + 1);
      remedy = "fewer \"trajectories\"";
      break;
    case DesignKind::kSobol:
      count = static_cast<double>(design_.base) * (inputs + 2);
      remedy = "a smaller \"base\"";
      break;
  }
  if (count > static_cast<double>(kMaxPoints)) {
    diagnostics
        .error(place_of(root, design_.kind == DesignKind::kGrid ? "inputs" : "design"),
               fmt::format("found a study of {} points, expected at most {}", grouped(count),
                           grouped(static_cast<double>(kMaxPoints))))
        .help = remedy;
    return false;
  }
  count_ = static_cast<std::int64_t>(count);
  return true;
}

std::set<std::string> Points::outermost() const {
  std::set<std::string> members;
  for (const Input& input : inputs_) members.insert(input.pointer().outermost());
  return members;
}

UnitPoint Points::unit_point(std::int64_t point) const {
  const int inputs = static_cast<int>(inputs_.size());
  if (design_.kind == DesignKind::kMorris) {
    return MorrisDesign{inputs, design_.trajectories, design_.levels, seed_}.point(point);
  }
  if (design_.kind == DesignKind::kSobol) {
    return SobolDesign{inputs, design_.base, seed_}.point(point);
  }
  return latin_hypercube_point(point, count_, inputs, seed_);
}

PointValues Points::values(std::int64_t point) const {
  SEXTANT_ASSERT(point >= 0 && point < count_, "point {} of {}", point, count_);
  if (design_.kind == DesignKind::kList) return listed_[static_cast<std::size_t>(point)];
  PointValues values(inputs_.size());
  if (design_.kind == DesignKind::kGrid) {
    for (std::size_t i = inputs_.size(); i-- > 0;) {  // the last input changes fastest
      values[i] = inputs_[i].value(point % inputs_[i].count());
      point /= inputs_[i].count();
    }
    return values;
  }
  const UnitPoint unit = unit_point(point);
  for (std::size_t i = 0; i < inputs_.size(); ++i) values[i] = inputs_[i].at(unit[i]);
  return values;
}

io::Node Points::scenario(const io::Node& base, const PointValues& values,
                          io::CatalogueLookup& catalogue) const {
  io::Node scenario = base;
  for (const std::size_t i : order_) {
    if (values[i]) inputs_[i].pointer().set(scenario, *values[i], catalogue);
  }
  return scenario;
}

void Points::for_each_probe(const std::function<void(const PointValues&)>& probe) const {
  if (design_.kind == DesignKind::kList) {
    for (const PointValues& values : listed_) probe(values);
    return;
  }
  PointValues first;
  for (const Input& input : inputs_) first.emplace_back(input.at(0));
  probe(first);
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    PointValues values = first;
    for (const io::Node& value : inputs_[i].landmarks()) {
      values[i] = value;
      probe(values);
    }
  }
}

}  // namespace sextant::sweep
