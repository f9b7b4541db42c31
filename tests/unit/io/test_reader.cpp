#include "src/io/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "sample.h"
#include "src/io/parse.h"

namespace sextant::io {
namespace {

using sample::Car;
using sample::Colour;
using sample::Gearbox;
using sample::Rule;
using testing::HasSubstr;

/// A catalogue of texts.
class TextCatalogue : public CatalogueLookup {
 public:
  void add(const std::string& name, const std::string& text) {
    auto& document = documents_[name];
    document = std::make_unique<Document>("models/engines/" + name + ".json", text, true);
    Diagnostics diagnostics;
    parse(*document, diagnostics);
    EXPECT_FALSE(diagnostics.has_errors());
  }
  const Node* find(std::string_view family, std::string_view name, const Place& asked_for,
                   Diagnostics& diagnostics) override {
    EXPECT_EQ(family, "engines");
    const auto found = documents_.find(std::string(name));
    if (found != documents_.end()) return &found->second->root;
    diagnostics.error(asked_for, "no such engine");
    return nullptr;
  }

 private:
  std::map<std::string, std::unique_ptr<Document>> documents_;
};

class ReaderTest : public testing::Test {
 protected:
  ReaderTest() {
    catalogue_.add("v8", R"({"name": "v8", "warm_up": "20 s",
  "power": {"value": "300 kW", "source": "brochure", "date": "2020-05", "method": "datasheet",
            "range": ["280 kW", "310 kW"]}})");
  }

  /// Reads a car with a title and an engine besides `members`; returns the errors.
  std::string read(const std::string& members) {
    return read_text(R"({"title": "t", "engine": "v8")" + (members.empty() ? "" : ", " + members) +
                     "}");
  }
  std::string read_text(const std::string& text) {
    document_ = std::make_unique<Document>("car.json", text, false);
    diagnostics_ = {};
    car_ = {};
    EXPECT_TRUE(parse(*document_, diagnostics_));
    ReadContext context{diagnostics_, &catalogue_, &places_};
    read_value(document_->root, car_, {}, context);
    return diagnostics_.render_errors();
  }

