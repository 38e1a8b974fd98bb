#pragma once

#include <string>
#include <string_view>

namespace tier0 {

bool is_host_name(std::string_view text);  // letters, digits, dashes, dots: RFC 1123
bool is_domain(std::string_view text);     // a host name of at least two labels
bool is_ipv4(std::string_view text);
bool is_ipv6(std::string_view text);
bool is_ip(std::string_view text);
bool is_cidr(std::string_view text);           // host bits must be zero
bool is_port_range(std::string_view text);     // 22, 1024:2048 or any
bool is_host_and_port(std::string_view text);  // 127.0.0.1:8700, [::1]:0
bool is_uri(std::string_view text);            // absolute, printable ASCII
bool is_endpoint(std::string_view text);  // https, or http on loopback; no user, query, fragment
bool is_address(std::string_view text);   // a host name or an IP address
bool is_origin(std::string_view text);    // RFC 6454 6.2: scheme, host and port only
std::string normal_domain(std::string_view text);

}  // namespace tier0
