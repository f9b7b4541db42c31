#include "calibrate/ingest/measurement_file.h"

#include <fmt/format.h>

#include "src/io/parse.h"
#include "src/io/reader.h"

namespace sextant::ingest {
namespace {

/// Every point of a long campaign fits; its tree is about ten times as large.
constexpr io::ParseLimits kLimits{.bytes = std::size_t{256} << 20};

void check_schema(const io::Node& root, const Measurements& measurements,
                  io::Diagnostics& diagnostics) {
  if (measurements.schema == kMeasurementsSchema) return;
  const io::Node* schema = root.find("schema");
  diagnostics
      .error(schema ? schema->place : root.place,
             fmt::format("found \"{}\", expected \"{}\"", measurements.schema, kMeasurementsSchema))
      .help = "write a measurements document with `sextant calibrate ingest LOG… --output FILE`";
}

void check_files(const io::Node& root, const Measurements& measurements,
                 io::Diagnostics& diagnostics) {
  const int files = static_cast<int>(measurements.files.size());
  for (std::size_t i = 0; i < measurements.samples.size(); ++i) {
    const auto& file = measurements.samples[i].file;
    if (!file || *file < files) continue;
    const io::Node& sample = root.find("samples")->get<io::Node::Array>()->at(i);
    diagnostics.error(sample.find("file")->place,
                      fmt::format("found {}, but the document has {} files", *file, files));
  }
}

}  // namespace

Measurements read_measurements(const std::filesystem::path& path) {
  io::Diagnostics diagnostics;
  auto text = io::read_text_file(path, diagnostics, kLimits);
  diagnostics.throw_if_errors();
  io::Document document(path.string(), std::move(*text), false);
  Measurements measurements;
  if (io::parse(document, diagnostics, kLimits)) {
    io::ReadContext context{diagnostics};
    io::read_struct(document.root, measurements, context);
  }
  diagnostics.throw_if_errors();
  check_schema(document.root, measurements, diagnostics);
  check_files(document.root, measurements, diagnostics);
  diagnostics.throw_if_errors();
  return measurements;
}

}  // namespace sextant::ingest
