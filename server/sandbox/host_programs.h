#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/sandbox/host_facts.h"
#include "server/sandbox/host_files.h"
#include "server/sandbox/host_view.h"

namespace tier0::sandbox {

/// One program being run on a simulated host: nothing of it happens on this machine. Refers to what
/// it was made from.
struct HostCall {
  HostView& view;
  const HostState& state;
  std::string user;
  Millis now;
  HostFacts facts;

  bool is_root() const { return user == "root"; }
  HostFiles files() const { return HostFiles(state, user, now); }
};

struct ProgramOutput {
  std::string out = {};
  std::string err = {};
  int exit_code = 0;
};

using Arguments = std::span<const std::string>;
/// `arguments` are the words after the program's name.
using Program = ProgramOutput (*)(const HostCall& call, Arguments arguments);

/// Runs a program of the table; 127 for any other, as a shell says it.
ProgramOutput run_program(const HostCall& call, const std::vector<std::string>& argv);

ProgramOutput failure(std::string err, int exit_code = 1);

/// Whether one of the words is there before a "--".
bool has_option(Arguments arguments, std::initializer_list<std::string_view> names);
/// Whether a single letter is among the short options, joined or not, or `name` is there in full.
bool has_flag(Arguments arguments, char letter, std::string_view name);
/// The value of --name=VALUE, or of the word after one of the names; empty where there is none.
std::string option_value(Arguments arguments, std::initializer_list<std::string_view> names);
/// The words that are neither options nor the values of those of `with_value`.
std::vector<std::string> operands(Arguments arguments,
                                  std::initializer_list<std::string_view> with_value = {});
/// Filled with spaces on the right (left: on the left), never cut.
std::string padded(std::string_view text, std::size_t width);
std::string padded_left(std::string_view text, std::size_t width);
/// With so many digits after the point.
std::string decimal(double value, int digits);

// host_system.cpp
ProgramOutput run_df(const HostCall& call, Arguments arguments);
ProgramOutput run_free(const HostCall& call, Arguments arguments);
ProgramOutput run_uptime(const HostCall& call, Arguments arguments);
ProgramOutput run_ps(const HostCall& call, Arguments arguments);
ProgramOutput run_ss(const HostCall& call, Arguments arguments);
ProgramOutput run_sshd(const HostCall& call, Arguments arguments);
// host_services.cpp
ProgramOutput run_systemctl(const HostCall& call, Arguments arguments);
ProgramOutput run_journalctl(const HostCall& call, Arguments arguments);
// host_docker.cpp
ProgramOutput run_docker(const HostCall& call, Arguments arguments);
// host_text.cpp
ProgramOutput run_tail(const HostCall& call, Arguments arguments);
ProgramOutput run_cat(const HostCall& call, Arguments arguments);
ProgramOutput run_openssl(const HostCall& call, Arguments arguments);

}  // namespace tier0::sandbox
