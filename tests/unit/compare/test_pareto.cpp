#include "src/compare/pareto.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant::compare {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Pareto, FasterCheaperAndMoreFrugalDominates) {
  EXPECT_THAT(dominators({Objectives{1, 10, 5}, Objectives{2, 11, 5}, Objectives{3, 9, 5}}),
              ElementsAre(IsEmpty(), ElementsAre(0), IsEmpty()));
}

TEST(Pareto, EqualsDoNotDominate) {
  EXPECT_THAT(dominators({Objectives{1, 1, 1}, Objectives{1, 1, 1}}),
              ElementsAre(IsEmpty(), IsEmpty()));
}

TEST(Pareto, OnlyMembersOfTheSetAreNamed) {
  EXPECT_THAT(dominators({Objectives{3, 3, 3}, Objectives{2, 2, 2}, Objectives{1, 1, 1}}),
              ElementsAre(ElementsAre(2), ElementsAre(2), IsEmpty()));
}

TEST(Pareto, WhatOneDoesNotHaveCountsForNone) {
  EXPECT_THAT(dominators({Objectives{1, 10, {}}, Objectives{2, 10, 1}}),
              ElementsAre(IsEmpty(), ElementsAre(0)));
}

TEST(Pareto, AbsentRunsTakeNoPart) {
  EXPECT_THAT(dominators({std::nullopt, Objectives{2, 1, 1}}), ElementsAre(IsEmpty(), IsEmpty()));
}

}  // namespace
}  // namespace sextant::compare