  TextCatalogue catalogue_;
  std::unique_ptr<Document> document_;
  Diagnostics diagnostics_;
  PlaceMap places_;
  Car car_;
};

TEST_F(ReaderTest, ReadsEveryKind) {
  ASSERT_EQ(read(R"("electric": true, "seats": 2, "serial": -9223372036854775808,
    "key": 18446744073709551615, "distance": "15.6k", "colour": "green",
    "roof": {"colour": "green", "coats": 3}, "radio": "8 Mb/s",
    "service": "30 min", "gears": [9, 17], "price": "1500 USD", "spare": {"spokes": 1e1},
    "wheels": [{}, {}],
    "limits": [0.25, 1], "trips": {"home": "1 h", "away": "2 d"})"),
            "");
  EXPECT_TRUE(car_.electric);
  EXPECT_EQ(car_.seats, 2);
  EXPECT_EQ(car_.serial, INT64_MIN);
  EXPECT_EQ(car_.key, UINT64_MAX);
  EXPECT_EQ(car_.distance, 15600.0);
  EXPECT_EQ(car_.colour, Colour::kGreen);
  EXPECT_EQ(car_.roof.colour, Colour::kGreen);
  EXPECT_EQ(car_.roof.coats, 3);
  EXPECT_EQ(car_.radio, BytesPerSecond(1e6));
  EXPECT_EQ(std::get<Seconds>(car_.service), Seconds(1800));
  EXPECT_EQ(std::get<std::vector<int>>(car_.gears), (std::vector{9, 17}));
  EXPECT_EQ(car_.price, Usd(1500));
  EXPECT_EQ(car_.spare.spokes, 10);
  EXPECT_EQ(car_.wheels.size(), 2u);
  EXPECT_EQ(car_.limits[0], 0.25);
  EXPECT_EQ(car_.trips.at("away"), Seconds(2 * 86400));
  EXPECT_EQ(car_.engine.base, "v8");
  EXPECT_EQ(car_.engine->power.value, Watts(300e3));
  EXPECT_EQ(car_.engine->power.method, Method::kDatasheet);
  EXPECT_EQ((*car_.engine->power.range)[1], Watts(310e3));
}

TEST_F(ReaderTest, AWordMayStandForAnObject) {
  ASSERT_EQ(read(R"("roof": "green")"), "");
  EXPECT_EQ(car_.roof.colour, Colour::kGreen);
  EXPECT_EQ(car_.roof.coats, 1);
  EXPECT_EQ(pointer_of(places_.of(car_.roof.colour)), "/roof");
}

TEST_F(ReaderTest, AWordMayStandForAList) {
  ASSERT_EQ(read(R"("gears": "smooth")"), "");
  EXPECT_EQ(std::get<Gearbox>(car_.gears), Gearbox::kSmooth);
}

TEST_F(ReaderTest, DefaultsStayWhereTheFileIsSilent) {
  ASSERT_EQ(read(""), "");
  EXPECT_EQ(car_.seats, 5);
  EXPECT_EQ(std::get<Rule>(car_.service), Rule::kOptimal);
  EXPECT_EQ(car_.price, std::nullopt);
  EXPECT_EQ(car_.engine->cylinders.value, 4);
}

struct Fault {
  const char* members;
  const char* message;
};

TEST_F(ReaderTest, SaysWhatWasFoundAndWhatWasExpected) {
  for (const auto& [members, message] : {
           Fault{R"("seats": "2k")", "/seats: found \"2k\", expected an integer >= 1\n"},
           Fault{R"("seats": "2k")", "  help: write 2000\n"},
           Fault{R"("seats": 0)", "found 0, expected an integer >= 1"},
           Fault{R"("seats": 2.5)", "found 2.5, expected an integer >= 1"},
           Fault{R"("seats": 3000000000)", "expected an integer <= 2147483647"},
           Fault{R"("seats": 18446744073709551615)", "expected an integer <= 2147483647"},
           Fault{R"("seats": null)", "found null, expected an integer >= 1"},
           Fault{R"("key": -1)", "found -1, expected an integer >= 0"},
           Fault{R"("serial": 9223372036854775808)", "expected an integer"},
           Fault{R"("spare": {"spokes": 65})", "found 65, expected an integer from 1 to 64"},
           Fault{R"("electric": "yes")", "found \"yes\", expected true or false"},
           Fault{R"("title": 3)", "found \"title\" a second time"},
           Fault{R"("distance": "many")",
                 "found \"many\", not a number, expected a number >= 0, as in 0.5 or \"15.6T\""},
           Fault{R"("distance": -1)", "found -1, expected a number >= 0"},
           Fault{R"("distance": "1E")", "found \"1E\", expected a number >= 0"},
           Fault{R"("distance": "405B")", "help: did you mean G (1e9)? B is byte"},
           Fault{R"("colour": "gren")", "found \"gren\", expected one of \"red\", \"green\"\n"},
           Fault{R"("colour": "gren")", "help: did you mean \"green\"?"},
           Fault{R"("colour": 1)", "found 1, expected one of \"red\", \"green\""},
           Fault{R"("roof": "gren")", "/roof: found \"gren\", expected one of \"red\""},
           Fault{R"("roof": 3)", "/roof: found 3, expected a word or an object"},
           Fault{R"("roof": {"coats": 3})", "/roof/colour: key \"colour\" is missing"},
           Fault{R"("radio": 400)",
                 "/radio: found 400, expected a data rate such as \"400 Gb/s\"\n"},
           Fault{R"("radio": 400)", "help: write the number with its unit, in double quotes"},
           Fault{R"("radio": "80 GiB")", "found \"80 GiB\", an amount of data, expected a data"},
           Fault{R"("radio": "4 Gbps")", "found \"4 Gbps\", with an unknown unit \"Gbps\""},
           Fault{R"("radio": "0 b/s")", "found \"0 b/s\", expected a data rate >= 1 B/s"},
           Fault{R"("service": "optimum")",
                 "found \"optimum\", expected one of \"optimal\", \"daly\", or a duration such"},
           Fault{R"("service": "optimum")", "help: did you mean \"optimal\"?"},
           Fault{R"("service": "30")", "found \"30\", a number without a unit, expected one of"},
           Fault{R"("service": "30 s")", "found \"30 s\", expected a duration >= 1 min"},
           Fault{R"("service": 30)", "found 30, expected one of"},
           Fault{R"("gears": "smoth")",
                 "/gears: found \"smoth\", expected one of \"manual\", \"smooth\", or a list"},
           Fault{R"("gears": "smoth")", "help: did you mean \"smooth\"?"},
           Fault{R"("gears": 5)", "found 5, expected one of \"manual\", \"smooth\", or a list"},
           Fault{R"("gears": [9, 4])", "/gears/1: found 4, expected an integer >= 5"},
           Fault{R"("limits": [1])", "found an array, with 1 elements, expected an array of 2"},
           Fault{R"("limits": [0, 2])", "/limits/1: found 2, expected a number from 0 to 1"},
           Fault{R"("wheels": {})", "/wheels: found an object, expected an array"},
           Fault{R"("wheels": [1])", "/wheels/0: found 1, expected an object"},
           Fault{R"("trips": {"a/b": 1})", "/trips/a~1b: found 1, expected a duration"},
           Fault{R"("wheel": [])", "/wheel: found unknown key \"wheel\" in car\n"},
           Fault{R"("wheel": [])", "help: did you mean \"wheels\"?"},
           Fault{R"("spare": {"bolts": 5})", "help: expected one of \"spokes\", \"pressure\""},
       }) {
    if (std::string_view(members).starts_with("\"title\"")) continue;
    EXPECT_THAT(read(members), HasSubstr(message)) << members;
  }
}

TEST_F(ReaderTest, MissingKeysAreNamedWithTheirMeaning) {
  EXPECT_EQ(read_text("{\"seats\": 1}"),
            "car.json:1:1: error: /title: key \"title\" is missing: Name for people\n"
            "    1 | {\"seats\": 1}\n"
            "      | ^\n"
            "car.json:1:1: error: /engine: key \"engine\" is missing: Engine\n"
            "    1 | {\"seats\": 1}\n"
            "      | ^\n");
}

TEST_F(ReaderTest, ReportsAllErrorsAtOnce) {
  read(R"("seats": 0, "electric": 1, "radio": 3, "bolts": 4)");
  EXPECT_EQ(diagnostics_.error_count(), 4u);
}

TEST_F(ReaderTest, TheRootMustBeAnObject) {
  EXPECT_THAT(read_text("[]"),
              HasSubstr("car.json:1:1: error: found an array, expected an object"));
}

TEST_F(ReaderTest, CatalogueEntriesMayBeChanged) {
  ASSERT_EQ(read_text(R"({"title": "t", "engine":
    {"base": "v8", "power": "400 kW", "warm_up": null}})"),
            "");
  EXPECT_EQ(car_.engine->name, "v8");
  EXPECT_EQ(car_.engine->power.value, Watts(400e3));
  EXPECT_EQ(car_.engine->power.source, "scenario");
  EXPECT_EQ(car_.engine->power.method, Method::kAssumed);
  EXPECT_EQ(car_.engine->warm_up, std::nullopt);
}

