#include "tools/authorized_keys_file.h"

#include <charconv>

#include "server/base/text.h"
#include "server/crypto/crypto.h"

namespace tier0::tools {
namespace {

constexpr std::size_t kLargestFile = 256 * 1024;
constexpr const char* kFolder = ".ssh";
constexpr const char* kName = "authorized_keys";

std::string path_of_keys() {
  return std::string(kFolder) + "/" + kName;
}

Error too_large(const HostName& host) {
  return {.code = Code::Partial,
          .message = "authorized_keys on " + host.value + " is larger than 256 KB",
          .hint = "Somebody must clear it by hand."};
}

/// With another key than the current one only programs are run; it let us in, so there is a file.
Result<KeysFile> print_keys_file(ToolContext& context, const HostName& host, KeyUse key) {
  T0_TRY(const CommandOutput printed,
         context.ssh.run(
             host, {.argv = {"cat", path_of_keys()}, .output_limit = kLargestFile, .key = key},
             context.cancel));
  if (printed.out_dropped > 0) return too_large(host);
  if (printed.exit_code != 0 || !printed.signal.empty())
    return Error{.code = Code::CommandFailed,
                 .message = "authorized_keys on " + host.value + " cannot be printed"};
  return KeysFile{.host = host, .bytes = printed.out, .exists = true, .key = key};
}

}  // namespace

Result<KeysFile> read_keys_file(ToolContext& context, const HostName& host, KeyUse key) {
  if (key != KeyUse::Current) return print_keys_file(context, host, key);
  const auto file = context.ssh.read_file(host, path_of_keys(), kLargestFile, context.cancel);
  if (!file && file.error().code == Code::NotFound)
    return KeysFile{.host = host, .bytes = {}, .exists = false};
  if (!file) return file.error();
  if (file->size > file->bytes.size()) return too_large(host);
  return KeysFile{.host = host, .bytes = file->bytes, .exists = true};
}

Result<Unit> write_keys_file(ToolContext& context, const KeysFile& read, const std::string& bytes) {
  return context.ssh.write_file(
      read.host,
      {.directory = kFolder,
       .name = kName,
       .bytes = bytes,
       .expected_sha256 = read.exists ? crypto::sha256_hex(read.bytes) : std::string(),
       .key = read.key},
      context.cancel);
}

std::vector<KeyLine> key_lines(const std::string& bytes) {
  std::vector<KeyLine> lines;
  for (const std::string& line : split(bytes, '\n'))
    if (auto key = parse_authorized_key(line))
      lines.push_back({.line = std::string(trim(line)), .key = *std::move(key)});
  return lines;
}

bool has_key(const std::string& bytes, const std::string& fingerprint) {
  for (const KeyLine& line : key_lines(bytes))
    if (line.key.fingerprint == fingerprint) return true;
  return false;
}

std::string with_line(const std::string& bytes, const std::string& line) {
  if (has_key(bytes, fingerprint_of_line(line))) return bytes;
  std::string changed = bytes;
  if (!changed.empty() && changed.back() != '\n') changed += '\n';
  return changed + line + "\n";
}

std::string without_keys(const std::string& bytes, const std::set<std::string>& fingerprints) {
  std::vector<std::string> kept;
  for (const std::string& line : split(bytes, '\n')) {
    const auto key = parse_authorized_key(line);
    if (!key || !fingerprints.contains(key->fingerprint)) kept.push_back(line);
  }
  return join(kept, "\n");
}

std::string fingerprint_of_line(const std::string& line) {
  const auto key = parse_authorized_key(line);
  return key ? key->fingerprint : "";
}

std::optional<KeyName> parse_key_name(const std::string& comment) {
  const std::vector<std::string> parts = split(comment, ':');
  if (parts.size() != 4 || parts[0] + ":" != kOurKeys || parts[1].empty()) return std::nullopt;
  KeyName name{.scope = parts[1], .month = parts[2]};
  const char* const end = parts[3].data() + parts[3].size();
  const auto [after, error] = std::from_chars(parts[3].data(), end, name.number);
  if (error != std::errc() || after != end) return std::nullopt;
  return name;
}

}  // namespace tier0::tools
