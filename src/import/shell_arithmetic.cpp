#include "src/import/shell_arithmetic.h"

#include <charconv>

namespace sextant::importer {
namespace {

using Value = std::optional<std::int64_t>;
using ValueOf = std::function<std::optional<std::string>(const std::string&)>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_character(char c) {
  return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

Value whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Value apply(char operation, Value a, Value b) {
  std::int64_t result = 0;
  if (!a || !b) return std::nullopt;
  switch (operation) {
    case '+':
      return __builtin_add_overflow(*a, *b, &result) ? std::nullopt : Value(result);
    case '-':
      return __builtin_sub_overflow(*a, *b, &result) ? std::nullopt : Value(result);
    case '*':
      return __builtin_mul_overflow(*a, *b, &result) ? std::nullopt : Value(result);
    default:
      // Quotients of negative numbers are of no use here, and one of them overflows.
      if (*b <= 0 || *a < 0) return std::nullopt;
      return operation == '/' ? *a / *b : *a % *b;
  }
}

class Expression {
 public:
  Expression(std::string_view text, const ValueOf& value_of) : text_(text), value_of_(value_of) {}

  Value read() {
    const Value value = sum(0);
    skip_blanks();
    return at_ == text_.size() ? value : std::nullopt;
  }

 private:
  static constexpr int kDeepest = 100;

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  bool take(char c) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Value sum(int depth) {
    Value value = product(depth);
    for (;;) {
      if (take('+')) {
        value = apply('+', value, product(depth));
      } else if (take('-')) {
        value = apply('-', value, product(depth));
      } else {
        return value;
      }
    }
  }

  Value product(int depth) {
    Value value = term(depth);
    for (;;) {
      if (take('*')) {
        value = apply('*', value, term(depth));
      } else if (take('/')) {
        value = apply('/', value, term(depth));
      } else if (take('%')) {
        value = apply('%', value, term(depth));
      } else {
        return value;
      }
    }
  }

  Value term(int depth) {
    if (depth > kDeepest) return std::nullopt;
    if (take('-')) return apply('-', 0, term(depth + 1));
    if (take('(')) {
      const Value value = sum(depth + 1);
      return take(')') ? value : std::nullopt;
    }
    if (take('$')) {
      const bool braces = take('{');
      const Value value = variable();
      return !braces || take('}') ? value : std::nullopt;
    }
    skip_blanks();
    if (at_ < text_.size() && is_digit(text_[at_])) return whole_number(word());
    return variable();
  }

  Value variable() {
    const std::string_view name = word();
    if (name.empty()) return std::nullopt;
    const std::optional<std::string> value = value_of_(std::string(name));
    return value ? whole_number(*value) : std::nullopt;
  }

  std::string_view word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  std::string_view text_;
  const ValueOf& value_of_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<std::int64_t> shell_arithmetic(std::string_view expression, const ValueOf& value_of) {
  return Expression(expression, value_of).read();
}

}  // namespace sextant::importer
