#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "embedded/config_schemas.gen.h"

using namespace tier0;
namespace fs = std::filesystem;

TEST_CASE("embedded files are the files of the tree, byte for byte", "[schemas]") {
  std::size_t in_tree = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(TIER0_SOURCE_DIR) / "schemas/config"))
    in_tree += entry.path().extension() == ".json" ? 1 : 0;

  const auto files = embedded::config_schemas();

  REQUIRE(files.size() == in_tree);
  REQUIRE(in_tree > 0);
  for (const EmbeddedFile& file : files) {
    INFO(file.path);
    std::ostringstream bytes;
    bytes << std::ifstream(fs::path(TIER0_SOURCE_DIR) / file.path, std::ios::binary).rdbuf();
    CHECK(bytes.str() == file.bytes);
  }
}
