// Quantities of Kubernetes are exact: whatever their suffix, they are their number times its power,
// and a fraction is rounded up.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "src/import/kubernetes_values.h"

namespace sextant::importer {
namespace {

std::int64_t any_number() {
  return *rc::gen::resize(1000, rc::gen::inRange<std::int64_t>(0, 1'000'000'000));
}

RC_GTEST_PROP(Quantities, AreTheirNumberTimesThePowerOfTheirSuffix, ()) {
  const std::int64_t number = any_number();
  RC_ASSERT(parse_kubernetes_quantity(fmt::format("{}", number), 0) == number);
  RC_ASSERT(parse_kubernetes_quantity(fmt::format("{}k", number), 0) == number * 1000);
  RC_ASSERT(parse_kubernetes_quantity(fmt::format("{}G", number), 0) == number * 1'000'000'000);
  RC_ASSERT(parse_kubernetes_quantity(fmt::format("{}Mi", number), 0) == number << 20);
  RC_ASSERT(parse_kubernetes_quantity(fmt::format("{}e3", number), 0) == number * 1000);
}

RC_GTEST_PROP(Quantities, KeepThousandthsAndRoundUpWhatIsLess, ()) {
  const std::int64_t number = any_number();
  RC_ASSERT(parse_kubernetes_quantity(fmt::format("{}m", number), 3) == number);
  RC_ASSERT(parse_kubernetes_quantity(fmt::format("{}m", number), 0) == (number + 999) / 1000);
  RC_ASSERT(parse_kubernetes_quantity(fmt::format("{}u", number), 3) == (number + 999) / 1000);
}

RC_GTEST_PROP(Quantities, DoNotDependOnHowTheyAreWritten, ()) {
  const std::int64_t number = any_number();
  const std::string point = fmt::format("{}.{:03}", number / 1000, number % 1000);
  const auto thousandths = parse_kubernetes_quantity(fmt::format("{}m", number), 3);
  RC_ASSERT(parse_kubernetes_quantity(point, 3) == thousandths);
  RC_ASSERT(parse_kubernetes_quantity(point + "00", 3) == thousandths);
  RC_ASSERT(parse_kubernetes_quantity("000" + point, 3) == thousandths);
  RC_ASSERT(parse_kubernetes_quantity(fmt::format("{}e-3", number), 3) == thousandths);
}

RC_GTEST_PROP(Durations, AreTheSumOfTheirParts, ()) {
  const auto hours = *rc::gen::inRange(0, 1000), minutes = *rc::gen::inRange(0, 1000),
             seconds = *rc::gen::inRange(0, 1000);
  const auto read = parse_go_duration(fmt::format("{}h{}m{}s", hours, minutes, seconds));
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->si() == 3600.0 * hours + 60.0 * minutes + seconds);
}

}  // namespace
}  // namespace sextant::importer
