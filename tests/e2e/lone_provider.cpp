#include "tests/e2e/lone_provider.h"

#include <catch2/catch.hpp>
#include <fstream>

namespace tier0 {
namespace {

std::vector<std::string> provider_words(const Product& folder, const Json& fixture) {
  std::vector<std::string> words = {"sandbox", "--time-scale", "1000"};
  if (fixture.empty()) return words;
  const std::string file = folder.state() + "/fixture.json";
  std::ofstream(file) << dump_json(fixture);
  words.insert(words.end(), {"--fixture", file});
  return words;
}

Json entry(const char* kind, int mode, const std::string& content = "") {
  return {{"kind", kind}, {"content", content}, {"mode", mode}, {"owner", "smarteros"}};
}

void add_key(Json& disk, const std::string& line) {
  Json& files = disk["files"];
  files["/home/smarteros"] = entry("directory", 0755);
  files["/home/smarteros/.ssh"] = entry("directory", 0700);
  Json& keys = files["/home/smarteros/.ssh/authorized_keys"];
  const std::string before = string_member(keys, "content");
  keys = entry("file", 0600, before + line + "\n");
}

}  // namespace

LoneProvider::LoneProvider(const Json& fixture) : process_(provider_words(folder_, fixture)) {
  const Json ready = process_.receive();
  api_ = ready["api"];
  control_ = ready["control"];
  token_ = ready["token"];
  hosts_ = ready["ssh"];
}

Json LoneProvider::ask(const std::string& url, const std::string& method, const Json& body) {
  const auto reply = http_.send({.method = method,
                                 .url = url,
                                 .headers = {{"Content-Type", "application/json"}},
                                 .secret_headers = {{"Authorization", "Bearer ", Secret(token_)}},
                                 .body = method == "GET" ? "" : dump_json(body)},
                                {.deadline = clock_.now() + std::chrono::seconds(20)});
  INFO(method << " " << url);
  REQUIRE(reply.response);
  INFO(reply.response->body);
  REQUIRE(reply.response->status == 200);
  auto answer = parse_json(reply.response->body);
  REQUIRE(answer);
  return *std::move(answer);
}

Json LoneProvider::control(const std::string& method, const std::string& path, const Json& body) {
  return ask(control_ + "/__sim/" + path, method, body);
}

Json LoneProvider::call(const std::string& method, const std::string& path, const Json& body) {
  return ask(api_ + path, method, body);
}

void LoneProvider::let_in(const std::string& key_line) {
  Json world = control("GET", "fixture");
  for (Json& account : world["accounts"])
    for (Json& machine : account["vms"]) {
      add_key(machine["disk"], key_line);
      for (Json& backup : machine["backups"]) add_key(backup["disk"], key_line);
    }
  control("POST", "fixture", world);
}

Json LoneProvider::machines() {
  return control("GET", "fixture")["accounts"][0]["vms"];
}

std::vector<std::string> LoneProvider::effects() {
  std::vector<std::string> effects;
  const Json log = control("GET", "requests");
  for (const Json& request : log["requests"])
    if (request["effect"] == "applied")
      effects.push_back(request["method"].get<std::string>() + " " +
                        request["path"].get<std::string>());
  return effects;
}

}  // namespace tier0
