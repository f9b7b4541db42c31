#include "src/cli/nearest_model.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <vector>

#include "src/catalog/families.h"
#include "src/io/nearest_name.h"

namespace sextant::cli {
namespace {

/// Whose it is and what it was tuned for.
constexpr std::array kWithoutShape{"meta", "huggingface", "textgeneration", "llm",
                                   "hf",   "instruct",    "chat",           "base",
                                   "it",   "text",        "generation"};

/// "Meta-Llama-3-70B-Instruct" as "llama370b"; dots stay, for 3.1 is not 31.
std::string plain(const std::string& name) {
  const std::string_view all = name;
  std::string_view rest = all.substr(all.rfind('/') + 1);
  rest = rest.substr(0, rest.find(" ("));
  std::string joined, word;
  const auto end_word = [&] {
    const bool drop =
        std::find(kWithoutShape.begin(), kWithoutShape.end(), word) != kWithoutShape.end();
    if (!drop) joined += word;
    word.clear();
  };
  for (const char c : rest) {
    if (c == '-' || c == '_' || c == ' ') {
      end_word();
    } else {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  end_word();
  return joined;
}

/// "70b" of "llama370b" cannot be told from its joined name: the last word of digits that ends in b
/// or m, of the name as it was.
std::string size_of(const std::string& name) {
  std::string size, word;
  for (const char c : name + "-") {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isalnum(letter) != 0 || c == '.') {
      word += static_cast<char>(std::tolower(letter));
      continue;
    }
    const bool number = !word.empty() && std::isdigit(static_cast<unsigned char>(word[0])) != 0;
    if (number && (word.back() == 'b' || word.back() == 'm')) size = word;
    word.clear();
  }
  return size;
}

std::string letters_of(const std::string& joined) {
  const auto end = std::find_if(joined.begin(), joined.end(), [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) == 0;
  });
  return {joined.begin(), end};
}

}  // namespace

std::optional<NearestModel> nearest_model(const std::string& name, catalog::Catalogue& catalogue) {
  constexpr std::size_t kLongest = 200;
  if (name.size() > kLongest) return std::nullopt;
  const std::string asked = plain(name), size = size_of(name), family = letters_of(asked);
  const std::vector<std::string> names = catalogue.names("transformers");
  std::vector<std::string> alike;
  for (const std::string& each : names) {
    if (plain(each) == asked) return NearestModel{each, true};
    const bool same_kind = letters_of(plain(each)) == family && size_of(each) == size;
    if (same_kind && !family.empty() && !size.empty()) alike.push_back(each);
  }
  for (const std::string& each : names) {
    if (plain(catalogue.load<Transformer>(each).title) == asked) return NearestModel{each, true};
  }
  if (alike.empty()) return std::nullopt;
  const auto nearest =
      std::min_element(alike.begin(), alike.end(), [&](const std::string& a, const std::string& b) {
        return io::edit_distance(plain(a), asked) < io::edit_distance(plain(b), asked);
      });
  return NearestModel{*nearest, false};
}

}  // namespace sextant::cli
