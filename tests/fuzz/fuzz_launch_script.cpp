// Launches: scripts for bash, configurations of NeMo and training jobs of SageMaker become a run,
// or are reported.
#include <cstdint>
#include <string>

#include "sextant/kernel/assert.h"
#include "src/import/launches.h"
#include "src/io/json_text.h"
#include "src/io/parse.h"

namespace {

namespace importer = sextant::importer;
namespace io = sextant::io;

using Reader = std::optional<importer::ImportedRun> (*)(io::Document&, io::Diagnostics&);

void read(const char* name, const std::string& text, Reader reader) {
  io::Diagnostics diagnostics;
  io::Document document(name, text, false);
  if (!io::check_text(document, diagnostics, {})) return;
  const auto run = reader(document, diagnostics);
  SEXTANT_ASSERT(run.has_value() != diagnostics.has_errors(), "refused without a reason");
  SEXTANT_ASSERT(run || !diagnostics.render_errors().empty(), "refused without a reason");
  if (!run) return;
  SEXTANT_ASSERT(!io::to_text(run->scenario.value).empty(), "nothing");
  for (const importer::Remark& remark : run->taken) {
    SEXTANT_ASSERT(run->find(remark.pointer.substr(1)) != nullptr, "{}", remark.pointer);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  read("run.sh", text, [](io::Document& document, io::Diagnostics& diagnostics) {
    return importer::read_megatron(document, {.variables = {{"TP", "8"}}}, diagnostics);
  });
  read("job.sbatch", text, [](io::Document& document, io::Diagnostics& diagnostics) {
    return importer::read_slurm(document, {}, diagnostics);
  });
  read("run.yaml", text, [](io::Document& document, io::Diagnostics& diagnostics) {
    return importer::read_nemo(document, {}, diagnostics);
  });
  read("job.json", text, [](io::Document& document, io::Diagnostics& diagnostics) {
    return importer::read_sagemaker(document, diagnostics);
  });
  return 0;
}
