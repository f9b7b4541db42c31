#include <gtest/gtest.h>

#include "sextant/training/parameters.h"
#include "src/catalog/families.h"

namespace sextant::catalog {
namespace {

TEST(ShippedTransformers, ShapesHaveThePublishedParameters) {
  Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  const std::vector<std::string> names = catalogue.names("transformers");
  ASSERT_FALSE(names.empty());
  for (const std::string& name : names) {
    const auto model = catalogue.load<Transformer>(name);
    ASSERT_TRUE(model.published_parameters.has_value()) << name;
    EXPECT_NEAR(total_parameters(model) / model.published_parameters->value, 1.0, 0.01) << name;
  }
}

}  // namespace
}  // namespace sextant::catalog
