#include "src/io/writer.h"

#include <gtest/gtest.h>

#include "sample.h"
#include "src/io/figures.h"
#include "src/io/json_text.h"

namespace sextant::io {
namespace {

sample::Car a_car() {
  sample::Car car;
  car.title = "t";
  car.service = Seconds{1800};
  car.gears = std::vector{9, 17};
  car.wheels.resize(1);
  car.trips["home"] = Seconds{60};
  car.engine.base = "v8";
  car.engine.value.name = "v8";
  car.engine.value.power = {Watts{3e5}, "brochure", "2020", Method::kDatasheet,
                            std::array{Watts{2.8e5}, Watts{3.1e5}}};
  return car;
}

TEST(Writer, WritesWhatAReaderReads) {
  EXPECT_EQ(
      to_compact_text(write_value(a_car())),
      R"({"title":"t","electric":false,"seats":5,"serial":0,"key":1,"distance":0.0,)"
      R"("colour":"red","roof":{"colour":"red","coats":1},"radio":"1 MB/s","service":"30 min",)"
      R"("gears":[9,17],)"
      R"("spare":{"spokes":32,"pressure":2.5},"wheels":[{"spokes":32,"pressure":2.5}],)"
      R"("limits":[0.0,1.0],"trips":{"home":"1 min"},"engine":{"name":"v8",)"
      R"("power":{"value":"300 kW","source":"brochure","date":"2020","method":"datasheet",)"
      R"("range":["280 kW","310 kW"]},)"
      R"("cylinders":{"value":4,"source":"usual","date":"2024","method":"assumed"}}})");
}

TEST(Figures, ListEveryNumberWithItsProvenance) {
  const std::vector<Figure> figures = figures_of(a_car());
  const auto find = [&](const std::string& key) {
    for (const Figure& figure : figures) {
      if (figure.key == key) return figure;
    }
    ADD_FAILURE() << "no figure " << key;
    return Figure{};
  };
  EXPECT_EQ(find("service").value, "30 min");
  EXPECT_EQ(find("gears").value, "[9,17]");
  EXPECT_EQ(find("wheels[0].pressure").value, "2.5");
  EXPECT_EQ(find("trips.home").value, "1 min");
  EXPECT_FALSE(find("seats").sourced);
  const Figure power = find("engine.power");
  EXPECT_TRUE(power.sourced);
  EXPECT_EQ(power.value, "300 kW");
  EXPECT_EQ(power.range, "280 kW to 310 kW");
  EXPECT_EQ(power.method, Method::kDatasheet);
  EXPECT_EQ(power.doc, "Peak power");
}

}  // namespace
}  // namespace sextant::io
