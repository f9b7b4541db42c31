#include "src/io/quantity_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "src/io/units.h"

namespace sextant::io {
namespace {

template <class Q>
ParsedNumber parse(const char* text) {
  return parse_quantity(text, kDimensionOf<Q>);
}

TEST(Quantity, ReadsTheUnitsThatFilesUse) {
  EXPECT_EQ(parse<BytesPerSecond>("400 Gb/s").value, 50e9);
  EXPECT_EQ(parse<BytesPerSecond>("450 GB/s").value, 450e9);
  EXPECT_EQ(parse<Bytes>("80 GiB").value, 80.0 * 1024 * 1024 * 1024);
  EXPECT_EQ(parse<Bytes>("1 kB").value, 1000.0);
  EXPECT_EQ(parse<Bytes>("8 b").value, 1.0);
  EXPECT_EQ(parse<Seconds>("3.5 us").value, 3.5e-6);
  EXPECT_EQ(parse<Seconds>("3.5 µs").value, 3.5e-6);
  EXPECT_EQ(parse<Seconds>("30 min").value, 1800.0);
  EXPECT_EQ(parse<Seconds>("54 d").value, 54 * 86400.0);
  EXPECT_EQ(parse<Seconds>("1 month").value, 730 * 3600.0);
  EXPECT_EQ(parse<FlopsPerSecond>("989 TFLOP/s").value, 989e12);
  EXPECT_EQ(parse<Flops>("3.8e25 FLOP").value, 3.8e25);
  EXPECT_EQ(parse<Watts>("700 W").value, 700.0);
  EXPECT_EQ(parse<Watts>("10.2 kW").value, 10200.0);
  EXPECT_EQ(parse<Joules>("1 kWh").value, 3.6e6);
  EXPECT_EQ(parse<Joules>("1 MWh").value, 3.6e9);
  EXPECT_EQ(parse<UsdPerSecond>("36 USD/h").value, 0.01);
  EXPECT_EQ(parse<GramsCo2ePerJoule>("396 g/kWh").value, 396 / 3.6e6);
  EXPECT_EQ(parse<GramsCo2e>("2 t").value, 2e6);
  EXPECT_EQ(parse<UsdPerByteSecond>("0.023 USD/GB/month").value, 0.023 / (1e9 * 730 * 3600));
  EXPECT_EQ(parse<PerSecond>("0.5 /d").value, 0.5 / 86400);
}

TEST(Quantity, SpacesBeforeTheUnitAreOptional) {
  EXPECT_EQ(parse<Bytes>("80GiB").value, parse<Bytes>("80   GiB").value);
}

TEST(Quantity, ProductsOfUnits) {
  EXPECT_EQ(parse<Joules>("2 kW*h").value, 7.2e6);
  EXPECT_EQ(parse<UsdPerByteSecond>("1 USD/month/GB").value,
            parse<UsdPerByteSecond>("1 USD/GB/month").value);
}

struct Refusal {
  const char* text;
  const char* fault;
  const char* help;
};

TEST(Quantity, RefusesWithAReason) {
  for (const auto& [text, fault, help] : {
           Refusal{"400", "a number without a unit", "write the unit: \"400 B/s\""},
           Refusal{"80 GiB", "an amount of data", ""},
           Refusal{"400 Gbps", "with an unknown unit \"Gbps\"",
                   "did you mean Gb/s (bits) or GB/s (bytes)?"},
           Refusal{"400 gb/s", "with an unknown unit \"gb\"", "did you mean GB or Gb?"},
           Refusal{"fast", "not a number", ""},
           Refusal{"", "not a number", ""},
           Refusal{"+4 GB/s", "not a number", ""},
           Refusal{"inf B/s", "not a finite number", ""},
           Refusal{"-inf B/s", "not a finite number", ""},
           Refusal{"nan B/s", "not a finite number", ""},
           Refusal{"1e400 B/s", "a number beyond the range of a double", ""},
           Refusal{"1e308 PB/s", "a number beyond the range of a double", ""},
           Refusal{"1e-400 B/s", "a number beyond the range of a double", ""},
           Refusal{"4 GB/", "with an unknown unit \"\"", ""},
           Refusal{"4 GB//s", "with an unknown unit \"\"", ""},
       }) {
    const ParsedNumber parsed = parse<BytesPerSecond>(text);
    EXPECT_FALSE(parsed.value) << text;
    EXPECT_EQ(parsed.fault, fault) << text;
    EXPECT_EQ(parsed.help, help) << text;
  }
}

TEST(Quantity, PrefixesOnlyWhereTheyMakeSense) {
  EXPECT_FALSE(parse<Seconds>("1 Gs").value);
  EXPECT_FALSE(parse<Seconds>("1 kh").value);
  EXPECT_FALSE(parse<Bytes>("1 mB").value);
  EXPECT_FALSE(parse<Joules>("1 KiWh").value);
}

TEST(Count, ReadsMultipliers) {
  EXPECT_EQ(parse_count("15.6T").value, 15.6e12);
  EXPECT_EQ(parse_count("15.6 T").value, 15.6e12);
  EXPECT_EQ(parse_count("8Ki").value, 8192.0);
  EXPECT_EQ(parse_count("2e3").value, 2000.0);
  EXPECT_EQ(parse_count("-1k").value, -1000.0);
  EXPECT_EQ(parse_count("405B").help, "did you mean G (1e9)? B is byte");
  EXPECT_EQ(parse_count("2K").help, "did you mean k?");
  EXPECT_EQ(parse_count("many").fault, "not a number");
}

TEST(Format, PicksTheShortestReadableUnit) {
  EXPECT_EQ(format_quantity(BytesPerSecond{50e9}), "50 GB/s");
  EXPECT_EQ(format_quantity(Bytes{80.0 * 1024 * 1024 * 1024}), "80 GiB");
  EXPECT_EQ(format_quantity(Bytes{80e9}), "80 GB");
  EXPECT_EQ(format_quantity(Seconds{3.5e-6}), "3.5 us");
  EXPECT_EQ(format_quantity(Seconds{1800}), "30 min");
  EXPECT_EQ(format_quantity(Seconds{100}), "100 s");
  EXPECT_EQ(format_quantity(Seconds{54 * 86400.0}), "54 d");
  EXPECT_EQ(format_quantity(FlopsPerSecond{989e12}), "989 TFLOP/s");
  EXPECT_EQ(format_quantity(Watts{700}), "700 W");
  EXPECT_EQ(format_quantity(UsdPerSecond{55.04 / 3600}), "55.04 USD/h");
  EXPECT_EQ(format_quantity(GramsCo2ePerJoule{396.25 / 3.6e6}), "396.25 g/kWh");
  EXPECT_EQ(format_quantity(UsdPerByteSecond{0.023 / (1e9 * 730 * 3600)}), "0.023 USD/GB/month");
  EXPECT_EQ(format_quantity(PerSecond{5.0 / 86400}), "5 /d");
  EXPECT_EQ(format_quantity(Bytes{0}), "0 B");
  EXPECT_EQ(format_quantity(Usd{1e300}), "1e+300 USD");
}

TEST(Format, DimensionsWithoutANameUseBaseUnits) {
  using ByteSeconds = Quantity<1, 0, 1, 0, 0, 0>;
  EXPECT_EQ(format_quantity(ByteSeconds{2.5}), "2.5 B*s");
  EXPECT_EQ(parse<ByteSeconds>("2.5 B*s").value, 2.5);
  EXPECT_EQ(dimension_expectation(kDimensionOf<ByteSeconds>),
            "a quantity in B*s such as \"1 B*s\"");
}

TEST(Units, EveryNameOfADimensionIsAUnitOfIt) {
  for (const DimensionInfo& info : named_dimensions()) {
    EXPECT_TRUE(parse_quantity(info.example, info.dimension).value) << info.example;
    for (const char* symbol : info.written_in) {
      std::string_view unknown;
      const auto unit = parse_unit(symbol, unknown);
      ASSERT_TRUE(unit) << symbol;
      EXPECT_EQ(unit->dimension, info.dimension) << symbol;
    }
    EXPECT_EQ(parse_quantity("1 " + base_unit(info.dimension), info.dimension).value, 1.0);
  }
}

}  // namespace
}  // namespace sextant::io
