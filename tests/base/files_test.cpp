#include "server/base/files.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>

using namespace tier0;

namespace {

/// A folder of its own, gone with the test.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "tier0-files-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("a replaced file holds the new bytes and is its owner's alone", "[base][files]") {
  const Folder folder;
  const auto file = folder.path / "record";

  REQUIRE(replace_file(file, "old"));
  REQUIRE(replace_file(file, "new"));

  const auto bytes = read_file(file, 100);
  REQUIRE(bytes);
  CHECK(*bytes == "new");
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600);
}

TEST_CASE("replacing a file leaves nothing else in its folder", "[base][files]") {
  const Folder folder;

  REQUIRE(replace_file(folder.path / "record", "x"));

  CHECK(std::distance(std::filesystem::directory_iterator(folder.path), {}) == 1);
}

TEST_CASE("replacing a file in a folder that is not there is an error", "[base][files]") {
  const Folder folder;

  const auto written = replace_file(folder.path / "absent" / "record", "x");

  REQUIRE(!written);
  CHECK(written.error().code == Code::NotFound);
}

TEST_CASE("reading a file beyond the limit is refused", "[base][files]") {
  const Folder folder;
  REQUIRE(replace_file(folder.path / "record", "12345"));

  CHECK(read_file(folder.path / "record", 5));
  CHECK(!read_file(folder.path / "record", 4));
}
