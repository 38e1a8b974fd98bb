#include "server/sandbox/compose.h"

#include "server/base/text.h"
#include "server/crypto/crypto.h"

namespace tier0::sandbox {
namespace {

std::string unquoted(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
      text.back() == text.front())
    text = text.substr(1, text.size() - 2);
  return std::string(text);
}

}  // namespace

std::vector<ComposeService> compose_services(const std::string& content) {
  std::vector<ComposeService> services;
  bool inside = false;
  std::size_t level = 0;  // indentation of the service names, 0 until the first was seen
  for (const std::string& line : split(content, '\n')) {
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent == std::string::npos || line[indent] == '#') continue;
    const std::string_view text = trim(line);
    if (indent == 0) {
      inside = text == "services:";
      continue;
    }
    if (!inside) continue;
    if (level == 0) level = indent;
    if (indent == level && text.back() == ':')
      services.push_back({.name = unquoted(text.substr(0, text.size() - 1)), .image = {}});
    if (indent <= level || services.empty()) continue;
    if (text.starts_with("image:")) services.back().image = unquoted(text.substr(6));
    if (text == "healthcheck:") services.back().has_health_check = true;
  }
  return services;
}

std::vector<Container> start_containers(const std::string& project,
                                        const std::vector<ComposeService>& services) {
  std::vector<Container> containers;
  containers.reserve(services.size());
  for (const ComposeService& service : services)
    containers.push_back({.service = service.name,
                          .name = project + "-" + service.name + "-1",
                          .image = service.image,
                          .digest = image_digest(service.image, 0),
                          .health = service.has_health_check ? "healthy" : ""});
  return containers;
}

std::string image_digest(const std::string& image, std::int64_t pulls) {
  return "sha256:" + crypto::sha256_hex(image + "#" + std::to_string(pulls));
}

}  // namespace tier0::sandbox
