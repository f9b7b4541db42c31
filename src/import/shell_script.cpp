#include "src/import/shell_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "src/import/shell_arithmetic.h"
#include "src/import/shell_characters.h"
#include "src/import/trace_text.h"
#include "src/io/printable.h"

namespace sextant::importer {
namespace {

using Kind = ShellCharacter::Kind;

bool is_name_start(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name_character(char c) { return is_name_start(c) || (c >= '0' && c <= '9'); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool is_space(char c) { return is_blank(c) || c == '\n'; }
bool ends_word(char c) {
  return is_space(c) || c == ';' || c == '&' || c == '|' || c == '(' || c == ')' || c == '<' ||
         c == '>';
}

struct Variable {
  std::vector<ShellText> elements;
  bool array = false;
  bool used = false;
  bool given = false;  ///< from outside: written where it is used
};

/// A text that is read from left to right.
struct Source {
  const ShellText& text;
  std::size_t at = 0;

  bool ended() const { return at >= text.size(); }
  /// The character `ahead`; '\0' behind the end, and for what is no plain character.
  char peek(std::size_t ahead = 0) const {
    const std::size_t i = at + ahead;
    return i < text.size() && text[i].kind == Kind::kPlain ? text[i].value : '\0';
  }
  std::uint32_t place() const { return text.empty() ? 0 : text[std::min(at, text.size() - 1)].at; }
};

class Reader {
 public:
  Reader(const io::Document& document, io::Diagnostics& diagnostics)
      : document_(document), diagnostics_(diagnostics) {}

  ShellScript read(const ShellVariables& variables) {
    for (const auto& [name, value] : variables) {
      ShellText text;
      for (const char c : value) text.push_back({c, Kind::kPlain, false, 0});
      variables_[name] = {{std::move(text)}, false, false, true};
    }
    ShellText text;
    text.reserve(document_.text.size());
    for (std::size_t i = 0; i < document_.text.size(); ++i) {
      text.push_back({document_.text[i], Kind::kPlain, false, static_cast<std::uint32_t>(i)});
    }
    read_commands(text, false, 0);
    for (const auto& [name, variable] : variables_) {
      if (!variable.array) continue;
      ShellArray& array = script_.arrays.emplace_back(ShellArray{{}, variable.used});
      for (const ShellText& element : variable.elements) array.words.push_back(word(element, 0));
    }
    return std::move(script_);
  }

 private:
  static constexpr int kDeepestScript = 4;      ///< bash -c within bash -c
  static constexpr int kDeepestExpansion = 40;  ///< ${A:-${B:-…}}

  // -- commands ----------------------------------------------------------------------------------

  struct Scope {
    int conditions = 0;    ///< if, loops and cases around this command
    bool guarded = false;  ///< behind && or ||
    bool outer = false;
    bool conditional() const { return outer || guarded || conditions > 0; }
  };

  void read_commands(const ShellText& text, bool conditional, int depth) {
    Source source{text};
    Scope scope;
    scope.outer = conditional;
    while (!source.ended() && !stopped_) {
      const char c = source.peek();
      if (c == '#') {
        skip_line(source);
      } else if ((c == '&' || c == '|') && source.peek(1) == c) {
        source.at += 2;
        scope.guarded = true;
      } else if (c == '\\' && source.peek(1) == '\n') {
        source.at += 2;
      } else if (is_space(c) || c == ';' || c == '&' || c == '|' || c == '(' || c == ')') {
        if (c == '\n') skip_here_documents(source);
        if (c == '\n' || c == ';') scope.guarded = false;
        if (c != '\n' || !source.ended()) ++source.at;
      } else {
        read_command(source, scope, depth);
      }
    }
  }

  void read_command(Source& source, Scope& scope, int depth) {
    std::vector<ShellText> words;
    bool assignments = true;  // may still come
    while (skip_blanks(source), !at_end_of_command(source) && !stopped_) {
      if (source.peek() == '<' || source.peek() == '>') {
        skip_redirection(source, words);
        continue;
      }
      if (assignments && read_assignment(source, scope.conditional())) continue;
      const std::size_t begin = source.at;
      for (ShellText& each : split(expand_word(source, 0))) words.push_back(std::move(each));
      if (source.at == begin) ++source.at;  // cannot be a word: go on behind it
      if (assignments && words.size() == 1 && is_keyword(words, source, scope)) continue;
      assignments = assignments && words.size() == 1 && declares(plain_text(words.front()));
    }
    if (words.empty()) return;
    const std::uint32_t fallback = source.place();
    ShellWords command;
    for (const ShellText& each : words) command.push_back(word(each, fallback));
    script_.commands.push_back(std::move(command));
    for (std::size_t i = 1; i + 1 < words.size() && depth < kDeepestScript; ++i) {
      if (!starts_shell(words[i - 1], words[i])) continue;
      ShellText inner = words[i + 1];
      for (ShellCharacter& c : inner) c.quoted = false;  // the quotes were the outer shell's
      read_commands(inner, scope.conditional(), depth + 1);
    }
  }

  static bool starts_shell(const ShellText& program, const ShellText& option) {
    const std::string name = plain_text(program), letters = plain_text(option);
    return (name == "sh" || name.ends_with("bash") || name.ends_with("/sh")) &&
           letters.starts_with("-") && !letters.starts_with("--") && letters.ends_with("c");
  }

  static bool declares(const std::string& name) {
    static const std::set<std::string> kNames = {
        "export", "declare", "local", "readonly", "typeset", "env", "-a", "-x", "-r", "-ax"};
    return kNames.contains(name);
  }

  /// Takes a word of the language away; false if it is none.
  bool is_keyword(std::vector<ShellText>& words, Source& source, Scope& scope) {
    static const std::set<std::string> kPlain = {"then", "do", "else", "elif",    "{",
                                                 "}",    "!",  "time", "function"};
    const std::string name = plain_text(words.front());
    if (name == "if" || name == "while" || name == "until") {
      ++scope.conditions;
    } else if (name == "for" || name == "select" || name == "case") {
      ++scope.conditions;
      skip_blanks(source);
      if (name != "case") set_loop_variable(source);
      while (!source.ended() && source.peek() != ';' && source.peek() != '\n') ++source.at;
    } else if (name == "fi" || name == "done" || name == "esac") {
      scope.conditions = std::max(0, scope.conditions - 1);
    } else if (!kPlain.contains(name)) {
      return false;
    }
    words.clear();
    return true;
  }

  void set_loop_variable(Source& source) {
    const std::uint32_t at = source.place();
    std::string name;
    while (is_name_character(source.peek())) name += source.peek(), ++source.at;
    if (name.empty()) return;
    names_[at] = "$" + name + ", which a loop changes";
    variables_[name] = {{{{0, Kind::kUnknown, false, at}}}};
  }

  static bool at_end_of_command(const Source& source) {
    const char c = source.peek();
    return source.ended() || c == '\n' || c == ';' || c == '&' || c == '|' || c == '(' ||
           c == ')' || c == '#';
  }

  static void skip_blanks(Source& source) {
    for (;;) {
      if (!source.ended() && is_blank(source.peek())) {
        ++source.at;
      } else if (source.peek() == '\\' && source.peek(1) == '\n') {
        source.at += 2;
      } else if (source.peek() == '\\' && source.peek(1) == '\r' && source.peek(2) == '\n') {
        source.at += 3;
      } else {
        return;
      }
    }
  }

  static void skip_line(Source& source) {
    while (!source.ended() && source.peek() != '\n') ++source.at;
  }

  /// ">file", "2>&1", "<<EOF": neither they nor their files are arguments.
  void skip_redirection(Source& source, std::vector<ShellText>& words) {
    const bool here = source.peek() == '<' && source.peek(1) == '<' && source.peek(2) != '<';
    const auto is_number = [](const ShellText& text) {
      return text.size() == 1 && text.front().value >= '0' && text.front().value <= '9';
    };
    const bool touches = source.at > 0 && !is_space(source.text[source.at - 1].value);
    if (touches && !words.empty() && is_number(words.back())) words.pop_back();
    while (source.peek() == '<' || source.peek() == '>' || source.peek() == '&') ++source.at;
    if (here && source.peek() == '-') ++source.at;
    skip_blanks(source);
    const std::string target = plain_text(expand_word(source, 0));
    if (here && !target.empty()) here_documents_.push_back(target);
  }

  /// At the end of a line: what follows is the body of a "<<EOF" of that line.
  void skip_here_documents(Source& source) {
    for (const std::string& end : here_documents_) {
      while (!source.ended()) {
        ++source.at;  // the line break
        std::string line;
        while (!source.ended() && source.peek() != '\n') line += source.peek(), ++source.at;
        if (trimmed(line) == end) break;
      }
    }
    here_documents_.clear();
  }

  // -- assignments -------------------------------------------------------------------------------

  bool read_assignment(Source& source, bool conditional) {
    std::size_t length = 0;
    if (!is_name_start(source.peek())) return false;
    while (is_name_character(source.peek(length))) ++length;
    const bool append = source.peek(length) == '+' && source.peek(length + 1) == '=';
    if (!append && source.peek(length) != '=') return false;
    std::string name;
    for (std::size_t i = 0; i < length; ++i) name += source.peek(i);
    const std::uint32_t at = source.place();
    source.at += length + (append ? 2 : 1);
    Variable value;
    value.array = source.peek() == '(';
    if (value.array) {
      value.elements = read_array(source);
    } else {
      value.elements = {joined(expand_word(source, 0))};
    }
    assign(name, std::move(value), append, conditional, at);
    return true;
  }

  std::vector<ShellText> read_array(Source& source) {
    const std::uint32_t open = source.place();
    ++source.at;
    std::vector<ShellText> elements;
    while (!source.ended() && !stopped_) {
      skip_blanks(source);
      if (source.peek() == '#') skip_line(source);
      if (source.peek() == ')') return ++source.at, elements;
      const std::size_t begin = source.at;
      for (ShellText& each : split(expand_word(source, 0))) elements.push_back(std::move(each));
      if (source.at == begin) ++source.at;  // a line break, or what does not belong here
    }
    if (!stopped_) never_closed(open, "(", ")");
    return elements;
  }

  void assign(const std::string& name, Variable value, bool append, bool conditional,
              std::uint32_t at) {
    const auto found = variables_.find(name);
    const bool exists = found != variables_.end();
    if (append && conditional) return leave_out(value.elements);
    if (append && exists) return add_to(found->second, std::move(value));
    if (conditional && exists && !found->second.given) {
      const std::vector<ShellText>& old = found->second.elements;
      if (plain_text(joined(old)) == plain_text(joined(value.elements))) return;
      if (const auto rest = added(old, value.elements)) return leave_out(*rest);
      names_[at] = "$" + name + ", which differs by condition";
      value = {{{{0, Kind::kUnknown, false, at}}}};
    }
    value.used = exists && found->second.used;
    variables_[name] = std::move(value);
  }

  static void add_to(Variable& variable, Variable value) {
    if (value.array) {
      variable.array = true;
      for (ShellText& each : value.elements) variable.elements.push_back(std::move(each));
      return;
    }
    if (variable.elements.empty()) variable.elements.emplace_back();
    ShellText& text = variable.elements.front();
    text.insert(text.end(), value.elements.front().begin(), value.elements.front().end());
  }

  /// What is behind the old value in the new one: of ARGS="$ARGS --swiglu".
  static std::optional<std::vector<ShellText>> added(const std::vector<ShellText>& old,
                                                     const std::vector<ShellText>& value) {
    const ShellText before = joined(old), after = joined(value);
    const auto same = [](const ShellCharacter& a, const ShellCharacter& b) {
      return a.value == b.value && a.kind == b.kind;
    };
    if (before.empty() || before.size() >= after.size() ||
        !std::equal(before.begin(), before.end(), after.begin(), same)) {
      return std::nullopt;
    }
    const auto rest = after.begin() + static_cast<std::ptrdiff_t>(before.size());
    return std::vector<ShellText>{ShellText(rest, after.end())};
  }

  void leave_out(const std::vector<ShellText>& elements) {
    for (ShellText text : elements) {
      for (ShellCharacter& c : text) c.quoted = false;
      for (const ShellText& each : split(text)) script_.left_out.push_back(word(each, 0));
    }
  }

  // -- expansion ---------------------------------------------------------------------------------

  void push(ShellText& out, ShellCharacter c) {
    if (++expanded_ <= kMostShellText * 4) return out.push_back(c);
    if (!stopped_) {
      diagnostics_
          .error(place(c.at, c.at + 1),
                 fmt::format("the script expands to more than {} characters", kMostShellText * 4))
          .help = "import the launch alone, without what builds it";
    }
    stopped_ = true;
  }
  void push_unknown(ShellText& out, std::uint32_t at, bool quoted, std::string name) {
    names_.try_emplace(at, std::move(name));
    push(out, {0, Kind::kUnknown, quoted, at});
  }

  /// Reads a word up to the blank or the operator that ends it. Breaks are where an array's
  /// elements meet.
  ShellText expand_word(Source& source, int depth) {
    ShellText out;
    while (!source.ended() && !stopped_) {
      const char c = source.peek();
      if (source.text[source.at].kind != Kind::kPlain) {
        push(out, source.text[source.at++]);
      } else if (source.text[source.at].quoted) {
        push(out, source.text[source.at++]);
      } else if (ends_word(c)) {
        break;
      } else {
        expand_character(source, out, false, depth);
      }
    }
    return out;
  }

  /// One character, quotation or expansion.
  void expand_character(Source& source, ShellText& out, bool quoted, int depth) {
    const char c = source.peek();
    if (c == '$') return expand_dollar(source, out, quoted, depth);
    if (c == '`') return skip_backticks(source, out, quoted);
    if (c == '\\') return expand_escape(source, out, quoted);
    if (c == '"' && !quoted) return expand_quotation(source, out, depth);
    if (c == '\'' && !quoted) return copy_quotation(source, out);
    push(out, {c, Kind::kPlain, quoted, source.text[source.at].at});
    ++source.at;
  }

  void expand_escape(Source& source, ShellText& out, bool quoted) {
    const char next = source.peek(1);
    if (next == '\n') return void(source.at += 2);
    const bool escapes = !quoted || next == '$' || next == '`' || next == '"' || next == '\\';
    if (!escapes || source.at + 1 >= source.text.size()) {
      push(out, {'\\', Kind::kPlain, quoted, source.place()});
      return void(++source.at);
    }
    push(out, {next, Kind::kPlain, true, source.text[source.at + 1].at});
    source.at += 2;
  }

  void expand_quotation(Source& source, ShellText& out, int depth) {
    const std::uint32_t open = source.place();
    const std::size_t before = out.size();
    ++source.at;
    while (!source.ended() && !stopped_) {
      if (source.peek() == '"' && source.text[source.at].kind == Kind::kPlain) {
        ++source.at;
        if (out.size() == before) push(out, {0, Kind::kBreak, true, open});  // "": an empty word
        return;
      }
      if (source.text[source.at].kind != Kind::kPlain) {
        push(out, source.text[source.at++]);
      } else {
        expand_character(source, out, true, depth);
      }
    }
    if (!stopped_) never_closed(open, "\"", "\"");
  }

  void copy_quotation(Source& source, ShellText& out) {
    const std::uint32_t open = source.place();
    ++source.at;
    while (!source.ended() && !stopped_) {
      if (source.peek() == '\'') return void(++source.at);
      ShellCharacter c = source.text[source.at++];
      c.quoted = true;
      push(out, c);
    }
    if (!stopped_) never_closed(open, "'", "'");
  }

  void skip_backticks(Source& source, ShellText& out, bool quoted) {
    const std::uint32_t open = source.place();
    ++source.at;
    std::string command;
    while (!source.ended() && source.peek() != '`') command += source.peek(), ++source.at;
    if (source.ended()) return never_closed(open, "`", "`");
    ++source.at;
    push_unknown(out, open, quoted, "`" + command + "`");
  }

  void expand_dollar(Source& source, ShellText& out, bool quoted, int depth) {
    const std::uint32_t at = source.place();
    const char next = source.peek(1);
    if (next == '(') return expand_parentheses(source, out, quoted);
    if (next == '{') return expand_braces(source, out, quoted, depth);
    if (is_name_start(next)) {
      std::string name;
      for (++source.at; is_name_character(source.peek()); ++source.at) name += source.peek();
      return expand_variable(name, "", at, out, quoted);
    }
    ++source.at;
    if (next == '\'' && !quoted) return;  // $'…'
    if ((next >= '0' && next <= '9') ||
        (next != '\0' && std::string_view("@*#?!$-").find(next) != std::string_view::npos)) {
      ++source.at;
      return push_unknown(out, at, quoted, std::string("$") + next);
    }
    push(out, {'$', Kind::kPlain, quoted, at});
  }

  /// From an opening bracket to behind its closing one; what is between them.
  ShellText bracketed(Source& source, char open, char close) {
    const std::uint32_t at = source.place();
    ShellText inner;
    int depth = 0;
    char quote = '\0';
    while (!source.ended()) {
      const ShellCharacter c = source.text[source.at++];
      const char value = c.kind == Kind::kPlain ? c.value : '\0';
      if (quote != '\0') {
        if (value == quote) quote = '\0';
      } else if (value == '\'' || value == '"') {
        quote = value;
      } else if (value == open) {
        if (depth++ == 0) continue;
      } else if (value == close) {
        if (--depth == 0) return inner;
      }
      inner.push_back(c);
    }
    never_closed(at, std::string(1, open), std::string(1, close));
    return inner;
  }

  void expand_parentheses(Source& source, ShellText& out, bool quoted) {
    const std::uint32_t at = source.place();
    const bool arithmetic = source.peek(2) == '(';
    ++source.at;
    const ShellText inner = bracketed(source, '(', ')');
    const std::string text = plain_text(inner);
    if (arithmetic && text.size() >= 2 && text.back() == ')') {
      const auto value =
          shell_arithmetic(std::string_view(text).substr(1, text.size() - 2),
                           [&](const std::string& name) -> std::optional<std::string> {
                             const auto found = variables_.find(name);
                             if (found == variables_.end() || found->second.elements.empty())
                               return std::nullopt;
                             for (const ShellCharacter& c : found->second.elements.front()) {
                               if (c.kind != Kind::kPlain) return std::nullopt;
                             }
                             return plain_text(found->second.elements.front());
                           });
      if (value) {
        for (const char c : std::to_string(*value)) push(out, {c, Kind::kPlain, quoted, at});
        return;
      }
    }
    push_unknown(out, at, quoted, "$(" + text + ")");
  }

  void expand_braces(Source& source, ShellText& out, bool quoted, int depth) {
    const std::uint32_t at = source.place();
    ++source.at;
    const ShellText inner = bracketed(source, '{', '}');
    const std::string text = plain_text(inner);
    std::size_t length = 0;
    while (length < text.size() && is_name_character(text[length])) ++length;
    const std::string name = text.substr(0, length);
    const std::string rest = text.substr(length);
    if (name.empty() || !is_name_start(name.front())) {
      return expand_otherwise(name, rest, inner, at, out, quoted, depth);
    }
    if (rest.empty() || rest == "[@]" || rest == "[*]" || rest == "[0]") {
      return expand_variable(name, rest, at, out, quoted);
    }
    expand_otherwise(name, rest, inner, at, out, quoted, depth);
  }

  /// ${NAME:-word} and its kin; all others are unknown.
  void expand_otherwise(const std::string& name, const std::string& rest, const ShellText& inner,
                        std::uint32_t at, ShellText& out, bool quoted, int depth) {
    const std::size_t colon = rest.starts_with(":") ? 1 : 0;
    const char operation = rest.size() > colon ? rest[colon] : '\0';
    const bool known = operation == '-' || operation == '=' || operation == '+' || operation == '?';
    if (name.empty() || !known || depth > kDeepestExpansion) {
      return push_unknown(out, at, quoted, "${" + plain_text(inner) + "}");
    }
    const bool set = has_value(name);
    if (operation == '?' || (set && operation != '+')) {
      return expand_variable(name, "", at, out, quoted);
    }
    if (!set && operation == '+') return;
    const std::size_t begin = std::min(inner.size(), name.size() + colon + 1);
    const ShellText word(inner.begin() + static_cast<std::ptrdiff_t>(begin), inner.end());
    const ShellText value = expand_text(word, quoted, depth + 1);
    if (operation == '=') variables_[name] = {{value}};
    for (const ShellCharacter& c : value) push(out, c);
  }

  bool has_value(const std::string& name) const {
    const auto found = variables_.find(name);
    return found != variables_.end() && !found->second.elements.empty() &&
           !found->second.elements.front().empty();
  }

  ShellText expand_text(const ShellText& text, bool quoted, int depth) {
    ShellText out;
    Source source{text};
    while (!source.ended() && !stopped_) {
      if (source.text[source.at].kind != Kind::kPlain) {
        push(out, source.text[source.at++]);
      } else {
        expand_character(source, out, quoted, depth);
      }
    }
    return out;
  }

  void expand_variable(const std::string& name, const std::string& index, std::uint32_t at,
                       ShellText& out, bool quoted) {
    const auto found = variables_.find(name);
    if (found == variables_.end()) return push_unknown(out, at, quoted, "$" + name);
    Variable& variable = found->second;
    variable.used = true;
    const bool all = index == "[@]" || index == "[*]";
    const std::size_t count =
        all ? variable.elements.size() : std::min<std::size_t>(1, variable.elements.size());
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0)
        push(out, {' ', index == "[*]" && quoted ? Kind::kPlain : Kind::kBreak, quoted, at});
      for (ShellCharacter c : variable.elements[i]) {
        c.quoted = quoted;
        if (variable.given) c.at = at;
        push(out, c);
      }
    }
  }

  // -- words -------------------------------------------------------------------------------------

  /// At breaks, and at blanks that no quotes hold.
  static std::vector<ShellText> split(const ShellText& text) {
    std::vector<ShellText> words;
    ShellText current;
    bool quoted = false;
    const auto end_word = [&] {
      if (!current.empty() || quoted) words.push_back(std::move(current));
      current = {};
      quoted = false;
    };
    for (const ShellCharacter& c : text) {
      if (c.kind == Kind::kBreak && c.value == '\0') {
        quoted = true;  // of ""
      } else if (c.kind == Kind::kBreak ||
                 (c.kind == Kind::kPlain && !c.quoted && is_space(c.value))) {
        end_word();
      } else {
        current.push_back(c);
      }
    }
    end_word();
    return words;
  }

  static ShellText joined(const ShellText& text) {
    ShellText all;
    for (ShellCharacter c : text) {
      if (c.kind == Kind::kBreak && c.value == '\0') continue;
      if (c.kind == Kind::kBreak) c = {' ', Kind::kPlain, c.quoted, c.at};
      all.push_back(c);
    }
    return all;
  }

  static ShellText joined(const std::vector<ShellText>& elements) {
    ShellText all;
    for (const ShellText& element : elements) {
      if (!all.empty()) all.push_back({' ', Kind::kPlain, false, all.back().at});
      all.insert(all.end(), element.begin(), element.end());
    }
    return all;
  }

  ShellWord word(const ShellText& text, std::uint32_t fallback) const {
    ShellWord word;
    for (const ShellCharacter& c : text) {
      if (c.kind == Kind::kPlain) word.text += c.value;
      if (c.kind != Kind::kUnknown) continue;
      const auto name = names_.find(c.at);
      word.unknown.push_back(name == names_.end() ? "?" : name->second);
      word.text += word.unknown.back();
    }
    std::uint32_t begin = text.empty() ? fallback : text.front().at;
    std::uint32_t end = begin;
    for (const ShellCharacter& c : text) {
      if (c.at != end) break;
      ++end;
    }
    word.place = place(begin, std::max(end, begin + 1));
    return word;
  }

  io::Place place(std::uint32_t begin, std::uint32_t end) const { return {&document_, begin, end}; }

  void never_closed(std::uint32_t at, const std::string& open, const std::string& close) {
    diagnostics_.error(place(at, at + 1), fmt::format("found {} that is never closed", open)).help =
        fmt::format("write the {} that ends it", close);
    stopped_ = true;
  }

  const io::Document& document_;
  io::Diagnostics& diagnostics_;
  ShellScript script_;
  std::map<std::string, Variable> variables_;
  std::map<std::uint32_t, std::string> names_;  ///< of unknowns, by place
  std::vector<std::string> here_documents_;     ///< whose bodies begin at the next line
  std::size_t expanded_ = 0;
  bool stopped_ = false;
};

}  // namespace

ShellScript read_shell_script(const io::Document& document, const ShellVariables& variables,
                              io::Diagnostics& diagnostics) {
  if (document.text.size() > kMostShellText) {
    diagnostics.error({&document, 0, 1},
                      fmt::format("found {} bytes, expected a script of at most {}",
                                  document.text.size(), kMostShellText));
    return {};
  }
  return Reader(document, diagnostics).read(variables);
}

io::Node word_value(const ShellWord& word) {
  const char* begin = word.text.data();
  const char* end = begin + word.text.size();
  std::int64_t whole = 0;
  const auto [stop, error] = std::from_chars(begin, end, whole);
  if (error == std::errc{} && stop == end) return {whole, word.place};
  if (const auto number = parse_number(word.text)) return {*number, word.place};
  return {io::printable(word.text), word.place};
}

}  // namespace sextant::importer
