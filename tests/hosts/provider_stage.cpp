#include "tests/hosts/provider_stage.h"

#include "server/crypto/crypto.h"

namespace tier0::sandbox {
namespace {

KeyPair made_key(const std::string& comment) {
  auto pair = generate_key_pair(comment);
  REQUIRE(pair);
  return *std::move(pair);
}

}  // namespace

ProviderStage::ProviderStage()
    : current(made_key("smarteros:deploy:2026-10:1")),
      staged(made_key("smarteros:deploy:2026-11:2")) {
  auto provider_started = Sandbox::start(
      {.seed = 7, .time_scale = 1000, .deploy_public_key = [this] { return current.public_key; }});
  REQUIRE(provider_started);
  provider = *std::move(provider_started);
  auto started = Hosts::start(provider->hosts());
  REQUIRE(started);
  hosts = *std::move(started);
  vps = provider->hosts().hosts().front().vps;
  ssh = make_ssh_runner({.user = "smarteros",
                         .private_key = [this](KeyUse use, const Cancel&) -> Result<Secret> {
                           return (use == KeyUse::Current ? current : staged).private_key;
                         },
                         .find_host = [this, known = hosts->endpoint(vps)->host_key](
                                          const HostName&) -> std::optional<SshHost> {
                           const auto endpoint = hosts->endpoint(vps);
                           if (!endpoint) return std::nullopt;
                           return SshHost{.address = endpoint->address,
                                          .port = static_cast<std::uint16_t>(endpoint->port),
                                          .host_key = *HostKeyFingerprint::parse(known)};
                         }});
}

HttpReply ProviderStage::send(const std::string& method, const std::string& url, const Json& body) {
  return http.send({.method = method,
                    .url = url,
                    .headers = {{"Content-Type", "application/json"}},
                    .secret_headers = {{"Authorization", "Bearer ", provider->token()}},
                    .body = method == "GET" ? "" : dump_json(body)},
                   Cancel{});
}

Json ProviderStage::control(const std::string& path, const Json& change) {
  const auto reply = send("POST", provider->control_url() + "/__sim/" + path, change);
  REQUIRE(reply.response);
  INFO(reply.response->body);
  REQUIRE(reply.response->status == 200);
  return *parse_json(reply.response->body);
}

int ProviderStage::control(const Json& change) {
  const auto reply = send("POST", provider->control_url() + "/__sim/hosts", change);
  return reply.response ? reply.response->status : 0;
}

Json ProviderStage::api(const std::string& method, const std::string& path, const Json& body) {
  const auto reply = send(method, provider->api_url() + path, body);
  REQUIRE(reply.response);
  INFO(method << " " << path << ": " << reply.response->body);
  REQUIRE(reply.response->status == 200);
  return *parse_json(reply.response->body);
}

Result<CommandOutput> ProviderStage::run(const std::vector<std::string>& argv, KeyUse key) const {
  return ssh->run(web1(), {.argv = argv, .connection = Command::Connection::New, .key = key},
                  Cancel{});
}

bool ProviderStage::lets_in_soon(KeyUse key) const {
  return holds_soon([&] { return run({"true"}, key).has_value(); });
}

bool ProviderStage::soon_fails_with(Code code, KeyUse key) const {
  return holds_soon([&] {
    const auto done = run({"true"}, key);
    return !done && done.error().code == code;
  });
}

Result<Unit> ProviderStage::write_keys(const std::string& lines) const {
  T0_TRY(const FileContent present,
         ssh->read_file(web1(), ".ssh/authorized_keys", kLargestFileWrite, Cancel{}));
  return ssh->write_file(web1(),
                         {.directory = ".ssh",
                          .name = "authorized_keys",
                          .bytes = lines,
                          .expected_sha256 = crypto::sha256_hex(present.bytes)},
                         Cancel{});
}

}  // namespace tier0::sandbox
