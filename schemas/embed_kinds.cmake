# Writes the enum of error kinds from schemas/result.json, so that the closed list stands in one place.
# Usage: cmake -DIN=schemas/result.json -DOUT=DIR -P embed_kinds.cmake
file(READ "${IN}" text)
string(JSON count LENGTH "${text}" kinds)
math(EXPR last "${count} - 1")
set(enumerators "")
set(names "")
foreach(i RANGE ${last})
  string(JSON kind GET "${text}" kinds ${i})
  string(REPLACE "_" ";" words "${kind}")
  set(pascal "")
  foreach(word IN LISTS words)
    string(SUBSTRING "${word}" 0 1 head)
    string(SUBSTRING "${word}" 1 -1 tail)
    string(TOUPPER "${head}" head)
    string(APPEND pascal "${head}${tail}")
  endforeach()
  string(APPEND enumerators "  ${pascal},\n")
  string(APPEND names "    \"${kind}\",\n")
endforeach()
string(JSON output GET "${text}" outputSchema)
file(WRITE "${OUT}/code.gen.h.tmp" "// Written by schemas/embed_kinds.cmake from schemas/result.json.
#pragma once
#include <array>
#include <string_view>
namespace tier0 {
enum class Code {
${enumerators}};
inline constexpr std::array<std::string_view, ${count}> kCodeNames = {
${names}};
inline constexpr std::string_view kOutputSchema = R\"__json__(${output})__json__\";
}  // namespace tier0
")
file(COPY_FILE "${OUT}/code.gen.h.tmp" "${OUT}/code.gen.h" ONLY_IF_DIFFERENT)
