// No secret value in any error's text, nor in the log at its most talkative.
#include <fcntl.h>
#include <unistd.h>

#include "server/base/files.h"
#include "server/base/log.h"
#include "tests/secrets/key_rig.h"

namespace tier0 {
namespace {

/// Takes what the test writes to standard error.
class CapturedLog {
 public:
  CapturedLog() : kept_(::dup(STDERR_FILENO)) {
    const int file = ::open(path().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    REQUIRE(file >= 0);
    REQUIRE(::dup2(file, STDERR_FILENO) == STDERR_FILENO);
    ::close(file);
    log::set_level(log::Level::Debug);
  }
  ~CapturedLog() { end(); }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  std::string end() {
    if (kept_ >= 0) {
      ::dup2(kept_, STDERR_FILENO);
      ::close(std::exchange(kept_, -1));
      log::set_level(log::Level::Warn);
    }
    const auto text = read_file(path(), 1024 * 1024);
    return text ? *text : std::string();
  }

 private:
  std::filesystem::path path() const { return folder_ / "stderr"; }

  TempFolder folder_;
  int kept_;
};

/// What a text must not contain: each secret whole, and a piece from the middle of the long ones.
std::vector<std::string> pieces_of(const std::vector<std::string>& secrets) {
  constexpr std::size_t kPiece = 12;
  std::vector<std::string> pieces;
  for (const std::string& secret : secrets) {
    pieces.push_back(secret);
    if (secret.size() > 4 * kPiece) pieces.push_back(secret.substr(secret.size() / 2, kPiece));
  }
  return pieces;
}

/// Everything that can go wrong with keys and references, one after the other.
class Misfortunes {
 public:
  explicit Misfortunes(KeyRig& rig) : rig_(rig) {}

  std::string run() {
    const KeyInventory staged = rig_.staged();
    take_key(KeyUse::Staged);
    for (const fakes::Answer& answer : echoes()) {
      rig_.vault.server.answer_with(answer);
      try_all(staged);
    }
    rig_.vault.server.answer_with(std::nullopt);
    rig_.vault.server.seal(true);
    try_all(staged);
    rig_.vault.server.seal(false);
    rig_.vault.server.revoke_all();
    rig_.vault.set_secret_id("canary-wrong-secret-id");
    try_all(staged);
    return said_;
  }
  std::vector<std::string> secrets() const { return secrets_; }

 private:
  /// A proxy may send back whatever it was sent.
  std::vector<fakes::Answer> echoes() const {
    std::string everything;
    for (const std::string& secret : secrets_) everything += secret + " ";
    const std::string error = dump_json({{"errors", {everything}}});
    return {fakes::answer(400, error),
            fakes::answer(403, error),
            fakes::answer(404, error),
            fakes::answer(500, error),
            fakes::answer(503, error),
            fakes::answer(200, error),
            fakes::answer(200, everything, "text/plain"),
            fakes::answer(302, "", "text/plain", {"Location: http://127.0.0.1:1/canary-value"}),
            fakes::raw("HTTP/1.1 200 " + secrets_.front() + "\r\n", fakes::Then::Close)};
  }

  void take_key(KeyUse use) {
    const auto key = rig_.keys.private_key("deploy", use, {});
    REQUIRE(key);
    secrets_.push_back(key->reveal());
  }

  void try_all(const KeyInventory& staged) {
    const std::string key = staged.staged->fingerprint;
    note(rig_.vault.get_key());
    note(rig_.keys.inventory("deploy", {}));
    note(rig_.keys.writable("deploy", {}));
    note(rig_.keys.stage("deploy", "another", staged.version, {}));
    note(rig_.keys.commit("deploy", key, staged.version, {}));
    note(rig_.keys.discard("deploy", "SHA256:other", staged.version, {}));
    note(rig_.keys.private_key("deploy", KeyUse::Current, {}));
    note(rig_.vault.client.log_in({}));
    note(rig_.vault.client.state({}));
  }

  template <class T>
  void note(const Result<T>& result) {
    if (!result) said_ += text_of(result.error()) + "\n";
  }

  KeyRig& rig_;
  std::string said_;
  std::vector<std::string> secrets_ = {rig_.first.private_key.reveal(),
                                       kValue,
                                       "canary-role",
                                       "canary-secret-id",
                                       "canary-wrong-secret-id",
                                       "hvs.canary-token"};
};

}  // namespace

TEST_CASE("no secret shows in an error or in the log, whatever goes wrong",
          "[secrets][vault][canary]") {
  const int kv = GENERATE(1, 2);
  const VaultAuth auth = GENERATE(VaultAuth::Token, VaultAuth::AppRole);
  KeyRig rig(kv, auth);
  CapturedLog log;
  Misfortunes misfortunes(rig);

  const std::string said = misfortunes.run();
  const std::string logged = log.end();

  CHECK(said.find("sealed") != std::string::npos);
  CHECK(said.find("secret_denied") != std::string::npos);
  for (const std::string& piece : pieces_of(misfortunes.secrets())) {
    CHECK(said.find(piece) == std::string::npos);
    CHECK(logged.find(piece) == std::string::npos);
  }
}

}  // namespace tier0
