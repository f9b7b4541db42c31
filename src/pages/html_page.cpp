#include "src/pages/html_page.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "src/pages/bundle.h"

namespace sextant::pages {
namespace {

/// In seconds since 1970. @source reproducible-builds.org/specs/source-date-epoch
std::time_t time_of_making() {
  if (const char* given = std::getenv("SOURCE_DATE_EPOCH")) {
    const std::string_view text = given;
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && end == text.data() + text.size()) return seconds;
  }
  return std::time(nullptr);
}

std::string escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '&':
        result += "&amp;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace

double for_drawing(double value) {
  if (value == 0.0 || !std::isfinite(value)) return value;
  const double unit = std::pow(10.0, 5.0 - std::floor(std::log10(std::abs(value))));
  return std::isfinite(unit) ? std::round(value * unit) / unit : value;
}

std::string script_safe(const nlohmann::ordered_json& document) {
  const std::string text =
      document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  std::string result;
  result.reserve(text.size() + text.size() / 64);
  for (const char c : text) {
    switch (c) {
      case '<':
        result += "\\u003c";
        break;
      case '>':
        result += "\\u003e";
        break;
      case '&':
        result += "\\u0026";
        break;
      default:
        result += c;
    }
  }
  return result;
}

nlohmann::ordered_json page_json(const PageDocument& document) {
  return {{"kind", document.kind},
          {"title", document.title},
          {"question", document.question},
          {"made", fmt::format("{:%Y-%m-%d}", fmt::gmtime(time_of_making()))},
          {"result", document.result},
          {"pictures", document.pictures}};
}

std::string html_page(const PageDocument& document) {
  return fmt::format(
      "<!doctype html>\n"
      "<html lang=\"en\">\n"
      "<head>\n"
      "<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; "
      "base-uri 'none'; form-action 'none'\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n"
      "<title>{}</title>\n"
      "<style>{}</style>\n"
      "</head>\n"
      "<body>\n"
      "<div id=\"report\"><noscript>This page draws itself with JavaScript, which is switched off "
      "here. The same figures are printed by sextant {} without --html.</noscript></div>\n"
      "<script type=\"application/json\" id=\"document\">{}</script>\n"
      "<script>{}</script>\n"
      "</body>\n"
      "</html>\n",
      escaped(document.title), style(), document.kind, script_safe(page_json(document)), script());
}

}  // namespace sextant::pages
