#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "server/base/result.h"
#include "server/mcp/options.h"

namespace tier0::transcripts {

/// A line of a transcript that does something.
struct Step {
  enum class Kind {
    Header,  // of the next message; a name alone takes the header away
    Send,    // >
    Status,  // =, of the last message, over HTTP only
    Expect,  // <
  };
  Kind kind;
  std::string text;
  int line;
};

/// One scenario as a file tells it; README.md describes the format.
struct Transcript {
  std::vector<std::string> head;  // intent and settings, as they stand
  std::set<std::string> over;     // stdio, http, sse
  mcp::Options options;
  std::vector<Step> steps;
};

/// Kind validation, naming file and line.
Result<Transcript> read_transcript(const std::filesystem::path& file);
void write_transcript(const Transcript& transcript, const std::filesystem::path& file);
std::vector<std::filesystem::path> all_transcripts();

}  // namespace tier0::transcripts
