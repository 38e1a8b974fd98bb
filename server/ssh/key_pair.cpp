#include "server/ssh/key_pair.h"

#include <libssh/libssh.h>

#include <cstring>
#include <memory>

#include "server/base/files.h"

namespace tier0 {
namespace {

struct FreeKey {
  void operator()(ssh_key key) const { ssh_key_free(key); }
};
using Key = std::unique_ptr<std::remove_pointer_t<ssh_key>, FreeKey>;

/// Text that libssh allocated; wiped, because it may be a private key.
struct FreeText {
  void operator()(char* text) const {
    explicit_bzero(text, std::char_traits<char>::length(text));
    ssh_string_free_char(text);
  }
};
using Text = std::unique_ptr<char, FreeText>;

Result<std::string> public_line(const Key& key, const std::string& comment) {
  char* exported = nullptr;
  if (ssh_pki_export_pubkey_base64(key.get(), &exported) != SSH_OK)
    return Error{.code = Code::Internal,
                 .message = "the public half of an SSH key cannot be written"};
  const Text text(exported);
  return std::string(ssh_key_type_to_char(ssh_key_type(key.get()))) + " " + text.get() + " " +
         comment;
}

}  // namespace

Result<KeyPair> generate_key_pair(const std::string& comment) {
  ssh_key made = nullptr;
  if (ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &made) != SSH_OK)
    return Error{.code = Code::Internal, .message = "an SSH key cannot be made"};
  const Key key(made);
  char* exported = nullptr;
  if (ssh_pki_export_privkey_base64(key.get(), nullptr, nullptr, nullptr, &exported) != SSH_OK)
    return Error{.code = Code::Internal, .message = "an SSH key cannot be written"};
  const Text pem(exported);
  T0_TRY(std::string line, public_line(key, comment));
  return KeyPair{.private_key = Secret(pem.get()), .public_key = std::move(line)};
}

Result<KeyPair> load_or_make_key_pair(const std::filesystem::path& file,
                                      const std::string& comment) {
  constexpr std::size_t kKeyLimit = 16 * 1024;
  auto text = read_file(file, kKeyLimit);
  if (!text && text.error().code != Code::NotFound) return text.error();
  if (!text) {
    T0_TRY(KeyPair made, generate_key_pair(comment));
    T0_CHECK(replace_file(file, made.private_key.reveal()));
    return made;
  }
  KeyPair known{.private_key = Secret(*std::move(text)), .public_key = {}};
  T0_TRY(known.public_key, public_key_of(known.private_key, comment));
  return known;
}

Result<std::string> public_key_of(const Secret& private_key, const std::string& comment) {
  ssh_key read = nullptr;
  if (ssh_pki_import_privkey_base64(private_key.reveal().c_str(), nullptr, nullptr, nullptr,
                                    &read) != SSH_OK)
    return Error{.code = Code::SecretUnavailable,
                 .message = "the SSH private key is no OpenSSH key without a passphrase",
                 .hint = "Make one with ssh-keygen -t ed25519 -N ''."};
  return public_line(Key(read), comment);
}

}  // namespace tier0
