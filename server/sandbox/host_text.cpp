// Programs that read files: cat, tail, openssl x509.

#include <algorithm>
#include <cmath>

#include "server/base/clock.h"
#include "server/base/text.h"
#include "server/sandbox/host_programs.h"

namespace tier0::sandbox {
namespace {

constexpr std::size_t kTailLines = 10;
constexpr double kMillisPerDay = 86'400'000;

std::string_view last_lines(std::string_view text, std::size_t count) {
  std::size_t at = text.ends_with('\n') ? text.size() - 1 : text.size();
  while (count-- > 0) {
    const std::size_t newline = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
    if (newline == std::string_view::npos) return text;
    at = newline;
  }
  return text.substr(at + 1);
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 10 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

ProgramOutput each_file(const HostCall& call, std::string_view program,
                        const std::vector<std::string>& paths,
                        const std::function<std::string(const std::string&)>& show) {
  ProgramOutput output;
  for (const std::string& path : paths) {
    const auto content = call.files().read(path);
    if (content) {
      output.out += show(*content);
      continue;
    }
    output.err += std::string(program) + ": " + content.error().message + "\n";
    output.exit_code = 1;
  }
  return output;
}

std::string certificate_date(Millis at) {
  return format_time(WallTime(std::chrono::milliseconds(at))).substr(0, 19) + " GMT";
}

}  // namespace

ProgramOutput run_cat(const HostCall& call, Arguments arguments) {
  return each_file(call, "cat", operands(arguments),
                   [](const std::string& content) { return content; });
}

ProgramOutput run_tail(const HostCall& call, Arguments arguments) {
  const std::string given = option_value(arguments, {"--lines", "-n"});
  if (!given.empty() && !is_number(given))
    return failure("tail: invalid number of lines: '" + given + "'\n");
  const std::size_t count = given.empty() ? kTailLines : std::stoul(given);
  return each_file(call, "tail", operands(arguments, {"-n", "--lines"}),
                   [count](const std::string& content) {
                     return std::string(count == 0 ? "" : last_lines(content, count));
                   });
}

ProgramOutput run_openssl(const HostCall& call, Arguments arguments) {
  const std::string path = option_value(arguments, {"-in"});
  if (arguments.empty() || arguments.front() != "x509" || path.empty())
    return failure(
        "usage: openssl x509 -noout -in FILE [-subject] [-enddate] [-checkend SECONDS]\n");
  const auto found = call.facts.certificates.find(path);
  if (found == call.facts.certificates.end())
    return failure("Could not open file or uri for loading certificate from " + path + "\n");
  const HostCertificate& certificate = found->second;
  ProgramOutput output;
  if (has_option(arguments, {"-subject"})) output.out += "subject=" + certificate.subject + "\n";
  if (has_option(arguments, {"-enddate", "-dates"}))
    output.out += "notAfter=" +
                  certificate_date(call.now + std::llround(certificate.days_left * kMillisPerDay)) +
                  "\n";
  const std::string within = option_value(arguments, {"-checkend"});
  if (!is_number(within)) return output;
  const bool ends = certificate.days_left * kMillisPerDay < std::stod(within) * 1000;
  output.out += ends ? "Certificate will expire\n" : "Certificate will not expire\n";
  output.exit_code = ends ? 1 : 0;
  return output;
}

}  // namespace tier0::sandbox
