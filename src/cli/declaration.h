#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/positional_options.hpp>
#include <string>
#include <vector>

namespace sextant::cli {

struct Command;

/// The options of a command.
struct Declaration {
  boost::program_options::options_description options{"options", 100};
  boost::program_options::positional_options_description positional;
};
Declaration declaration_of(const Command& command);

/// An option as other programs are told of it.
struct DeclaredOption {
  std::string name;   ///< without dashes
  std::string value;  ///< "FILE"; empty: it takes none
  std::string description;
  bool positional = false;  ///< needs no name on the command line
};
std::vector<DeclaredOption> options_of(const Command& command);

}  // namespace sextant::cli