TEST_F(ReaderTest, CatalogueEntriesMayBeGivenInFull) {
  ASSERT_EQ(read_text(R"({"title": "t", "engine": {"name": "own", "power": "1 kW"}})"), "");
  EXPECT_EQ(car_.engine.base, "");
  EXPECT_EQ(car_.engine->power.value, Watts(1000));
}

TEST_F(ReaderTest, ErrorsInTheCatalogueShowBothPlaces) {
  catalogue_.add("bad", R"({"name": "bad", "power": "3 kW", "cylinder": 3})");
  const std::string errors = read_text(R"({"title": "t", "engine": "bad"})");
  EXPECT_THAT(errors, HasSubstr("models/engines/bad.json:1:26: error: /power: found \"3 kW\", "
                                "expected an object with value, source, date and method"));
  EXPECT_THAT(errors,
              HasSubstr("models/engines/bad.json:1:34: error: /cylinder: found unknown key"));
  EXPECT_THAT(errors, HasSubstr("car.json:1:26: note: asked for here"));
}

TEST_F(ReaderTest, ErrorsInChangesPointToTheScenario) {
  EXPECT_THAT(read_text(R"({"title": "t", "engine": {"base": "v8", "cylinders": 17}})"),
              HasSubstr("car.json:1:54: error: /engine/cylinders: found 17, expected an integer "
                        "from 1 to 16"));
  EXPECT_THAT(read_text(R"({"title": "t", "engine": {"base": "v8", "power": null}})"),
              HasSubstr("car.json:1:26: error: /engine/power: key \"power\" is missing"));
  EXPECT_THAT(read_text(R"({"title": "t", "engine": {"base": 8}})"),
              HasSubstr("found 8, expected the name of an entry of models/engines"));
  EXPECT_THAT(read_text(R"({"title": "t", "engine": "v12"})"), HasSubstr("no such engine"));
}

