#include "src/cli/page_file.h"

#include <fmt/format.h>

#include <string>

#include "src/cli/write_file.h"

namespace sextant::cli {

void write_page(const Arguments& arguments, const std::function<pages::PageDocument()>& page) {
  const auto path = arguments.text("html");
  if (!path) return;
  const std::string text = pages::html_page(page());
  write_file(*path, text);
  fmt::print(stderr, "{}: {:.1f} MB; any browser opens it, also offline\n", *path,
             static_cast<double>(text.size()) / 1e6);
}

}  // namespace sextant::cli
