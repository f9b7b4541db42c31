// Quantities: what parses is written so that it parses to the same number. The first byte chooses
// the dimension.
#include <cmath>
#include <cstdint>
#include <string_view>

#include "sextant/kernel/assert.h"
#include "src/io/quantity_text.h"
#include "src/io/units.h"

namespace sextant::io {
namespace {

void read(std::size_t choice, std::string_view text) {
  const auto dimensions = named_dimensions();
  const Dimension& dimension = dimensions[choice % dimensions.size()].dimension;
  const ParsedNumber parsed = parse_quantity(text, dimension);
  SEXTANT_ASSERT(parsed.value.has_value() == parsed.fault.empty(), "a fault or a value");
  if (parsed.value) {
    SEXTANT_ASSERT(std::isfinite(*parsed.value), "{}", *parsed.value);
    const std::string written = format_quantity(*parsed.value, dimension);
    const ParsedNumber again = parse_quantity(written, dimension);
    SEXTANT_ASSERT(again.value == parsed.value, "{} became {}", *parsed.value, written);
  }
  const ParsedNumber count = parse_count(text);
  SEXTANT_ASSERT(count.value.has_value() == count.fault.empty(), "a fault or a value");
}

}  // namespace
}  // namespace sextant::io

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  sextant::io::read(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
