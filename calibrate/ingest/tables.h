#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "calibrate/ingest/log_reader.h"
#include "calibrate/ingest/sheet_table.h"

namespace sextant::ingest {

/// Reads the tables in which people publish collectives: comma-, semicolon- or tab-separated values
/// whose header names a size and a figure, and the tables of Markdown documents. What their columns
/// may be called is in sheet_column.h, how they are understood in sheet_reading.h.
///
/// Comes after the readers of tools: their lines in a document are no prose.
class TablesReader : public LogReader {
 public:
  bool read(const LogLine& line, LogSink& sink) override;
  void finish(LogSink& sink) override;
  std::string_view tool() const override { return table_.seen() ? "table" : ""; }

 private:
  bool read_separated(const LogLine& line, LogSink& sink);
  bool read_markdown(const LogLine& line, LogSink& sink);
  bool begin_separated(const LogLine& line, LogSink& sink);
  void begin_markdown(LogSink& sink);
  void remember_prose(std::string_view text);
  SheetContext context() const;

  SheetTable table_;
  char separator_ = 0;  ///< of the open table; '|': Markdown; 0: none is open

  std::string pipes_;             ///< the last line with a |: a header, if dashes follow
  std::uint64_t pipes_line_ = 0;  ///< 0: the line before had none

  // The document around the table.
  std::array<std::string, 6> headings_;  ///< by level
  std::string paragraph_;                ///< the last one
  bool paragraph_ended_ = true;
};

}  // namespace sextant::ingest
