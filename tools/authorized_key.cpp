#include "tools/authorized_key.h"

#include "server/base/text.h"
#include "server/crypto/crypto.h"

namespace tier0::tools {
namespace {

constexpr std::size_t kCommentShown = 200;

/// Words of a line; a quoted part of the options may hold blanks.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if ((c == ' ' || c == '\t') && !quoted) {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
      continue;
    }
    word += c;
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::string fingerprint_of(const std::string& blob) {
  std::string digest = crypto::base64_encode(crypto::sha256(blob));
  while (digest.ends_with('=')) digest.pop_back();
  return "SHA256:" + digest;
}

}  // namespace

std::optional<AuthorizedKey> parse_authorized_key(std::string_view line) {
  line = trim(line);
  if (line.empty() || line.front() == '#') return std::nullopt;
  const std::vector<std::string> words = words_of(line);
  for (std::size_t i = 1; i < words.size(); ++i) {
    // Every key blob begins with a 32-bit length, whose first bytes are zero.
    if (!words[i].starts_with("AAAA")) continue;
    const auto blob = crypto::base64_decode(words[i]);
    if (!blob) continue;
    const std::vector<std::string> rest(words.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                        words.end());
    return AuthorizedKey{.type = clean_text(words[i - 1], 64),
                         .fingerprint = fingerprint_of(*blob),
                         .comment = clean_text(join(rest, " "), kCommentShown)};
  }
  return std::nullopt;
}

std::vector<AuthorizedKey> parse_authorized_keys(std::string_view file) {
  std::vector<AuthorizedKey> keys;
  for (const std::string& line : split(file, '\n'))
    if (auto key = parse_authorized_key(line)) keys.push_back(*std::move(key));
  return keys;
}

}  // namespace tier0::tools
