#include "src/report/health_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "calibrate/health/checked_log.h"
#include "src/report/human.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

std::string headline(const health::HealthReport& report, const TextStyle& style) {
  const auto advice = std::count_if(
      report.findings.begin(), report.findings.end(),
      [](const health::Finding& finding) { return finding.concern == Concern::kAdvice; });
  const auto ill = static_cast<std::ptrdiff_t>(report.findings.size()) - advice;
  if (ill > 0) {
    return style.bold(fmt::format("{} finding{}, look first at: {}", ill, ill == 1 ? "" : "s",
                                  report.findings.front().title)) +
           "\n";
  }
  const std::string words = report.compared.empty() && !report.unchecked.empty()
                                ? "nothing wrong found, but not everything could be checked"
                                : "healthy";
  const std::string with =
      advice > 0 ? fmt::format(", with {} piece{} of advice", advice, advice == 1 ? "" : "s") : "";
  return style.bold(words + with) + "\n";
}

std::string place_of(const health::Finding& finding) {
  if (finding.file.empty()) return "";
  return finding.line > 0 ? fmt::format(" ({}:{})", finding.file, finding.line)
                          : fmt::format(" ({})", finding.file);
}

/// "  seen    words", further lines below the words.
std::string labelled(std::string_view label, std::string_view words) {
  constexpr int kIndent = 10;
  std::string lines = wrapped(words, kIndent);
  return fmt::format("   {:<7}", label) + lines.substr(kIndent);
}

std::string finding_text(const health::Finding& finding, std::size_t number,
                         const TextStyle& style) {
  const std::string concern(enum_name(finding.concern));
  const std::string shown =
      finding.concern == Concern::kAdvice ? style.dim(concern) : style.warning(concern);
  return fmt::format("\n{}. {}: {}\n", number, shown, style.bold(finding.title)) +
         labelled("seen", finding.seen + place_of(finding)) +
         labelled("normal", fmt::format("{} [{}]", finding.normal, finding.source)) +
         labelled("do", finding.remedy);
}

std::string compared_text(const health::HealthReport& report) {
  if (report.compared.empty()) return "";
  using Align = TextTable::Align;
  TextTable table({Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight,
                   Align::kRight, Align::kLeft});
  table.row({"compared", "nodes", "size", "busbw GB/s", "normal", "least", "log"});
  for (const health::Compared& one : report.compared) {
    const auto number = [](double bytes_per_second) {
      return fmt::format("{:.1f}", bytes_per_second / 1e9);
    };
    table.row({one.operation, fmt::format("{}", one.nodes), health::size_text(one.bytes),
               number(one.bus_bandwidth), number(one.normal), number(one.least), one.file});
  }
  return "\n" + table.render();
}

std::string norms_text(const health::HealthReport& report) {
  std::string text;
  if (!report.instances.empty()) {
    text = fmt::format("Norms of {}. ", fmt::join(report.instances, ", "));
  }
  if (!report.guesses.empty()) {
    text += fmt::format("Taken for {} by accelerator and network; --instance NAME checks more. ",
                        fmt::join(report.guesses, " or "));
  }
  if (text.empty()) {
    text =
        "The instance is not known: what holds for every cluster was checked; --instance NAME "
        "checks more.";
  }
  return "\n" + wrapped(text, 0);
}

}  // namespace

std::string health_text(const health::HealthReport& report, const TextStyle& style) {
  std::string text = headline(report, style);
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    text += finding_text(report.findings[i], i + 1, style);
  }
  text += compared_text(report) + norms_text(report);
  for (const health::Unchecked& one : report.unchecked) {
    text += wrapped(fmt::format("Not checked: {}. To check: {}.", one.what, one.remedy), 0);
  }
  return text;
}

}  // namespace sextant::report
