#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/field.h"
#include "sextant/kernel/quantity.h"
#include "src/io/catalogue_item.h"

/// A struct with a member of every kind that the archives know.
namespace sextant::io::sample {

enum class Colour { kRed, kGreen };
enum class Rule { kOptimal, kDaly };
enum class Gearbox { kManual, kSmooth };

/// An entry of an invented catalogue family.
struct Engine {
  std::string name;
  Coefficient<Watts> power;
  Coefficient<int> cylinders{4, "usual", "2024", Method::kAssumed, std::nullopt};
  std::optional<Seconds> warm_up;
};

template <class Archive>
void visit(Archive& a, Engine& s) {
  a.object("engine", "What drives.");
  a.field("name", s.name, {.doc = "Name in the catalogue", .required = true});
  a.field("power", s.power, {.doc = "Peak power", .min = 1, .required = true});
  a.field("cylinders", s.cylinders, {.doc = "Cylinders", .min = 1, .max = 16});
  a.field("warm_up", s.warm_up, {.doc = "Time before it runs well", .min = 0});
}

struct Wheel {
  int spokes = 32;
  double pressure = 2.5;
};

template <class Archive>
void visit(Archive& a, Wheel& s) {
  a.object("wheel", "What turns.");
  a.field("spokes", s.spokes, {.doc = "Spokes", .min = 1, .max = 64});
  a.field("pressure", s.pressure, {.doc = "Pressure [bar]", .min = 0});
}

/// May be given as its colour alone.
struct Paint {
  Colour colour = Colour::kRed;
  int coats = 1;
};

template <class Archive>
void visit(Archive& a, Paint& s) {
  a.object("paint", "What shines.");
  a.field("colour", s.colour, {.doc = "Colour", .required = true});
  a.field("coats", s.coats, {.doc = "Coats", .min = 1});
}

struct Car {
  std::string title;
  bool electric = false;
  int seats = 5;
  std::int64_t serial = 0;
  std::uint64_t key = 1;
  double distance = 0;
  Colour colour = Colour::kRed;
  Paint roof;
  BytesPerSecond radio{1e6};
  std::variant<Rule, Seconds> service = Rule::kOptimal;
  std::variant<Gearbox, std::vector<int>> gears = Gearbox::kManual;
  std::optional<Usd> price;
  Wheel spare;
  std::vector<Wheel> wheels;
  std::array<double, 2> limits{0, 1};
  std::map<std::string, Seconds> trips;
  CatalogueItem<Engine> engine;
};

template <class Archive>
void visit(Archive& a, Car& s) {
  a.object("car", "What a test reads and writes.");
  a.field("title", s.title, {.doc = "Name for people", .required = true});
  a.field("electric", s.electric, {.doc = "Has a battery"});
  a.field("seats", s.seats, {.doc = "Seats", .min = 1});
  a.field("serial", s.serial, {.doc = "Serial number"});
  a.field("key", s.key, {.doc = "Key of the lock"});
  a.field("distance", s.distance, {.doc = "Distance driven", .min = 0, .max = 1e13});
  a.field("colour", s.colour, {.doc = "Colour"});
  a.field("roof", s.roof, {.doc = "Paint of the roof"});
  a.field("radio", s.radio, {.doc = "Rate of the radio", .min = 1});
  a.field("service", s.service, {.doc = "Time between two services, or a rule", .min = 60});
  a.field("gears", s.gears, {.doc = "Teeth by gear, or a kind of gearbox", .min = 5});
  a.field("price", s.price, {.doc = "Price", .min = 0});
  a.field("spare", s.spare, {.doc = "The wheel in the boot"});
  a.field("wheels", s.wheels, {.doc = "Wheels"});
  a.field("limits", s.limits, {.doc = "Lowest and highest throttle", .min = 0, .max = 1});
  a.field("trips", s.trips, {.doc = "Time by destination", .min = 0});
  a.field("engine", s.engine, {.doc = "Engine", .required = true});
}

}  // namespace sextant::io::sample

namespace sextant {
template <>
inline constexpr auto kShortForm<io::sample::Paint> = &io::sample::Paint::colour;
template <>
struct EnumNames<io::sample::Colour> {
  static constexpr std::array table{std::pair{io::sample::Colour::kRed, "red"},
                                    std::pair{io::sample::Colour::kGreen, "green"}};
};
template <>
struct EnumNames<io::sample::Rule> {
  static constexpr std::array table{std::pair{io::sample::Rule::kOptimal, "optimal"},
                                    std::pair{io::sample::Rule::kDaly, "daly"}};
};
template <>
struct EnumNames<io::sample::Gearbox> {
  static constexpr std::array table{std::pair{io::sample::Gearbox::kManual, "manual"},
                                    std::pair{io::sample::Gearbox::kSmooth, "smooth"}};
};
}  // namespace sextant

namespace sextant::io {
template <>
inline constexpr const char* kFamily<sample::Engine> = "engines";
}  // namespace sextant::io
