#include "src/validate/release_date.h"

#include <gtest/gtest.h>

namespace sextant::validate {
namespace {

TEST(ReleaseDate, IsReadFromDatesContainersAndNeuronVersions) {
  EXPECT_NEAR(*release_date("2023-05 table (llm-foundry 300cc5c58, torch 1.13.1_cu117)"), 2023.333,
              1e-3);
  EXPECT_NEAR(*release_date("nemo:24.09 (dgxc 24.11.1)"), 2024.667, 1e-3);
  EXPECT_NEAR(*release_date("NeMo 1.17.0, TE 0.8, pytorch:23.04"), 2023.25, 1e-3);
  EXPECT_NEAR(*release_date("nemo:dev sha256:9c876dce (dgxc 24.11.1)"), 2024.833, 1e-3);
  EXPECT_NEAR(*release_date("Neuron 2.14.0"), 2023.962, 1e-3);
  EXPECT_NEAR(*release_date("Neuron SDK 2.19 or later"), 2024.727, 1e-3);
}

TEST(ReleaseDate, IsAbsentWhereNothingIsADate) {
  EXPECT_FALSE(release_date(""));
  EXPECT_FALSE(release_date("Megatron-Bridge 0.4.2 / Megatron-Core 0.16"));
  EXPECT_FALSE(release_date("2023-13"));
  EXPECT_FALSE(release_date("torch 1.13.1"));
}

}  // namespace
}  // namespace sextant::validate
