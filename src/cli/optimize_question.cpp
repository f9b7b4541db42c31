#include "src/cli/optimize_question.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/cli/usage_error.h"
#include "src/io/nearest_name.h"
#include "src/io/quantity_text.h"

namespace sextant::cli {
namespace {

constexpr int kMostNodes = 1'000'000;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    if (end == text.size()) return parts;
    begin = end + 1;
  }
}

/// The elements of a list. @throws UsageError if one is empty, or there twice
std::vector<std::string> list_of(const char* option, const std::string& text) {
  std::vector<std::string> parts = split(text, ',');
  for (auto part = parts.begin(); part != parts.end(); ++part) {
    if (part->empty()) {
      throw UsageError(
          fmt::format("--{}: found '{}', expected names with commas between them", option, text));
    }
    if (std::find(parts.begin(), part, *part) != part) {
      throw UsageError(fmt::format("--{}: '{}' is there twice", option, *part));
    }
  }
  return parts;
}

std::vector<std::string> list_of(const Arguments& arguments, const char* option) {
  const auto text = arguments.text(option);
  return text ? list_of(option, *text) : std::vector<std::string>{};
}

template <class E>
E word(const char* option, const std::string& text) {
  std::vector<std::string> known;
  for (const auto& [value, name] : EnumNames<E>::table) {
    if (text == name) return value;
    known.emplace_back(name);
  }
  const auto nearest = io::nearest_name(text, known);
  throw UsageError(fmt::format("--{}: found '{}', expected {}{}", option, text,
                               fmt::join(known, ", "),
                               nearest ? fmt::format("; did you mean '{}'?", *nearest) : ""));
}

int whole(const char* option, const std::string& text, int min) {
  const auto value = io::parse_count(text).value;
  if (!value || *value != std::floor(*value) || *value < min || *value > kMostNodes) {
    throw UsageError(fmt::format("--{}: expected whole numbers from {} to {}, found '{}'", option,
                                 min, kMostNodes, text));
  }
  return static_cast<int>(*value);
}

std::vector<int> whole_numbers(const char* option, const std::string& text, int min) {
  std::vector<int> numbers;
  for (const std::string& part : list_of(option, text)) numbers.push_back(whole(option, part, min));
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

template <class Q>
std::optional<Q> quantity(const Arguments& arguments, const char* option, const char* example) {
  const auto text = arguments.text(option);
  if (!text) return std::nullopt;
  const auto value = io::parse_quantity(*text, io::kDimensionOf<Q>).value;
  if (!value || !(*value > 0)) {
    throw UsageError(
        fmt::format("--{}: expected something like '{}', found '{}'", option, example, *text));
  }
  return Q(*value);
}

double read_probability(const Arguments& arguments) {
  const auto text = arguments.text("probability");
  if (!text) return optimize::Limits{}.probability;
  const auto value = io::parse_count(*text).value;
  if (!value || !(*value > 0) || *value > 1) {
    throw UsageError(
        fmt::format("--probability: expected a number above 0, up to 1, found '{}'", *text));
  }
  return *value;
}

void read_kept(const Arguments& arguments, optimize::Space& space) {
  for (const std::string& name : list_of(arguments, "keep")) {
    if (name == "layout") {
      space.keep_layout = true;
    } else if (name == "interval") {
      space.keep_interval = true;
    } else if (name == "spares") {
      space.keep_spares = true;
    } else {
      throw UsageError(
          fmt::format("--keep: found '{}', expected layout, interval or spares", name));
    }
  }
  if (space.keep_spares && !space.spares.empty()) {
    throw UsageError("--keep spares and --spares exclude one another");
  }
}

optimize::Limits read_limits(const Arguments& arguments) {
  optimize::Limits limits;
  limits.deadline = quantity<Seconds>(arguments, "deadline", "30 d");
  limits.budget = quantity<Usd>(arguments, "budget", "5 MUSD");
  limits.probability = read_probability(arguments);
  limits.nodes = arguments.count("max-nodes", 1, kMostNodes);
  const auto quota = arguments.count("quota", 1, kMostNodes);
  if (quota && limits.nodes) throw UsageError("--quota and --max-nodes are the same: give one");
  if (quota) limits.nodes = quota;
  return limits;
}

}  // namespace

optimize::Objective read_objective(const std::string& text) {
  optimize::Objective objective;
  objective.terms.clear();
  for (const std::string& part : list_of("minimize", text)) {
    const std::size_t equals = part.find('=');
    optimize::Objective::Term term;
    term.quantity = word<optimize::Quantity>("minimize", part.substr(0, equals));
    if (equals != std::string::npos) {
      const auto worth = io::parse_count(part.substr(equals + 1)).value;
      if (!worth || !(*worth > 0)) {
        throw UsageError(fmt::format(
            "--minimize: expected what one is worth in USD, such as time=2000, found '{}'", part));
      }
      term.worth = *worth;
    } else if (term.quantity != optimize::Quantity::kCost && text != part) {
      throw UsageError(fmt::format(
          "--minimize: in a sum, say what {0} is worth in USD: {0}=… (an hour, a MWh, a tonne)",
          part));
    }
    for (const auto& other : objective.terms) {
      if (other.quantity == term.quantity) {
        throw UsageError(fmt::format("--minimize: '{}' is there twice", part));
      }
    }
    objective.terms.push_back(term);
  }
  if (!objective.is_sum()) objective.terms.front().worth = 1;
  return objective;
}

void read_nodes(const std::string& text, optimize::Space& space) {
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) {
    space.nodes = whole_numbers("nodes", text, 1);
    return;
  }
  const optimize::NodeRange range{whole("nodes", text.substr(0, dots), 1),
                                  whole("nodes", text.substr(dots + 2), 1)};
  if (range.from > range.to) {
    throw UsageError(fmt::format("--nodes: '{}' goes downwards", text));
  }
  space.node_range = range;
}

optimize::Question read_question(const Arguments& arguments, scenario::Scenario scenario) {
  optimize::Question question;
  question.scenario = std::move(scenario);
  question.objective = read_objective(arguments.text("minimize").value_or("cost"));
  question.limits = read_limits(arguments);
  optimize::Space& space = question.space;
  space.instances = list_of(arguments, "instance");
  space.regions = list_of(arguments, "region");
  if (const auto nodes = arguments.text("nodes")) read_nodes(*nodes, space);
  for (const std::string& mode : list_of(arguments, "purchase")) {
    space.purchases.push_back(word<PurchaseMode>("purchase", mode));
  }
  for (const std::string& target : list_of(arguments, "target")) {
    space.targets.push_back(split(target, '+'));
  }
  if (const auto spares = arguments.text("spares")) {
    space.spares = whole_numbers("spares", *spares, 0);
  }
  read_kept(arguments, space);
  return question;
}

}  // namespace sextant::cli