TEST_F(ReaderTest, CoefficientsMayCarryProvenanceInAScenario) {
  const char* format = R"({"title": "t", "engine": {"base": "v8", "power": %s}})";
  const auto read_power = [&](std::string power) {
    std::string text = format;
    return read_text(text.replace(text.find("%s"), 2, power));
  };
  ASSERT_EQ(read_power(R"({"value": "2 kW", "source": "our bench", "method": "measured"})"), "");
  EXPECT_EQ(car_.engine->power.source, "our bench");
  EXPECT_EQ(car_.engine->power.range, std::nullopt);  // that of the old value is gone
  EXPECT_THAT(read_power(R"({"value": "2 kW"})"), HasSubstr("key \"source\" is missing"));
  EXPECT_THAT(read_power(R"({"value": "0 W", "source": "s", "method": "fitted"})"),
              HasSubstr("/engine/power/value: found \"0 W\", expected a power >= 1 W"));
  EXPECT_THAT(read_power(R"({"value": "2 W", "source": "s", "method": "guessed"})"),
              HasSubstr("found \"guessed\", expected one of \"measured\", \"fitted\""));
  EXPECT_THAT(read_power(R"({"value": "2 W", "source": "s", "method": "fitted", "date": "May"})"),
              HasSubstr("found \"May\", expected a date such as \"2024-07-23\""));
  EXPECT_THAT(read_power(R"({"value": "2 W", "source": "s", "method": "fitted",
                             "range": ["3 W", "2 W"]})"),
              HasSubstr("/range: found an array, with its ends reversed, expected [low, high]"));
}

TEST_F(ReaderTest, AValueOutsideItsOwnRangeIsAWarning) {
  ASSERT_EQ(read_text(R"({"title": "t", "engine": {"base": "v8", "power":
      {"value": "9 W", "source": "s", "method": "fitted", "range": ["2 W", "3 W"]}}})"),
            "");
  EXPECT_THAT(diagnostics_.render_warnings(),
              HasSubstr("warning: /engine/power/value: found \"9 W\", which is outside its own"));
}

TEST_F(ReaderTest, RemembersPlacesOfMembers) {
  ASSERT_EQ(read(R"("seats": 2, "spare": {"spokes": 3})"), "");
  EXPECT_EQ(pointer_of(places_.of(car_.seats)), "/seats");
  EXPECT_EQ(pointer_of(places_.of(car_.spare.spokes)), "/spare/spokes");
  EXPECT_EQ(pointer_of(places_.of(car_.spare.pressure)), "/spare");  // left out: the object
  EXPECT_EQ(places_.of(car_.engine->power).document->name, "models/engines/v8.json");
  const int unvisited = 0;
  EXPECT_EQ(places_.of(unvisited).document, nullptr);
}

}  // namespace
}  // namespace sextant::io
