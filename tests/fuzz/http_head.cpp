// A request's head: what is accepted has one reading, and lies within the bytes.
#include "server/transport/http_head.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "server/transport/http_media.h"
#include "server/transport/origin.h"

using namespace tier0::transport;

namespace {

void require(bool claim) {
  if (!claim) std::abort();
}

bool lies_within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto parsed = parse_head(bytes);
  const auto* head = std::get_if<RequestHead>(&parsed);
  if (head == nullptr) return 0;
  require(head->path.starts_with("/"));
  require(head->path.find_first_of(" \r\n#?") == std::string_view::npos);
  require(!(head->chunked && head->content_length));
  require(head->count("Host") <= 1 && head->count("Content-Length") <= 1);
  for (const auto& field : head->fields) {
    require(lies_within(field.name, bytes) && lies_within(field.value, bytes));
    require(field.value.find_first_of("\r\n") == std::string_view::npos);
  }
  (void)accepts(*head, "application/json");
  (void)is_json(head->find("Content-Type").value_or(""));
  const auto host = Authority::parse(head->find("Host").value_or(""));
  if (host) require(Authority::parse(host->host) == Authority{.host = host->host, .port = {}});
  return 0;
}
