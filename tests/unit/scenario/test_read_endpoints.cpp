#include "src/scenario/read_endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace sextant::scenario {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string kSource = SEXTANT_SOURCE_DIR;

std::string file_text(const std::string& path) {
  std::ifstream file(kSource + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class EndpointsTest : public testing::Test {
 protected:
  /// The small scenario with one piece of its text replaced.
  EndpointsScenario read_with(const std::string& old_text = "", const std::string& new_text = "") {
    std::string text = file_text("/tests/data/endpoints/small.json");
    const std::size_t at = text.find(old_text);
    EXPECT_NE(at, std::string::npos) << old_text;
    if (at != std::string::npos) text.replace(at, old_text.size(), new_text);
    return read_endpoints_text("small.json", text, catalogue_);
  }
  std::string error_with(const std::string& old_text, const std::string& new_text) {
    try {
      read_with(old_text, new_text);
    } catch (const io::InputError& error) {
      return error.what();
    }
    return "no error";
  }

  catalog::Catalogue catalogue_{kSource + "/tests/data/models"};
};

TEST_F(EndpointsTest, ReadsEverything) {
  const EndpointsScenario scenario = read_with();
  EXPECT_EQ(scenario.name, "small");
  EXPECT_EQ(scenario.load.curve.size(), 2u);
  EXPECT_DOUBLE_EQ(scenario.latency->target.si(), 0.5);
  ASSERT_EQ(scenario.alternatives.size(), 3u);
  const EndpointAlternative& given = scenario.alternatives[0];
  EXPECT_DOUBLE_EQ(given.throughput->value.si(), 40);
  EXPECT_EQ((*given.accelerator)->name, "chip");
  EXPECT_EQ((*scenario.alternatives[1].estimate->model).name, "tiny");
  EXPECT_TRUE(scenario.alternatives[2].bought);
}

TEST_F(EndpointsTest, LoadIsARateOrACurve) {
  EXPECT_THAT(error_with("\"curve\": [", "\"rate\": \"3 /s\", \"curve\": ["),
              AllOf(HasSubstr("/load: found neither or both of \"rate\" and \"curve\""),
                    HasSubstr("small.json:6:")));
  EXPECT_THAT(error_with("\"at\": \"1 h\"", "\"at\": \"25 h\""),
              HasSubstr("expected a time below the period of 2 h"));
  EXPECT_THAT(error_with("\"at\": \"0 h\"", "\"at\": \"1.5 h\""), HasSubstr("times that grow"));
  EXPECT_THAT(error_with("[{\"at\": \"0 h\", \"rate\": \"10 /s\"}, {\"at\": \"1 h\", \"rate\": "
                         "\"90 /s\"}]",
                         "[{\"at\": \"0 h\", \"rate\": \"0 /s\"}]"),
              HasSubstr("found no requests, expected a rate above 0"));
}

TEST_F(EndpointsTest, AnAlternativeIsOneThing) {
  EXPECT_THAT(error_with("\"instance\": \"box\", \"throughput\"", "\"throughput\""),
              HasSubstr("neither or both of \"instance\" and \"bought\""));
  EXPECT_THAT(error_with("\"throughput\": \"40 /s\",", ""),
              AllOf(HasSubstr("neither or both of \"throughput\" and \"estimate\""),
                    HasSubstr("measure the throughput of one instance")));
  EXPECT_THAT(error_with("\"per_million\": \"30 USD\"", ""),
              HasSubstr("neither or both of \"per_million\" and \"per_year\""));
  EXPECT_THAT(error_with("{\"per_million\": \"30 USD\"}",
                         "{\"per_million\": \"30 USD\"}, \"throughput\": \"3 /s\""),
              HasSubstr("of a service that is bought"));
}

TEST_F(EndpointsTest, ServiceTimesFitTheThroughput) {
  EXPECT_THAT(
      error_with("\"single\": \"50 ms\"", "\"single\": \"300 ms\""),
      AllOf(HasSubstr("found 300 ms for one request"), HasSubstr("200 ms of a full batch")));
  EXPECT_THAT(error_with("\"batch\": 8, ", ""), HasSubstr("a batch of one without batches"));
}

TEST_F(EndpointsTest, EstimatesNeedWhatTheyAreMadeOf) {
  EXPECT_THAT(
      error_with("\"calibration\": \"plain\",", ""),
      AllOf(HasSubstr("without the scenario's \"calibration\""), HasSubstr("add \"calibration\"")));
  EXPECT_THAT(error_with("\"output_tokens\": 20", "\"output_tokens\": 20, \"tensor\": 3"),
              HasSubstr("expected a divisor of the 16 heads of tiny"));
  EXPECT_THAT(error_with("\"output_tokens\": 20", "\"output_tokens\": 20, \"tensor\": 8"),
              HasSubstr("divisor of the 4 key and value heads"));
  EXPECT_THAT(error_with("\"output_tokens\": 20", "\"output_tokens\": 20, \"precision\": \"fp32\""),
              HasSubstr("expected bf16, fp16 or fp8"));
}

TEST_F(EndpointsTest, EstimatesAreOfAcceleratorsThatAreOneDevice) {
  const std::string estimated = "\"name\": \"estimated\",";
  const std::string given = "\"instance\": \"box\", \"throughput\"";
  const std::string devices = " \"accelerator\": {\"base\": \"chip\", \"devices\": 2},";
  EXPECT_THAT(error_with(estimated, estimated + devices),
              AllOf(HasSubstr("/alternatives/1/estimate: found an estimate on A chip"),
                    HasSubstr("2 devices each"), HasSubstr("give a measured \"throughput\"")));
  std::string one = devices;
  one.replace(one.find("2}"), 1, "1");
  EXPECT_TRUE(read_with(estimated, estimated + one).alternatives[1].estimate);
  EXPECT_EQ((*read_with(given, "\"instance\": \"box\"," + devices + " \"throughput\"")
                  .alternatives[0]
                  .accelerator)
                ->device_count(),
            2);
}

TEST_F(EndpointsTest, PartitionsAreProfiles) {
  EXPECT_THAT(error_with("\"batch\": 8,", "\"mig\": \"9g.10gb\", \"batch\": 8,"),
              AllOf(HasSubstr("expected a MIG profile of A chip"), HasSubstr("1g.10gb")));
}

TEST_F(EndpointsTest, WhatServesWithoutEndIsNotBookedForDays) {
  EXPECT_THAT(error_with("\"batch\": 8,", "\"purchase\": \"capacity_block\", \"batch\": 8,"),
              HasSubstr("expected on_demand, savings_plan or spot"));
  EXPECT_THAT(error_with("\"batch\": 8,", "\"purchase\": \"spot\", \"batch\": 8,"),
              AllOf(HasSubstr("found box, which list does not sell so in home"),
                    HasSubstr("as its purchase")));
}

TEST_F(EndpointsTest, SimulatesWholePeriods) {
  EXPECT_THAT(error_with("\"duration\": \"2 h\"", "\"duration\": \"3 h\""),
              HasSubstr("/simulation/duration: found 3 h, expected whole periods of 2 h"));
}

TEST_F(EndpointsTest, KnowsItsFormat) {
  EXPECT_THAT(error_with("sextant.endpoints/1", "sextant.scenario/1"),
              HasSubstr("expected \"sextant.endpoints/1\""));
}

TEST(EndpointsFiles, SchemaAndReferenceAreUpToDate) {
  const catalog::Catalogue catalogue(kSource + "/models");
  EXPECT_TRUE(file_text("/scenarios/endpoints.schema.json") == endpoints_schema(catalogue))
      << "run `sextant schema endpoints > scenarios/endpoints.schema.json`";
  EXPECT_TRUE(file_text("/scenarios/ENDPOINTS.md") == endpoints_reference())
      << "run `sextant schema endpoints --reference > scenarios/ENDPOINTS.md`";
}

}  // namespace
}  // namespace sextant::scenario
