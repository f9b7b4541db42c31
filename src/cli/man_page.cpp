#include "src/cli/man_page.h"

#include <fmt/format.h>

#include <string_view>

#include "src/cli/command.h"
#include "src/cli/declaration.h"
#include "src/io/printable.h"
#include "src/plan/build_info.h"

namespace sextant::cli {
namespace {

/// "\[u2026]".
std::string named_character(std::string_view character) {
  unsigned code = static_cast<unsigned char>(character[0]) & (0x7FU >> character.size());
  for (const char byte : character.substr(1)) {
    code = (code << 6) | (static_cast<unsigned char>(byte) & 0x3FU);
  }
  return fmt::format("\\[u{:04X}]", code);
}

/// Text with nothing that roff would obey.
std::string roff(std::string_view text) {
  std::string result;
  if (text.starts_with('.') || text.starts_with('\'')) result += "\\&";
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(1, io::utf8_length(text));
    const std::string_view character = text.substr(0, length);
    if (length > 1) {
      result += named_character(character);
    } else if (character == "-") {
      result += "\\-";
    } else if (character == "\\") {
      result += "\\e";
    } else {
      result += character;
    }
    text.remove_prefix(length);
  }
  return result;
}

std::string option_entry(const DeclaredOption& option) {
  const std::string value =
      option.value.empty() ? "" : fmt::format(" \\fI{}\\fR", roff(option.value));
  return fmt::format(".TP\n\\fB\\-\\-{}\\fR{}\n{}\n", roff(option.name), value,
                     roff(option.description + (option.positional ? " (needs no name)" : "")));
}

std::string command_section(const Command& command) {
  std::string text = fmt::format(".SS {}\n{}.\n.PP\n.B sextant {}\n{}\n", roff(command.name),
                                 roff(command.summary), roff(command.name), roff(command.synopsis));
  for (const DeclaredOption& option : options_of(command)) text += option_entry(option);
  return text;
}

std::string examples() {
  std::string text = ".SH EXAMPLES\n.EX\n";
  for (const Command* command : commands()) {
    text += fmt::format("sextant {} {}\n", roff(command->name), roff(command->example));
  }
  return text + ".EE\n";
}

constexpr const char* kDescription = R"(.SH NAME
sextant \- forecast the time, cost and energy of training runs
.SH SYNOPSIS
.B sextant
.I COMMAND
\&...
.br
.B sextant help
.RI [ COMMAND ]
.br
.B sextant version
.SH DESCRIPTION
Sextant predicts how long a large training run takes, what it costs and how much energy it uses,
before anyone rents the cluster.
Data goes to standard output, messages to standard error.
Options may be written as
.BI \-\-option " value"
or
.BI \-\-option= value\fR.
.SH COMMANDS
)";

constexpr const char* kRest = R"(.SH INTERRUPTS
On SIGINT (Ctrl\-C) or SIGTERM
.BR plan ,
.BR compare ,
.BR govern ,
.BR validate ,
.B optimize
and
.B sweep
stop and print what is known by then, marked as interrupted; where nothing is known yet they say so
and end.
A second signal ends them at once.
.SH EXIT STATUS
.TP
.B 0
done; of an interrupted optimize: with the best that it knows
.TP
.B 1
the plan is infeasible, an expectation does not hold, a cluster is not healthy, or points of a study
are missing
.TP
.B 2
wrong command line
.TP
.B 3
wrong input file
.TP
.B 69
a program that it needs is not installed
.TP
.B 70
a defect of Sextant
.TP
.B 130
interrupted: what was known has been printed, and what sweep did is kept
.SH ENVIRONMENT
.TP
.B SEXTANT_MODELS
folder of the models, where \-\-models does not say
.TP
.B SEXTANT_FLOW
the flow engine's program, where it is not beside sextant
.TP
.BR NO_COLOR ", " TERM
no colours if NO_COLOR is set and not empty, or TERM is dumb; there are none in files and pipes
)";

}  // namespace

std::string man_page() {
  std::string text = fmt::format(
      ".\\\" Written by: sextant help --man\n.TH SEXTANT 1 \"\" \"sextant {}\" \"User "
      "Commands\"\n{}",
      plan::build_info().version, kDescription);
  for (const Command* command : commands()) text += command_section(*command);
  return text + kRest + examples();
}

}  // namespace sextant::cli
