#include "tests/transcripts/transcript.h"

#include <algorithm>
#include <fstream>

#include "server/base/text.h"

namespace tier0::transcripts {
namespace {

namespace fs = std::filesystem;

bool read_setting(Transcript& transcript, const std::string& name, const std::string& value) {
  if (name == "over") {
    for (const std::string& wire : split(value, ' ')) transcript.over.insert(wire);
  } else if (name == "page_size") {
    transcript.options.page_size = std::stoul(value);
  } else if (name == "input_timeout_ms") {
    transcript.options.input_timeout = std::chrono::milliseconds(std::stol(value));
  } else if (name == "legacy") {
    transcript.options.legacy = value == "on";
  } else {
    return false;
  }
  return true;
}

bool read_step(Transcript& transcript, const std::string& line, int number) {
  constexpr std::string_view kHeader = "header:";
  const auto add = [&](Step::Kind kind, std::size_t prefix) {
    transcript.steps.push_back({.kind = kind,
                                .text = std::string(trim(std::string_view(line).substr(prefix))),
                                .line = number});
    return true;
  };
  if (line.starts_with(kHeader)) return add(Step::Kind::Header, kHeader.size());
  if (line.starts_with('>')) return add(Step::Kind::Send, 1);
  if (line.starts_with('<')) return add(Step::Kind::Expect, 1);
  if (line.starts_with('=')) return add(Step::Kind::Status, 1);
  return false;
}

bool read_line(Transcript& transcript, const std::string& line, int number) {
  if (read_step(transcript, line, number)) return true;
  if (!transcript.steps.empty()) return line.empty();
  transcript.head.push_back(line);
  if (line.empty() || line.starts_with('#')) return true;
  const auto colon = line.find(':');
  return colon != std::string::npos &&
         read_setting(transcript, line.substr(0, colon),
                      std::string(trim(std::string_view(line).substr(colon + 1))));
}

std::string_view mark_of(Step::Kind kind) {
  switch (kind) {
    case Step::Kind::Header:
      return "header:";
    case Step::Kind::Send:
      return ">";
    case Step::Kind::Status:
      return "=";
    case Step::Kind::Expect:
      return "<";
  }
  return {};
}

}  // namespace

Result<Transcript> read_transcript(const fs::path& file) {
  std::ifstream in(file);
  Transcript transcript;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number)
    if (!read_line(transcript, line, number))
      return Error{.code = Code::Validation,
                   .message = file.string() + ":" + std::to_string(number) + ": " + line};
  if (transcript.over.empty()) transcript.over = {"stdio", "http"};
  if (transcript.steps.empty())
    return Error{.code = Code::Validation, .message = file.string() + ": nothing happens"};
  return transcript;
}

void write_transcript(const Transcript& transcript, const fs::path& file) {
  std::ofstream out(file);
  for (const std::string& line : transcript.head) out << line << '\n';
  for (const Step& step : transcript.steps) out << mark_of(step.kind) << ' ' << step.text << '\n';
}

std::vector<fs::path> all_transcripts() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(TIER0_SOURCE_DIR "/tests/transcripts"))
    if (entry.path().extension() == ".mcp") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

}  // namespace tier0::transcripts
