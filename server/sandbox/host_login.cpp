#include "server/sandbox/host_login.h"

#include <algorithm>
#include <array>

#include "server/base/text.h"
#include "server/crypto/crypto.h"
#include "server/sandbox/host_files.h"

namespace tier0::sandbox {
namespace {

constexpr std::uint32_t kOthersMayWrite = 022;
constexpr std::array<std::string_view, 6> kKeyTypes = {
    "ssh-ed25519 ", "ssh-rsa ", "ecdsa-sha2-", "sk-ssh-ed25519", "sk-ecdsa-sha2-", "ssh-dss "};

/// A line of authorized_keys: options, if any, in front of the key.
struct KeyLine {
  std::string options;
  std::string key;  // base64
};

bool begins_with_type(std::string_view text) {
  return std::ranges::any_of(kKeyTypes,
                             [text](std::string_view type) { return text.starts_with(type); });
}

/// Options end at the first blank outside quotes.
std::size_t end_of_options(std::string_view line) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (quoted && line[i] == '\\' && i + 1 < line.size()) {
      ++i;
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && (line[i] == ' ' || line[i] == '\t')) {
      return i;
    }
  }
  return line.size();
}

KeyLine parse_line(std::string_view line) {
  KeyLine parsed;
  if (!begins_with_type(line)) {
    const std::size_t end = end_of_options(line);
    parsed.options = line.substr(0, end);
    line = trim(line.substr(end));
  }
  if (!begins_with_type(line)) return {};
  const std::string_view rest = trim(line.substr(std::min(line.find(' '), line.size())));
  parsed.key = rest.substr(0, rest.find_first_of(" \t"));
  return parsed;
}

std::string forced_command(std::string_view options) {
  constexpr std::string_view kOption = "command=\"";
  const std::size_t start = options.find(kOption);
  if (start == std::string_view::npos) return {};
  std::string command;
  for (std::size_t i = start + kOption.size(); i < options.size() && options[i] != '"'; ++i) {
    if (options[i] == '\\' && i + 1 < options.size() && options[i + 1] == '"') ++i;
    command += options[i];
  }
  return command;
}

bool is_strict(const Disk& disk, std::string_view user) {
  const std::string file = authorized_keys_path(user);
  const std::string folder = parent_of(file);
  return std::ranges::all_of(
      std::array<std::string, 3>{file, folder, parent_of(folder)}, [&](const std::string& path) {
        const auto found = disk.files.find(path);
        if (found == disk.files.end()) return true;  // a folder that nobody made explicitly
        const File& each = found->second;
        return (each.mode & kOthersMayWrite) == 0 && (each.owner == user || each.owner == "root");
      });
}

}  // namespace

std::optional<HostLogin> login_by_key(const HostState& state, std::string_view user,
                                      std::string_view key) {
  if (state.power != Power::On || user.empty() || user.find('/') != std::string_view::npos)
    return std::nullopt;
  if (!is_strict(*state.disk, user)) return std::nullopt;
  for (const std::string& line : authorized_keys(*state.disk, user)) {
    const KeyLine parsed = parse_line(line);
    if (!parsed.key.empty() && parsed.key == key)
      return HostLogin{.user = std::string(user), .forced_command = forced_command(parsed.options)};
  }
  return std::nullopt;
}

std::optional<HostLogin> login_by_password(const HostState& state, std::string_view user,
                                           std::string_view password) {
  if (state.power != Power::Rescue || user != "root" || state.rescue_password.empty() ||
      !crypto::constant_time_equal(password, state.rescue_password))
    return std::nullopt;
  return HostLogin{.user = "root"};
}

}  // namespace tier0::sandbox
