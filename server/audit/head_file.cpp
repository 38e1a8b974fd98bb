#include "server/audit/head_file.h"

#include "server/base/files.h"

namespace tier0 {
namespace {

constexpr std::size_t kFileLimit = 1024 * 1024;

Error damaged() {
  return {.code = Code::Validation,
          .message = "the audit's head file makes no sense",
          .hint = "Keep it: it may have been tampered with. `tier0 audit verify` says more."};
}

}  // namespace

Json to_json(const ChainHead& head) {
  return {{"writer", head.writer}, {"count", head.count}, {"hash", head.hash}};
}

Result<ChainHead> parse_chain_head(const Json& json) {
  const Json* count = find_member(json, "count");
  ChainHead head{
      .writer = string_member(json, "writer"),
      .count = count != nullptr && count->is_number_integer() ? count->get<std::int64_t>() : -1,
      .hash = string_member(json, "hash")};
  if (head.writer.empty() || head.count < 0 || head.hash.empty() != (head.count == 0))
    return damaged();
  return head;
}

Result<std::vector<ChainHead>> read_heads(const std::filesystem::path& file) {
  const Result<std::string> bytes = read_file(file, kFileLimit);
  if (!bytes && bytes.error().code == Code::NotFound) return std::vector<ChainHead>();
  if (!bytes) return bytes.error();
  const Result<Json> json = parse_json(*bytes);
  const Json* const chains = json ? find_member(*json, "chains") : nullptr;
  if (chains == nullptr || !chains->is_array()) return damaged();
  std::vector<ChainHead> heads;
  for (const Json& chain : *chains) {
    T0_TRY(ChainHead head, parse_chain_head(chain));
    heads.push_back(std::move(head));
  }
  return heads;
}

Result<Unit> write_heads(const std::filesystem::path& file, const std::vector<ChainHead>& heads) {
  Json chains = Json::array();
  for (const ChainHead& head : heads) chains.push_back(to_json(head));
  return replace_file(file, dump_json({{"chains", chains}}) + "\n");
}

}  // namespace tier0
