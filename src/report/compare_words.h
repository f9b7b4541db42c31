#pragma once

#include <string>
#include <vector>

#include "src/compare/compare.h"

namespace sextant::report {

/// What the rented nodes need of an account's quotas: "3,072 vCPUs", "18 instances in training
/// plans". Empty where the instance's host is not known.
std::string quota_words(const scenario::Scenario& scenario);

/// A driver for people: "data parallel", "price of a node hour".
std::string driver_words(const compare::Driver& driver);

/// Two or three sentences: how much longer the run takes and how much more it costs than the
/// baseline, each with what drives it most, and how the power of a node compares.
std::string difference_sentences(const compare::Comparison& comparison,
                                 const compare::RunDifference& difference);

}  // namespace sextant::report
