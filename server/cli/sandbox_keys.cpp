#include "server/cli/sandbox_keys.h"

#include "server/cli/key_tools.h"

namespace tier0::cli {
namespace {

/// As a configuration that says nothing else would have them in Vault.
KeyLayout usual_layout(SecretDocuments& documents) {
  return {.deploy = {.kind = SecretRef::Kind::Vault,
                     .name = "smarteros/ssh/deploy",
                     .field = "private_key"},
          .tenants = "smarteros/tenants",
          .documents = &documents};
}

constexpr const char* kFirstComment = "smarteros:deploy:2026-11:1";

}  // namespace

SandboxKeys::SandboxKeys(const std::filesystem::path& state, const Clock& clock)
    : file_(state / "sandbox-keys.json", clock),
      layout_(usual_layout(file_)),
      keys_([this](const std::string& scope) { return find(scope); }, key_tools(), clock) {}

Result<KeyPlace> SandboxKeys::find(const std::string& scope) {
  if (!made_) {
    T0_CHECK(make_deploy_key());
    made_ = true;
  }
  return place_of(layout_, scope);
}

Result<Unit> SandboxKeys::make_deploy_key() {
  T0_TRY(const SecretDocument seen, file_.read(layout_.deploy.name, {}));
  if (seen.exists) return Unit{};
  T0_TRY(const MadeKey key, key_tools().make(kFirstComment));
  SecretJson fields(Json::object());
  fields.set("private_key", key.private_key);
  fields.set("public_key", Secret(key.public_line));
  auto written = file_.replace(layout_.deploy.name, seen, fields, {});
  // Another thread made it meanwhile.
  if (!written && written.error().code == Code::Conflict) return Unit{};
  return written;
}

}  // namespace tier0::cli
