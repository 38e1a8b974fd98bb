#include "server/transport/http_head.h"

#include <catch2/catch.hpp>
#include <string>

using namespace tier0::transport;

namespace {

std::string request(const std::string& line, const std::string& fields) {
  return line + "\r\nHost: localhost\r\n" + fields + "\r\n";
}

int fault_of(const std::string& bytes) {
  const auto parsed = parse_head(bytes);
  const auto* fault = std::get_if<HeadFault>(&parsed);
  return fault == nullptr ? 200 : fault->status;
}

}  // namespace

TEST_CASE("a request head is split without decoding anything", "[transport][head]") {
  const std::string bytes = request("POST /mcp?a=%62 HTTP/1.1",
                                    "Content-Length: 12\r\nMcp-Name:  file:///a%20b \t\r\n"
                                    "mcp-name: two\r\nEmpty:\r\nConnection: TE, Close\r\n");

  const auto parsed = parse_head(bytes);

  REQUIRE(std::holds_alternative<RequestHead>(parsed));
  const auto& head = std::get<RequestHead>(parsed);
  CHECK(head.method == "POST");
  CHECK(head.path == "/mcp");
  CHECK(head.query == "a=%62");
  CHECK(head.content_length == 12);
  CHECK(head.find("MCP-NAME") == "file:///a%20b");
  CHECK(head.count("mcp-name") == 2);
  CHECK(head.find("empty") == "");
  CHECK(!head.find("absent"));
  CHECK(head.wants_close);
}

TEST_CASE("a request line that is not one plain path is refused", "[transport][head]") {
  const auto [line, status] = GENERATE(table<std::string, int>({
      {"GET  /mcp HTTP/1.1", 400},
      {"GET /mcp", 400},
      {"GET /mcp HTTP/1.1 ", 400},
      {" GET /mcp HTTP/1.1", 400},
      {"G(T /mcp HTTP/1.1", 400},
      {"GET http://localhost/mcp HTTP/1.1", 400},
      {"OPTIONS * HTTP/1.1", 400},
      {"CONNECT localhost:80 HTTP/1.1", 400},
      {"GET /mcp#x HTTP/1.1", 400},
      {"GET /m cp HTTP/1.1", 400},
      {"GET /\x80 HTTP/1.1", 400},
      {std::string("GET /\0 HTTP/1.1", 15), 400},
      {"GET /mcp HTTP/2.0", 505},
      {"GET /mcp http/1.1", 400},
      {"GET /" + std::string(4000, 'a') + " HTTP/1.1", 414},
  }));
  INFO(line);
  CHECK(fault_of(request(line, "")) == status);
}

TEST_CASE("header fields with two readings are refused", "[transport][head]") {
  const auto [fields, status] = GENERATE(table<std::string, int>({
      {"A: b\nC: d\r\n", 400},
      {"A: b\r\n folded\r\n", 400},
      {"A : b\r\n", 400},
      {" A: b\r\n", 400},
      {": b\r\n", 400},
      {"no colon\r\n", 400},
      {"A: b\rC: d\r\n", 400},
      {std::string("A: \0b\r\n", 7), 400},
      {"Host: evil.com\r\n", 400},
      {"Origin: http://a\r\nOrigin: http://b\r\n", 400},
      {"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", 400},
      {"Expect: the worst\r\n", 417},
      {"A: " + std::string(9000, 'b') + "\r\n", 431},
  }));
  INFO(fields);
  CHECK(fault_of(request("POST /mcp HTTP/1.1", fields)) == status);
}

TEST_CASE("a body length with two readings is refused", "[transport][head]") {
  const auto [fields, status] = GENERATE(table<std::string, int>({
      {"Content-Length: 5\r\nContent-Length: 6\r\n", 400},
      {"Content-Length: 5\r\nContent-Length: 5\r\n", 400},
      {"Content-Length: +5\r\n", 400},
      {"Content-Length: -5\r\n", 400},
      {"Content-Length: 5, 5\r\n", 400},
      {"Content-Length: %35\r\n", 400},
      {"Content-Length: 0x5\r\n", 400},
      {"Content-Length:\r\n", 400},
      {"Content-Length: 99999999999999999999\r\n", 413},
      {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400},
      {"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", 400},
      {"Transfer-Encoding: gzip, chunked\r\n", 501},
      {"Transfer-Encoding: %63hunked\r\n", 501},
      {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400},
      {"Transfer-Encoding: identity\r\n", 501},
      {"Transfer-Encoding: Chunked\r\n", 200},
      {"Content-Length: 005\r\n", 200},
  }));
  INFO(fields);
  CHECK(fault_of(request("POST /mcp HTTP/1.1", fields)) == status);
}

TEST_CASE("a request without Host is refused", "[transport][head]") {
  CHECK(fault_of("GET /mcp HTTP/1.1\r\n\r\n") == 400);
}

TEST_CASE("a head with too many fields is refused", "[transport][head]") {
  std::string fields;
  for (int i = 0; i < 200; ++i) fields += "A: b\r\n";

  CHECK(fault_of(request("GET /mcp HTTP/1.1", fields)) == 431);
}

TEST_CASE("a head ends at its empty line", "[transport][head]") {
  CHECK(head_length("GET / HTTP/1.1\r\nHost: a\r\n\r\nrest") == 27);
  CHECK(!head_length("GET / HTTP/1.1\r\nHost: a\r\n\n"));
}
