#include "src/report/interrupted.h"

#include <fmt/format.h>

#include "src/report/human.h"

namespace sextant::report {

std::string interrupted_text(std::int64_t done, std::optional<std::int64_t> of, TextStyle style,
                             const std::string& what) {
  if (!of) return "";
  return wrapped(style.warning("interrupted") +
                 fmt::format(" after {} of {} {}: this stands on those alone", grouped(done),
                             grouped(*of), what));
}

void add_interrupted(std::int64_t done, std::optional<std::int64_t> of,
                     nlohmann::ordered_json& document, const std::string& what) {
  if (of) document["interrupted"] = {{what, done}, {"of", *of}};
}

}  // namespace sextant::report
