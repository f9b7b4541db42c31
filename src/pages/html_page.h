#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace sextant::pages {

/// What a page shows. The script of the page (reports/src) makes it of this.
struct PageDocument {
  std::string kind;   ///< which page: "plan", "compare", … (reports/src/main.ts)
  std::string title;  ///< the scenario's name
  std::string question;
  nlohmann::ordered_json result;    ///< what --json prints: every figure that the page says
  nlohmann::ordered_json pictures;  ///< what is only drawn: distributions, timelines
};

/// One HTML file that needs nothing else: style, script and document are inside, and its policy
/// forbids the browser to ask for anything. Whatever a name in the document contains, it is text.
std::string html_page(const PageDocument& document);

/// The document as the page's script reads it. The day of making is today's (UTC), or that of
/// SOURCE_DATE_EPOCH.
nlohmann::ordered_json page_json(const PageDocument& document);

/// JSON that may stand inside <script>: "<", ">" and "&" escaped, bytes that are not UTF-8
/// replaced.
std::string script_safe(const nlohmann::ordered_json& document);

/// `value` with six significant digits: more than a picture shows, and less than half as long.
double for_drawing(double value);

}  // namespace sextant::pages
