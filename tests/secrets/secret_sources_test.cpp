#include "server/secrets/secret_sources.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/fakes/temp_folder.h"

namespace tier0 {
namespace {

namespace fs = std::filesystem;

/// A folder whose files have a content and a mode.
class Folder {
 public:
  std::string file(const std::string& name, const std::string& bytes, mode_t mode) const {
    const fs::path path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    return path.string();
  }
  fs::path path() const { return folder_.path(); }

 private:
  TempFolder folder_;
};

/// Sets a variable for the time of one test.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

constexpr auto kCanary = "canary-4711-do-not-show";

Result<Secret> get(const std::string& reference, const SecretStore* vault = nullptr) {
  const auto ref = SecretRef::parse(reference);
  REQUIRE(ref);
  return SecretSources(vault).get(*ref, Cancel{});
}

void check_refused(const Result<Secret>& answer, Code code) {
  REQUIRE_FALSE(answer);
  CHECK(to_string(answer.error().code) == to_string(code));
  CHECK_FALSE(answer.error().hint.empty());
  const std::string text = answer.error().message + answer.error().hint;
  CHECK(text.find(kCanary) == std::string::npos);
}

}  // namespace

TEST_CASE("an env reference gives the variable's value", "[secrets]") {
  const Variable variable("TIER0_TEST_SECRET", kCanary);

  const auto secret = get("env:TIER0_TEST_SECRET");

  REQUIRE(secret);
  CHECK(secret->reveal() == kCanary);
}

TEST_CASE("an env reference to an unset variable is secret_unavailable and names it", "[secrets]") {
  const auto answer = get("env:TIER0_TEST_UNSET");

  check_refused(answer, Code::SecretUnavailable);
  CHECK(answer.error().message.find("env:TIER0_TEST_UNSET") != std::string::npos);
}

TEST_CASE("an empty variable counts as unset", "[secrets]") {
  const Variable variable("TIER0_TEST_SECRET", "");

  check_refused(get("env:TIER0_TEST_SECRET"), Code::SecretUnavailable);
}

TEST_CASE("a file reference drops one final line end and nothing else", "[secrets]") {
  const Folder dir;
  const std::string unix_file = dir.file("unix", " two\nlines \n\n", 0600);
  const std::string dos_file = dir.file("dos", "one\r\n", 0400);
  const std::string bare_file = dir.file("bare", "one", 0600);

  CHECK(get("file:" + unix_file)->reveal() == " two\nlines \n");
  CHECK(get("file:" + dos_file)->reveal() == "one");
  CHECK(get("file:" + bare_file)->reveal() == "one");
}

TEST_CASE("a file reference sees a replaced secret at the next use", "[secrets]") {
  const Folder dir;
  const std::string path = dir.file("token", "first", 0600);
  REQUIRE(get("file:" + path)->reveal() == "first");

  dir.file("token", "second", 0600);

  CHECK(get("file:" + path)->reveal() == "second");
}

TEST_CASE("a file that others may read is secret_denied", "[secrets]") {
  const Folder dir;
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0644U, 0700U, 04600U, 0610U}) {
    INFO("mode " << std::oct << mode);
    check_refused(get("file:" + dir.file("secret", kCanary, mode)), Code::SecretDenied);
  }
}

TEST_CASE("a file of another user is secret_denied", "[secrets]") {
  if (::geteuid() != 0) {
    WARN("SKIPPED: giving a file away needs root");
    return;
  }
  const Folder dir;
  const std::string path = dir.file("secret", kCanary, 0600);
  REQUIRE(::chown(path.c_str(), 65534, 65534) == 0);

  check_refused(get("file:" + path), Code::SecretDenied);
}

TEST_CASE("what is no regular file is secret_denied and never waited for", "[secrets]") {
  const Folder dir;
  const std::string fifo = (dir.path() / "fifo").string();
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);

  check_refused(get("file:" + fifo), Code::SecretDenied);
  check_refused(get("file:" + dir.path().string()), Code::SecretDenied);
  check_refused(get("file:/dev/zero"), Code::SecretDenied);
}

TEST_CASE("a link is judged by the file it leads to", "[secrets]") {
  const Folder dir;
  const std::string open_file = dir.file("open", kCanary, 0644);
  fs::create_symlink(open_file, dir.path() / "to-open");
  fs::create_symlink(dir.file("closed", "good", 0600), dir.path() / "to-closed");

  check_refused(get("file:" + (dir.path() / "to-open").string()), Code::SecretDenied);
  CHECK(get("file:" + (dir.path() / "to-closed").string())->reveal() == "good");
}

TEST_CASE("a missing or empty file is secret_unavailable", "[secrets]") {
  const Folder dir;

  check_refused(get("file:" + (dir.path() / "none").string()), Code::SecretUnavailable);
  check_refused(get("file:" + dir.file("empty", "", 0600)), Code::SecretUnavailable);
  check_refused(get("file:" + dir.file("blank", "\n", 0600)), Code::SecretUnavailable);
}

TEST_CASE("a file beyond 64 KiB is secret_denied, one of 64 KiB is read", "[secrets]") {
  const Folder dir;

  check_refused(get("file:" + dir.file("big", std::string(65537, 'x'), 0600)), Code::SecretDenied);
  CHECK(get("file:" + dir.file("fits", std::string(65536, 'x'), 0600))->reveal().size() == 65536);
}

TEST_CASE("a systemd reference reads the unit's credentials folder", "[secrets]") {
  const Folder dir;
  dir.file("deploy-key", "from systemd\n", 0440);
  const Variable folder("CREDENTIALS_DIRECTORY", dir.path().string());

  const auto secret = get("systemd:deploy-key");

  REQUIRE(secret);
  CHECK(secret->reveal() == "from systemd");
}

TEST_CASE("a systemd reference outside systemd is secret_unavailable", "[secrets]") {
  const auto answer = get("systemd:deploy-key");

  check_refused(answer, Code::SecretUnavailable);
  CHECK(answer.error().hint.find("LoadCredential=deploy-key") != std::string::npos);
}

TEST_CASE("a systemd credential that everyone may read is secret_denied", "[secrets]") {
  const Folder dir;
  dir.file("deploy-key", kCanary, 0444);
  const Variable folder("CREDENTIALS_DIRECTORY", dir.path().string());

  check_refused(get("systemd:deploy-key"), Code::SecretDenied);
}

TEST_CASE("a vault reference without a Vault is not_configured", "[secrets]") {
  const auto answer = get("vault:smarteros/mcp/hostinger#api_token");

  check_refused(answer, Code::NotConfigured);
  CHECK(answer.error().hint.find("set vault") != std::string::npos);
}

TEST_CASE("a vault reference is passed on to the Vault store", "[secrets]") {
  class OneSecret final : public SecretStore {
   public:
    Result<Secret> get(const SecretRef& ref, const Cancel&) const override {
      return Secret(ref.name + "|" + ref.field);
    }
  };
  const OneSecret vault;

  const auto secret = get("vault:smarteros/mcp/hostinger#api_token", &vault);

  REQUIRE(secret);
  CHECK(secret->reveal() == "smarteros/mcp/hostinger|api_token");
}

}  // namespace tier0
