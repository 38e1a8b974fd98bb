#include "server/secrets/secret_sources.h"

#include <cstdlib>
#include <string>

#include "server/secrets/secret_file.h"

namespace tier0 {
namespace {

Error unavailable(const SecretRef& ref, const std::string& problem, const std::string& hint) {
  return {.code = Code::SecretUnavailable,
          .message = "the secret " + ref.text() + " cannot be read: " + problem,
          .hint = hint};
}

// Nothing in the program changes its environment, so reading it from several threads is safe.
const char* variable(const std::string& name) {
  return std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
}

Result<Secret> from_environment(const SecretRef& ref) {
  const char* value = variable(ref.name);
  if (value == nullptr || *value == '\0')
    return unavailable(ref, "the variable is not set",
                       "set it in the environment of the server, or correct the reference");
  return Secret(value);
}

Result<Secret> from_systemd(const SecretRef& ref) {
  const char* folder = variable("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder == '\0')
    return unavailable(ref, "the server was not started by systemd with credentials",
                       "add LoadCredential=" + ref.name + ":PATH to the unit");
  // systemd may grant its reader by an ACL, whose mask then shows as a readable group.
  return read_secret_file(std::string(folder) + "/" + ref.name, ref.text(), 0640);
}

}  // namespace

Result<Secret> SecretSources::get(const SecretRef& ref, const Cancel& cancel) const {
  switch (ref.kind) {
    case SecretRef::Kind::Env:
      return from_environment(ref);
    case SecretRef::Kind::File:
      return read_secret_file(ref.name, ref.text(), 0600);
    case SecretRef::Kind::Systemd:
      return from_systemd(ref);
    case SecretRef::Kind::Vault:
      if (vault_ != nullptr) return vault_->get(ref, cancel);
      return Error{.code = Code::NotConfigured,
                   .message = "no Vault is connected, so " + ref.text() + " cannot be read",
                   .hint = "set vault in the configuration, or use env:, file: or systemd:"};
  }
  return Error{.code = Code::Internal, .message = "an unknown kind of secret reference"};
}

}  // namespace tier0
