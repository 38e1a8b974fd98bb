# Joins schemas/tools with tools/: writes tool_handlers.gen.h (what each tool's file must define) and tool_table.gen.cpp (name,
# bytes of the schema, function). A schema without a function fails the link, a function without a schema fails the compile.
# Usage: cmake -DMANIFEST=… -DROOT=… -DOUT=DIR -P embed.cmake, where MANIFEST lists the schemas, one a line.

# A fault of a schema, in the one form that editors and people can follow.
function(refuse path place problem)
  file(RELATIVE_PATH shown "${ROOT}" "${path}")
  message(FATAL_ERROR "${shown}:${place}: ${problem}")
endfunction()

# The text at `key`, which every schema has.
function(read_text json path key out)
  string(JSON kind ERROR_VARIABLE problem TYPE "${json}" ${key})
  if(NOT kind STREQUAL "STRING")
    refuse("${path}" "1" "\"${key}\" is missing or no text")
  endif()
  string(JSON value GET "${json}" ${key})
  set(${out} "${value}" PARENT_SCOPE)
endfunction()

function(check_json json path)
  string(JSON kind ERROR_VARIABLE problem TYPE "${json}")
  if(problem MATCHES "Line ([0-9]+), Column ([0-9]+)[ \n]*([^\n]*)")
    refuse("${path}" "${CMAKE_MATCH_1}:${CMAKE_MATCH_2}" "${CMAKE_MATCH_3}")
  elseif(problem OR NOT kind STREQUAL "OBJECT")
    refuse("${path}" "1" "not a JSON object ${problem}")
  endif()
endfunction()

file(STRINGS "${MANIFEST}" paths)
set(declarations "")
set(rows "")
set(count 0)
foreach(path IN LISTS paths)
  file(READ "${path}" json)
  check_json("${json}" "${path}")
  cmake_path(GET path STEM LAST_ONLY name)
  read_text("${json}" "${path}" effect effect)
  if(NOT name MATCHES "^[a-z][a-z0-9]*(-[a-z0-9]+)+$")
    refuse("${path}" "1" "the file's name is the tool's, a verb and a noun in kebab case")
  elseif(json MATCHES "\\)__json__\"")
    refuse("${path}" "1" "contains the text that ends an embedded schema")
  endif()
  string(REPLACE "-" "_" function "${name}")
  if(effect STREQUAL "read")
    string(APPEND declarations "Result<ToolOutput> ${function}(ToolContext& context, const Json& args);\n")
  elseif(effect MATCHES "^(write|destructive|spend)$")
    string(APPEND declarations "Runbook ${function}();\n")
  else()
    refuse("${path}" "1" "\"effect\" is \"${effect}\", not read, write, destructive or spend")
  endif()
  string(APPEND rows "    ToolEntry{\"${name}\", R\"__json__(${json})__json__\", ${function}},\n")
  math(EXPR count "${count} + 1")
endforeach()

file(WRITE "${OUT}/tool_handlers.gen.h.tmp" "// Written by schemas/embed.cmake from schemas/tools.
#pragma once
#include <span>

#include \"server/tool/tool.h\"

namespace tier0::tools {

/// Every tool, in the order of the names.
std::span<const ToolEntry> table();

${declarations}
}  // namespace tier0::tools
")
file(WRITE "${OUT}/tool_table.gen.cpp.tmp" "// Written by schemas/embed.cmake from schemas/tools.
#include \"tool_handlers.gen.h\"

#include <array>

// The standard's least limit for a literal may be shorter than a schema; both compilers take any length.
#pragma GCC diagnostic ignored \"-Woverlength-strings\"

namespace tier0::tools {
namespace {

constexpr std::array<ToolEntry, ${count}> kTable = {
${rows}};

}  // namespace

std::span<const ToolEntry> table() { return kTable; }

}  // namespace tier0::tools
")
foreach(name tool_handlers.gen.h tool_table.gen.cpp)
  file(COPY_FILE "${OUT}/${name}.tmp" "${OUT}/${name}" ONLY_IF_DIFFERENT)
endforeach()
