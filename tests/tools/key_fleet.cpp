#include "tests/tools/key_fleet.h"

namespace tier0 {

KeyFleet::KeyFleet() {
  current = run.keys.make_key("smarteros:deploy:2026-10:1");
  run.keys.scopes["deploy"] = {.version = "1", .current = current, .staged = {}, .previous = {}};
  run.configure_host(first, "web-1");
  run.configure_host(second, "web-2");
  for (const char* host : {"web-1", "web-2"}) {
    run.ssh.answer(host, {"true"}, "");
    put_keys(host, foreign + "\n" + current.line + "\n");
  }
  run.ssh.check_logins([this](KeyUse use) -> Result<std::string> {
    const KeyInventory& keys = run.keys.scopes["deploy"];
    const auto& key = use == KeyUse::Staged     ? keys.staged
                      : use == KeyUse::Previous ? keys.previous
                                                : keys.current;
    if (!key) return Error{.code = Code::NotConfigured, .message = "there is no such key"};
    return key->line;
  });
}

std::string KeyFleet::keys_on(const std::string& host) const {
  return run.ssh.file(host, FakeSsh::kAuthorizedKeys).value_or("");
}

void KeyFleet::put_keys(const std::string& host, const std::string& lines) {
  run.ssh.put_file(host, FakeSsh::kAuthorizedKeys, lines);
}

}  // namespace tier0
