#include "server/jsonrpc/frame.h"

namespace tier0::jsonrpc {
namespace {

void append_call(std::string& frame, std::string_view method, std::string_view params) {
  frame += R"("method":)";
  frame += dump_json(std::string(method));
  if (!params.empty()) {
    frame += R"(,"params":)";
    frame += params;
  }
  frame += '}';
}

}  // namespace

std::string result_frame(const Json& id, std::string_view result) {
  const std::string id_text = dump_json(id);
  std::string frame;
  frame.reserve(result.size() + id_text.size() + 40);
  frame += R"({"jsonrpc":"2.0","id":)";
  frame += id_text;
  frame += R"(,"result":)";
  frame += result;
  frame += '}';
  return frame;
}

std::string error_frame(const std::optional<Json>& id, const ErrorObject& error) {
  std::string frame = R"({"jsonrpc":"2.0",)";
  if (id) frame += R"("id":)" + dump_json(*id) + ',';
  Json body = {{"code", error.code}, {"message", error.message}};
  if (!error.data.is_null()) body["data"] = error.data;
  frame += R"("error":)";
  frame += dump_json(body);
  frame += '}';
  return frame;
}

std::string notification_frame(std::string_view method, std::string_view params) {
  std::string frame = R"({"jsonrpc":"2.0",)";
  append_call(frame, method, params);
  return frame;
}

std::string request_frame(const Json& id, std::string_view method, std::string_view params) {
  std::string frame = R"({"jsonrpc":"2.0","id":)" + dump_json(id) + ',';
  append_call(frame, method, params);
  return frame;
}

}  // namespace tier0::jsonrpc
