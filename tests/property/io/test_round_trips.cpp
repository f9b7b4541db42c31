// What is written reads back as it was, for random quantities, numbers and structs.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>

#include "src/io/json_text.h"
#include "src/io/parse.h"
#include "src/io/quantity_text.h"
#include "src/io/reader.h"
#include "src/io/units.h"
#include "src/io/writer.h"
#include "tests/unit/io/sample.h"

namespace sextant::io {
namespace {

using sample::Car;
using sample::Colour;
using sample::Rule;

/// Any finite double: random bits, so that every magnitude comes up.
rc::Gen<double> any_double() {
  return rc::gen::suchThat(
      rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                   [](std::uint64_t bits) { return std::bit_cast<double>(bits); }),
      [](double x) { return std::isfinite(x); });
}

/// A number as people write it: few digits, a moderate power of ten.
rc::Gen<double> tidy_double() {
  return rc::gen::map(
      rc::gen::pair(rc::gen::inRange(0, 100000), rc::gen::inRange(-12, 16)),
      [](std::pair<int, int> parts) { return parts.first * std::pow(10.0, parts.second); });
}

RC_GTEST_PROP(Quantities, AnyNumberReadsBackExactly, ()) {
  const auto info = *rc::gen::elementOf(
      std::vector<DimensionInfo>(named_dimensions().begin(), named_dimensions().end()));
  const double si = *rc::gen::oneOf(any_double(), tidy_double());
  const std::string text = format_quantity(si, info.dimension);
  const ParsedNumber parsed = parse_quantity(text, info.dimension);
  RC_LOG(text);
  RC_ASSERT(parsed.value.has_value());
  RC_ASSERT(*parsed.value == si);
}

RC_GTEST_PROP(Quantities, TextNeverCrashesTheParser, (const std::string& text)) {
  for (const DimensionInfo& info : named_dimensions()) {
    const ParsedNumber parsed = parse_quantity(text, info.dimension);
    RC_ASSERT(parsed.value.has_value() == parsed.fault.empty());
    RC_ASSERT(!parsed.value || std::isfinite(*parsed.value));
  }
  const ParsedNumber count = parse_count(text);
  RC_ASSERT(count.value.has_value() == count.fault.empty());
}

rc::Gen<std::string> text() {
  return rc::gen::container<std::string>(rc::gen::oneOf(
      rc::gen::inRange(' ', '\x7f'), rc::gen::element('"', '\\', '\n', '\t', '/', '{', ',')));
}

rc::Gen<Seconds> seconds() {
  return rc::gen::map(any_double(), [](double x) { return Seconds(60 + std::abs(x)); });
}

Car random_car() {
  Car car;
  car.title = *text();
  car.electric = *rc::gen::arbitrary<bool>();
  car.seats = *rc::gen::inRange(1, INT32_MAX);
  car.serial = *rc::gen::arbitrary<std::int64_t>();
  car.key = *rc::gen::arbitrary<std::uint64_t>();
  car.distance = std::min(std::abs(*any_double()), 1e13);
  car.colour = *rc::gen::element(Colour::kRed, Colour::kGreen);
  car.radio = BytesPerSecond(1 + std::abs(*tidy_double()));
  if (*rc::gen::arbitrary<bool>()) car.service = *seconds();
  if (*rc::gen::arbitrary<bool>()) {
    car.gears = *rc::gen::container<std::vector<int>>(rc::gen::inRange(5, 99));
  }
  if (*rc::gen::arbitrary<bool>()) car.price = Usd(std::abs(*any_double()));
  car.spare.spokes = *rc::gen::inRange(1, 65);
  car.wheels.resize(*rc::gen::inRange<std::size_t>(0, 5));
  for (auto& wheel : car.wheels) wheel.pressure = std::abs(*any_double());
  car.limits = {*rc::gen::inRange(0, 10) / 10.0, 1};
  for (int trips = *rc::gen::inRange(0, 4); trips > 0; --trips) car.trips[*text()] = *seconds();
  car.engine.value.name = *text();
  car.engine.value.power = {Watts(1 + std::abs(*tidy_double())), *text(), "2024-05",
                            *rc::gen::element(Method::kMeasured, Method::kDatasheet), std::nullopt};
  if (*rc::gen::arbitrary<bool>()) car.engine.value.warm_up = *seconds();
  return car;
}

RC_GTEST_PROP(Structs, WhatIsWrittenReadsBackTheSame, ()) {
  const std::string written = to_text(write_value(random_car()));
  RC_LOG(written);
  Document document("written.json", written, true);
  Diagnostics diagnostics;
  RC_ASSERT(parse(document, diagnostics));
  Car again;
  ReadContext context{diagnostics};
  read_value(document.root, again, {}, context);
  RC_LOG(diagnostics.render_errors());
  RC_ASSERT(!diagnostics.has_errors());
  RC_ASSERT(to_text(write_value(again)) == written);
}

/// A random tree, and the text of it.
Node::Value random_value(int depth) {
  const int kind = *rc::gen::element(0, 1, 2, 3, 4, 5, 6, 6, 7, 7);
  switch (depth > 0 ? kind : kind % 6) {
    case 0:
      return nullptr;
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::arbitrary<std::int64_t>();
    case 3:
      return *rc::gen::inRange<std::uint64_t>(std::uint64_t{1} << 63, UINT64_MAX);
    case 4:
      return *any_double();
    case 5:
      return *text();
    case 6: {
      Node::Array array;
      for (int n = *rc::gen::element(0, 1, 2, 3, 4); n > 0; --n) {
        array.push_back({random_value(depth - 1), {}});
      }
      return array;
    }
    default: {
      Node object{Node::Object(), {}};
      for (int n = *rc::gen::element(0, 1, 2, 3, 4); n > 0; --n) {
        object.add(std::to_string(n) + *text(), random_value(depth - 1));
      }
      return std::move(object.value);
    }
  }
}

/// Every value's place covers a text that parses to the value, and its pointer leads to it.
void check_places(const Node& node, const std::string& pointer) {
  const Place& place = node.place;
  RC_ASSERT(place.document != nullptr);
  RC_ASSERT(place.begin < place.end && place.end <= place.document->text.size());
  RC_ASSERT(pointer_of(place) == pointer);
  Document part("part", place.document->text.substr(place.begin, place.end - place.begin), true);
  Diagnostics diagnostics;
  RC_ASSERT(parse(part, diagnostics));
  RC_ASSERT(to_compact_text(part.root.value) == to_compact_text(node.value));
  if (const auto* members = node.get<Node::Object>()) {
    for (const auto& member : *members) {
      check_places(member.value, pointer + pointer_step(member.key));
    }
  }
  if (const auto* elements = node.get<Node::Array>()) {
    for (std::size_t i = 0; i < elements->size(); ++i) {
      check_places((*elements)[i], pointer + "/" + std::to_string(i));
    }
  }
}

RC_GTEST_PROP(Documents, EveryValueKnowsItsPlace, ()) {
  const Node::Value value = random_value(3);
  const std::string text = *rc::gen::element(to_text(value), to_compact_text(value),
                                             "/* a comment */" + to_text(value) + "// another");
  RC_LOG(text);
  Document document("d.json", text, true);
  Diagnostics diagnostics;
  RC_ASSERT(parse(document, diagnostics));
  RC_ASSERT(to_compact_text(document.root.value) == to_compact_text(value));
  check_places(document.root, "");
}

}  // namespace
}  // namespace sextant::io
