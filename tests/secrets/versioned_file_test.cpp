#include "server/secrets/versioned_file.h"

#include <sys/stat.h>

#include "server/base/files.h"
#include "tests/secrets/vault_rig.h"

namespace tier0 {
namespace {

struct Files {
  TempFolder folder;
  FakeClock clock;
  VersionedFile file{folder / "keys.json", clock};

  Result<Unit> write(const std::string& text) {
    const auto seen = file.read(kDeploy, {});
    REQUIRE(seen);
    return file.replace(kDeploy, *seen, SecretJson(Json{{"f", text}}), {});
  }
  Json content() const {
    const auto text = read_file(folder / "keys.json", 1024 * 1024);
    REQUIRE(text);
    return Json::parse(*text);
  }
};

}  // namespace

TEST_CASE("a secret of the file is the one that was written, also for the next process",
          "[secrets][file]") {
  Files files;
  REQUIRE(files.write("one"));

  VersionedFile next(files.folder / "keys.json", files.clock);
  const auto document = next.read(kDeploy, {});

  REQUIRE(document);
  CHECK(document->exists);
  CHECK(document->version == "1");
  CHECK(document->fields.text("f")->reveal() == "one");
  CHECK_FALSE(next.read("smarteros/none", {})->exists);
}

TEST_CASE("the file is of mode 0600", "[secrets][file]") {
  Files files;
  REQUIRE(files.write("one"));

  struct stat facts = {};
  REQUIRE(::stat((files.folder / "keys.json").c_str(), &facts) == 0);

  CHECK((facts.st_mode & 07777) == 0600);
}

TEST_CASE("a replacement of what was not read last is a conflict and changes nothing",
          "[secrets][file]") {
  Files files;
  const auto seen = files.file.read(kDeploy, {});
  REQUIRE(seen);
  REQUIRE(files.write("theirs"));

  check_error(files.file.replace(kDeploy, *seen, SecretJson(Json{{"f", "ours"}}), {}),
              Code::Conflict);

  CHECK(files.file.read(kDeploy, {})->fields.text("f")->reveal() == "theirs");
}

TEST_CASE("the last ten versions are kept, with their numbers", "[secrets][file]") {
  Files files;
  for (int i = 1; i <= 12; ++i) REQUIRE(files.write(std::to_string(i)));

  const Json versions = files.content()[kDeploy];

  REQUIRE(versions.size() == 10);
  CHECK(versions.front()["version"] == 3);
  CHECK(versions.back()["version"] == 12);
  CHECK(versions.back()["fields"]["f"] == "12");
  CHECK(versions.back()["created_at"] == format_time(files.clock.wall()));
}

TEST_CASE("a damaged file is an error, and is not written over", "[secrets][file]") {
  Files files;
  for (const char* text :
       {"", "canary", "[]", R"({"a": {}})", R"({"a": [{"version": "1", "fields": {}}]})",
        R"({"a": [{"version": 1, "fields": "canary"}]})"}) {
    INFO(text);
    std::ofstream(files.folder / "keys.json") << text;

    check_error(files.file.read(kDeploy, {}), Code::Internal);
    check_error(files.file.replace(kDeploy, {.version = "0"}, SecretJson(Json::object()), {}),
                Code::Internal);
  }
}

}  // namespace tier0
