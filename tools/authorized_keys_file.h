#pragma once

#include <set>
#include <string>
#include <vector>

#include "server/tool/context.h"
#include "tools/authorized_key.h"

namespace tier0::tools {

/// Keys whose comment begins so are ours to change; no other is ever touched.
inline constexpr std::string_view kOurKeys = "smarteros:";

/// authorized_keys of our user on one host, as it was read.
struct KeysFile {
  HostName host;
  std::string bytes;
  bool exists = false;
  KeyUse key = KeyUse::Current;  // which one opened the host
};

struct KeyLine {
  std::string line;
  AuthorizedKey key;
  bool is_ours() const { return key.comment.starts_with(kOurKeys); }
};

/// Kind partial where it is too large to be read whole.
Result<KeysFile> read_keys_file(ToolContext& context, const HostName& host,
                                KeyUse key = KeyUse::Current);
/// Only over what was read: kind conflict where it changed meanwhile. See SshRunner::write_file.
Result<Unit> write_keys_file(ToolContext& context, const KeysFile& read, const std::string& bytes);

std::vector<KeyLine> key_lines(const std::string& bytes);
bool has_key(const std::string& bytes, const std::string& fingerprint);
/// The file with that line at its end; the file itself where the key is in it.
std::string with_line(const std::string& bytes, const std::string& line);
/// The file without the lines of these keys; everything else stays as it is.
std::string without_keys(const std::string& bytes, const std::set<std::string>& fingerprints);

/// "SHA256:…" of a public line; empty where it is none. The key alone counts, never the comment.
std::string fingerprint_of_line(const std::string& line);

/// What smarteros:<scope>:<yyyy-mm>:<seq> says; empty for any other comment.
struct KeyName {
  std::string scope;
  std::string month;
  int number = 0;
  auto operator<=>(const KeyName&) const = default;
};
std::optional<KeyName> parse_key_name(const std::string& comment);

}  // namespace tier0::tools
