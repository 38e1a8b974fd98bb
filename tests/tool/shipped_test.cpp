// The descriptors in schemas/tools as they are shipped, read from the tree.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "server/tool/descriptor.h"
#include "server/tool/house_rules.h"

namespace tier0 {
namespace {

namespace fs = std::filesystem;

const std::set<std::string> kCore = {
    "list-vps",           "get-vps",           "get-vps-metrics",
    "start-vps",          "reboot-vps",        "list-backups",
    "run-backup",         "restore-vps",       "rotate-keys",
    "list-keys",          "get-firewall",      "enable-firewall",
    "audit-security",     "list-apps",         "get-app",
    "get-app-logs",       "update-app",        "check-domain",
    "get-billing",        "run-diagnostic",    "explain-permission",
    "wait-for-operation", "search-operations", "read-operation",
    "call-operation"};

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<fs::path> descriptors() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(TIER0_SOURCE_DIR) / "schemas/tools"))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  return files;
}

Schema descriptor_schema() {
  const fs::path file = fs::path(TIER0_SOURCE_DIR) / "schemas/tool-descriptor.json";
  return Schema::compile(*parse_json(text_of(file))).value();
}

}  // namespace

TEST_CASE("every shipped descriptor keeps the house rules", "[tool][shipped]") {
  for (const fs::path& file : descriptors()) {
    INFO(file.filename());
    const auto tool = parse_descriptor(file.stem().string(), text_of(file));
    REQUIRE(tool);
    const auto checked = check_house_rules(*tool);
    if (!checked) FAIL(checked.error().message);
  }
}

TEST_CASE("every shipped descriptor matches the published schema of descriptors",
          "[tool][shipped]") {
  const Schema schema = descriptor_schema();
  for (const fs::path& file : descriptors()) {
    INFO(file.filename());
    const auto checked = schema.check(*parse_json(text_of(file)));
    if (!checked) FAIL(checked.error().message);
  }
}

TEST_CASE("core is what the contract lists, as far as it exists", "[tool][shipped]") {
  for (const fs::path& file : descriptors()) {
    const auto tool = parse_descriptor(file.stem().string(), text_of(file));
    REQUIRE(tool);
    INFO(tool->name);
    const bool in_core = std::ranges::find(tool->toolsets, "core") != tool->toolsets.end();
    CHECK(in_core == kCore.contains(tool->name));
    CHECK(tool->toolsets.size() >= (in_core ? 2U : 1U));  // core is a choice out of others
    if (tool->name == "wait-for-operation") CHECK(tool->toolsets.size() == toolset_names().size());
  }
}

TEST_CASE("the example in the README of schemas/tools is a valid descriptor", "[tool][shipped]") {
  const std::string readme = text_of(fs::path(TIER0_SOURCE_DIR) / "schemas/tools/README.md");
  const auto begin = readme.find("```json\n");
  REQUIRE(begin != std::string::npos);
  const std::string example = readme.substr(begin + 8, readme.find("```", begin + 8) - begin - 8);

  const auto tool = parse_descriptor("stop-vps", example);

  if (!tool) FAIL(tool.error().message);
  const auto checked = check_house_rules(*tool);
  if (!checked) FAIL(checked.error().message);
  CHECK(descriptor_schema().check(*parse_json(example)));
}

}  // namespace tier0
