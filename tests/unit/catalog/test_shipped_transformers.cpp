#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sextant/training/parameters.h"
#include "src/catalog/families.h"

namespace sextant::catalog {
namespace {

/// The authors of InternLM say 7 billion and nothing finer (the shape has 7.32); those of the six
/// layers name how they are cut, not their width.
bool has_no_published_count(const std::string& name) {
  return name == "internlm-7b" || name == "six-layer";
}

std::vector<Transformer> shipped() {
  Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  std::vector<Transformer> models;
  for (const std::string& name : catalogue.names("transformers")) {
    models.push_back(catalogue.load<Transformer>(name));
  }
  return models;
}

double relative_error(double count, double published) { return std::abs(count / published - 1.0); }

TEST(ShippedTransformers, ShapesHaveThePublishedParameters) {
  ASSERT_GE(shipped().size(), 35U);
  for (const Transformer& model : shipped()) {
    SCOPED_TRACE(model.name);
    EXPECT_NE(model.published_parameters.has_value(), has_no_published_count(model.name));
    if (!model.published_parameters) continue;
    EXPECT_LT(relative_error(total_parameters(model), model.published_parameters->value), 0.01);
  }
}

/// Authors count both embeddings (Mixtral, Qwen) or only the head, since a token is looked up in
/// the other (DeepSeek).
TEST(ShippedTransformers, ExpertsHaveThePublishedActiveParameters) {
  int compared = 0;
  for (const Transformer& model : shipped()) {
    SCOPED_TRACE(model.name);
    if (!model.published_active_parameters) continue;
    ++compared;
    const double published = model.published_active_parameters->value;
    const double active = active_parameters(model);
    EXPECT_LT(std::min(relative_error(active, published),
                       relative_error(active - embedding_parameters(model), published)),
              0.01);
    EXPECT_LT(active, total_parameters(model));
  }
  EXPECT_EQ(compared, 4);
}

}  // namespace
}  // namespace sextant::catalog
