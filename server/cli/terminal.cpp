#include "server/cli/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>

namespace tier0::cli {
namespace {

/// Characters, not bytes: continuation bytes take no column.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void say(const Error& error) {
  std::cerr << "tier0: " << error.message << '\n';
  for (const Detail& detail : error.details)
    std::cerr << "  " << detail.field << ": " << detail.problem << '\n';
  if (!error.hint.empty()) std::cerr << "  " << error.hint << '\n';
}

}  // namespace

Terminal::Terminal(const Options& options)
    : for_people_(!options.json && isatty(STDOUT_FILENO) == 1),
      // https://no-color.org: any value of NO_COLOR switches colour off.
      colour_(for_people_ && !options.no_color && std::getenv("NO_COLOR") == nullptr) {
}  // NOLINT(concurrency-mt-unsafe): before any thread

std::string Terminal::paint(Colour colour, std::string_view text) const {
  constexpr std::array<std::string_view, 6> kCodes = {"",         "\x1b[1m",  "\x1b[2m",
                                                      "\x1b[31m", "\x1b[32m", "\x1b[33m"};
  if (!colour_ || colour == Colour::Plain) return std::string(text);
  return std::string(kCodes[static_cast<std::size_t>(colour)]) + std::string(text) + "\x1b[0m";
}

void Terminal::print(const Json& value) const {
  std::cout << dump_json(value) << '\n';
}

void Terminal::line(std::string_view text) const {
  std::cout << text << '\n';
}

void Terminal::table(const std::vector<std::vector<std::string>>& rows) const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string text;
    for (std::size_t i = 0; i < rows[r].size(); ++i) {
      text += rows[r][i];
      if (i + 1 < rows[r].size()) text += std::string(widths[i] - width_of(rows[r][i]) + 2, ' ');
    }
    line(r == 0 ? paint(Colour::Bold, text) : text);
  }
}

std::string progress_bar(double done, double total) {
  constexpr std::size_t kWidth = 20;
  const double part = total > 0 ? std::clamp(done * kWidth / total, 0.0, double{kWidth}) : 0;
  const auto filled = static_cast<std::size_t>(part);
  return "[" + std::string(filled, '#') + std::string(kWidth - filled, '.') + "]";
}

int fail(const Error& error) {
  say(error);
  switch (error.code) {
    case Code::PolicyDenied:
    case Code::NotPermitted:
    case Code::ApprovalDeclined:
      return kDenied;
    case Code::ApprovalRequired:
      return kWaiting;
    case Code::TimeoutUnknown:
    case Code::Unknown:
      return kUnknown;
    default:
      return kFailed;
  }
}

int fail_usage(const Error& error) {
  say(error);
  return kUsage;
}

}  // namespace tier0::cli
