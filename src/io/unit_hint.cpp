#include <array>

#include "src/io/nearest_name.h"
#include "src/io/units.h"

namespace sextant::io {
namespace {

struct Hint {
  std::string_view text;
  const char* help;
};
constexpr std::array kHints{Hint{"Kbps", "kb/s (bits) or kB/s (bytes)"},
                            Hint{"Mbps", "Mb/s (bits) or MB/s (bytes)"},
                            Hint{"Gbps", "Gb/s (bits) or GB/s (bytes)"},
                            Hint{"Tbps", "Tb/s (bits) or TB/s (bytes)"},
                            Hint{"MBps", "MB/s"},
                            Hint{"GBps", "GB/s"},
                            Hint{"TBps", "TB/s"},
                            Hint{"TFLOPS", "TFLOP/s for a rate, TFLOP for an amount"},
                            Hint{"PFLOPS", "PFLOP/s for a rate, PFLOP for an amount"},
                            Hint{"FLOPS", "FLOP/s for a rate, FLOP for an amount"},
                            Hint{"KB", "kB (1000 bytes) or KiB (1024 bytes)"},
                            Hint{"K", "k"},
                            Hint{"$", "USD"},
                            Hint{"usd", "USD"},
                            Hint{"sec", "s"},
                            Hint{"secs", "s"},
                            Hint{"second", "s"},
                            Hint{"seconds", "s"},
                            Hint{"mins", "min"},
                            Hint{"minute", "min"},
                            Hint{"minutes", "min"},
                            Hint{"m", "min (minutes), ms (milliseconds) or month"},
                            Hint{"hr", "h"},
                            Hint{"hrs", "h"},
                            Hint{"hour", "h"},
                            Hint{"hours", "h"},
                            Hint{"day", "d"},
                            Hint{"days", "d"},
                            Hint{"weeks", "week"},
                            Hint{"months", "month"},
                            Hint{"years", "year"},
                            Hint{"gCO2e", "g"},
                            Hint{"kgCO2e", "kg"},
                            Hint{"tCO2e", "t"}};

}  // namespace

std::string unit_hint(std::string_view unknown) {
  if (unknown.empty() || unknown.size() > 20) return "";
  for (const Hint& hint : kHints) {
    if (hint.text == unknown) return hint.help;
  }
  const std::vector<std::string> symbols = unit_symbols();
  std::string other_capitals;
  for (const std::string& symbol : symbols) {
    if (edit_distance(symbol, unknown) > 0) continue;
    other_capitals += (other_capitals.empty() ? "" : " or ") + symbol;
  }
  if (!other_capitals.empty()) return other_capitals;
  std::vector<std::string> words = symbols;
  for (const Hint& hint : kHints) words.emplace_back(hint.text);
  std::string nearest = nearest_name(unknown, words).value_or("");
  for (const Hint& hint : kHints) {
    if (hint.text == nearest) return hint.help;
  }
  return nearest;
}

}  // namespace sextant::io
