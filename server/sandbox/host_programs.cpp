#include "server/sandbox/host_programs.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "server/base/clock.h"

namespace tier0::sandbox {
namespace {

ProgramOutput run_true(const HostCall&, Arguments) {
  return {};
}
ProgramOutput run_false(const HostCall&, Arguments) {
  return failure("");
}
ProgramOutput run_hostname(const HostCall& call, Arguments) {
  return {.out = call.state.hostname + "\n"};
}
ProgramOutput run_nproc(const HostCall& call, Arguments) {
  return {.out = std::to_string(call.facts.cpus) + "\n"};
}
ProgramOutput run_whoami(const HostCall& call, Arguments) {
  return {.out = call.user + "\n"};
}

ProgramOutput run_id(const HostCall& call, Arguments arguments) {
  const std::string number = call.is_root() ? "0" : "1000";
  if (has_option(arguments, {"-un", "-nu"})) return {.out = call.user + "\n"};
  if (has_option(arguments, {"-u"})) return {.out = number + "\n"};
  const std::string both = number + "(" + call.user + ")";
  return {.out = "uid=" + both + " gid=" + both + " groups=" + both + "\n"};
}

ProgramOutput run_uname(const HostCall& call, Arguments arguments) {
  if (has_option(arguments, {"-r"})) return {.out = call.facts.kernel + "\n"};
  if (has_option(arguments, {"-m"})) return {.out = "x86_64\n"};
  if (has_option(arguments, {"-n"})) return {.out = call.state.hostname + "\n"};
  if (!has_option(arguments, {"-a"})) return {.out = "Linux\n"};
  return {.out = "Linux " + call.state.hostname + " " + call.facts.kernel +
                 " #45-Ubuntu SMP x86_64 GNU/Linux\n"};
}

ProgramOutput run_date(const HostCall& call, Arguments) {
  return {.out = format_time(WallTime(std::chrono::milliseconds(call.now))) + "\n"};
}

/// Our deploy user may become root without a password; nobody else may at all.
ProgramOutput run_sudo(const HostCall& call, Arguments arguments) {
  auto rest = arguments;
  while (!rest.empty() && (rest.front() == "-n" || rest.front() == "--non-interactive"))
    rest = rest.subspan(1);
  if (!rest.empty() && rest.front() == "--") rest = rest.subspan(1);
  if (rest.empty() || rest.front().starts_with('-'))
    return failure("usage: sudo -n command [arg ...]\n");
  if (!call.is_root() && call.user != "smarteros") return failure("sudo: a password is required\n");
  HostCall as_root = call;
  as_root.user = "root";
  return run_program(as_root, {rest.begin(), rest.end()});
}

struct Named {
  std::string_view name;
  Program program;
};
constexpr std::array kPrograms = std::to_array<Named>({
    {"cat", run_cat},
    {"date", run_date},
    {"df", run_df},
    {"docker", run_docker},
    {"false", run_false},
    {"free", run_free},
    {"hostname", run_hostname},
    {"id", run_id},
    {"journalctl", run_journalctl},
    {"nproc", run_nproc},
    {"openssl", run_openssl},
    {"ps", run_ps},
    {"ss", run_ss},
    {"sshd", run_sshd},
    {"sudo", run_sudo},
    {"systemctl", run_systemctl},
    {"tail", run_tail},
    {"true", run_true},
    {"uname", run_uname},
    {"uptime", run_uptime},
    {"whoami", run_whoami},
});

std::string_view without_folder(std::string_view program) {
  for (const std::string_view folder : {"/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"})
    if (program.starts_with(folder)) return program.substr(folder.size());
  return program;
}

}  // namespace

ProgramOutput run_program(const HostCall& call, const std::vector<std::string>& argv) {
  if (argv.empty()) return {};
  const std::string_view name = without_folder(argv.front());
  const auto found = std::ranges::find(kPrograms, name, &Named::name);
  if (found == kPrograms.end()) return failure("sh: 1: " + argv.front() + ": not found\n", 127);
  return found->program(call, Arguments(argv).subspan(1));
}

ProgramOutput failure(std::string err, int exit_code) {
  return {.err = std::move(err), .exit_code = exit_code};
}

bool has_option(Arguments arguments, std::initializer_list<std::string_view> names) {
  const auto end = std::ranges::find(arguments, "--");
  return std::any_of(arguments.begin(), end, [&names](const std::string& word) {
    return std::ranges::find(names, word) != names.end();
  });
}

bool has_flag(Arguments arguments, char letter, std::string_view name) {
  const auto end = std::ranges::find(arguments, "--");
  return std::any_of(arguments.begin(), end, [letter, name](const std::string& word) {
    const bool joined = word.starts_with('-') && !word.starts_with("--");
    return word == name || (joined && word.find(letter) != std::string::npos);
  });
}

std::string option_value(Arguments arguments, std::initializer_list<std::string_view> names) {
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i)
    for (const std::string_view name : names) {
      if (arguments[i] == name && i + 1 < arguments.size()) return arguments[i + 1];
      if (name.starts_with("--") && arguments[i].starts_with(std::string(name) + "="))
        return arguments[i].substr(name.size() + 1);
    }
  return {};
}

std::vector<std::string> operands(Arguments arguments,
                                  std::initializer_list<std::string_view> with_value) {
  std::vector<std::string> found;
  bool only_operands = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (only_operands || !word.starts_with('-') || word == "-") {
      found.push_back(word);
    } else if (word == "--") {
      only_operands = true;
    } else if (std::ranges::find(with_value, word) != with_value.end()) {
      ++i;
    }
  }
  return found;
}

std::string padded(std::string_view text, std::size_t width) {
  std::string field(text);
  if (field.size() < width) field.append(width - field.size(), ' ');
  return field;
}

std::string padded_left(std::string_view text, std::size_t width) {
  const std::size_t fill = text.size() < width ? width - text.size() : 0;
  return std::string(fill, ' ') + std::string(text);
}

std::string decimal(double value, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

}  // namespace tier0::sandbox
