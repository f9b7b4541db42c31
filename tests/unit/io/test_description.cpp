#include "src/io/description.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "sample.h"
#include "src/io/json_text.h"
#include "src/io/units.h"

namespace sextant::io {
namespace {

using Json = nlohmann::ordered_json;

Json schema_of_car() {
  return to_json(json_schema(Description::of<sample::Car>(), "Car", {{"engines", {"v8", "v12"}}}));
}

TEST(Schema, SaysWhatTheReaderAccepts) {
  const Json schema = schema_of_car();
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(schema["required"], Json({"title", "engine"}));
  const Json& properties = schema["properties"];
  EXPECT_EQ(properties["seats"],
            Json::parse(R"({"type": "integer", "minimum": 1, "description": "Seats"})"));
  EXPECT_EQ(properties["key"]["minimum"], 0);
  EXPECT_EQ(properties["colour"]["enum"], Json({"red", "green"}));
  EXPECT_EQ(properties["roof"]["anyOf"][0]["enum"], Json({"red", "green"}));
  EXPECT_EQ(properties["roof"]["anyOf"][1]["$ref"], "#/$defs/paint");
  EXPECT_EQ(properties["radio"]["$ref"], "#/$defs/data_rate");
  EXPECT_EQ(properties["service"]["anyOf"][0]["enum"], Json({"optimal", "daly"}));
  EXPECT_EQ(properties["service"]["anyOf"][1]["$ref"], "#/$defs/duration");
  EXPECT_EQ(properties["gears"]["anyOf"][0]["enum"], Json({"manual", "smooth"}));
  EXPECT_EQ(properties["gears"]["anyOf"][1]["items"]["minimum"], 5);
  EXPECT_EQ(properties["wheels"]["items"]["$ref"], "#/$defs/wheel");
  EXPECT_EQ(properties["limits"]["minItems"], 2);
  EXPECT_EQ(properties["trips"]["additionalProperties"]["$ref"], "#/$defs/duration");
  const Json& engine = properties["engine"]["anyOf"];
  EXPECT_EQ(engine[0]["examples"], Json({"v8", "v12"}));
  EXPECT_EQ(engine[1]["$ref"], "#/$defs/engine");
  EXPECT_EQ(engine[2]["$ref"], "#/$defs/engine_changes");
  EXPECT_EQ(schema["$defs"]["engine"]["required"], Json({"name", "power"}));
  EXPECT_FALSE(schema["$defs"]["engine_changes"].contains("required"));
  EXPECT_TRUE(schema["$defs"]["engine_changes"]["properties"].contains("base"));
}

bool matches(const std::string& pattern, const std::string& text) {
  return std::regex_search(text, std::regex(pattern));
}

TEST(Schema, PatternsAgreeWithTheParser) {
  for (const DimensionInfo& info : named_dimensions()) {
    const std::string pattern = quantity_pattern(info.dimension, true);
    EXPECT_TRUE(matches(pattern, info.example)) << info.example << " " << pattern;
    for (const char* unit : info.written_in) {
      for (const char* number : {"1", "-2.5", ".5", "3.", "1e9", "1.5E-3"}) {
        const std::string text = std::string(number) + " " + unit;
        EXPECT_TRUE(matches(pattern, text)) << text;
        EXPECT_TRUE(parse_quantity(text, info.dimension).value) << text;
      }
      for (const char* number : {"", "inf", "+1", "1 2", "e5"}) {
        const std::string text = std::string(number) + " " + unit;
        EXPECT_FALSE(matches(pattern, text)) << text;
        EXPECT_FALSE(parse_quantity(text, info.dimension).value) << text;
      }
    }
    EXPECT_FALSE(matches(quantity_pattern(info.dimension, false),
                         std::string("-1 ") + info.written_in.front()));
    EXPECT_FALSE(matches(pattern, "1"));
    EXPECT_FALSE(matches(pattern, "1 parsec"));
  }
  EXPECT_TRUE(matches(count_pattern(), "15.6T"));
  EXPECT_TRUE(matches(count_pattern(), "8 Ki"));
  EXPECT_FALSE(matches(count_pattern(), "15.6 tokens"));
}

TEST(Reference, HasOneTablePerStruct) {
  const std::string text = reference(Description::of<sample::Car>());
  for (const char* line :
       {"## car\n\nWhat a test reads and writes.\n", "## wheel\n", "## engine\n",
        "| `title` | text | **required** |  | Name for people |\n",
        "| `seats` | integer | `5` | ≥ 1 | Seats |\n",
        "| `service` | `\"optimal\"`, `\"daly\"` or a duration | `\"optimal\"` | ≥ 1 min | ",
        "| `gears` | `\"manual\"`, `\"smooth\"` or list of integer | `\"manual\"` | ≥ 5 | ",
        "| `roof` | `\"red\"`, `\"green\"` or [paint](#paint) |  |  | Paint of the roof |\n",
        "| `price` | an amount of money | absent | ≥ 0 USD | Price |\n",
        "| `limits` | list of 2 × number | `[0.0,1.0]` | 0 to 1 | ",
        "| `wheels` | list of [wheel](#wheel) | `[]` |  | Wheels |\n",
        "| `engine` | name in models/engines, or [engine](#engine) | **required** |  | Engine |\n",
        "| `cylinders` | integer, sourced | `4` | 1 to 16 | Cylinders |\n"}) {
    EXPECT_THAT(text, testing::HasSubstr(line));
  }
}

TEST(Reference, UnitsAreDocumentedFromTheirTable) {
  EXPECT_THAT(units_reference(), testing::HasSubstr("| `Wh` | watt-hour, 3600 J | k M G T |"));
}

}  // namespace
}  // namespace sextant::io
