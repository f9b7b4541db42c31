#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sextant::ingest {

/// Takes away what launchers, containers and people put around a tool's line: the tags of mpirun
/// (`[1,0]<stdout>:`, also in the middle of a line), `0: ` of srun -l, `host: `, time stamps,
/// colours, quotes and indentation.
class LauncherTags {
 public:
  /// The line as the tool wrote it. Several, if the tag of another rank begins within it. Valid
  /// until the next call.
  const std::vector<std::string_view>& strip(std::string_view line);

 private:
  std::string_view without_colours(std::string_view line);
  void split_at_tags(std::string_view line);

  std::string plain_;   ///< the line without colours
  std::string joined_;  ///< the lines that tags had cut
  std::vector<std::string_view> lines_;
};

}  // namespace sextant::ingest
