# Writes NAME.gen.h and NAME.gen.cpp, a table of the files that MANIFEST lists (one path below ROOT a line), byte for byte.
# Usage: cmake -DNAME=… -DMANIFEST=… -DROOT=… -DOUT=DIR -P embed_files.cmake
file(STRINGS "${MANIFEST}" paths)
set(rows "")
set(count 0)
foreach(path IN LISTS paths)
  file(READ "${ROOT}/${path}" bytes)
  if(bytes MATCHES "\\)__file__\"")
    message(FATAL_ERROR "${path}: contains the text that ends an embedded file")
  endif()
  string(APPEND rows "    EmbeddedFile{\"${path}\", R\"__file__(${bytes})__file__\"},\n")
  math(EXPR count "${count} + 1")
endforeach()

file(WRITE "${OUT}/${NAME}.gen.h.tmp" "// Written by schemas/embed_files.cmake.
#pragma once
#include <span>

#include \"server/base/embedded.h\"

namespace tier0::embedded {

std::span<const EmbeddedFile> ${NAME}();

}  // namespace tier0::embedded
")
file(WRITE "${OUT}/${NAME}.gen.cpp.tmp" "// Written by schemas/embed_files.cmake.
#include \"embedded/${NAME}.gen.h\"

#include <array>

// The standard's least limit for a literal is shorter than our files; both compilers take any length.
#pragma GCC diagnostic ignored \"-Woverlength-strings\"

namespace tier0::embedded {
namespace {

constexpr std::array<EmbeddedFile, ${count}> kFiles = {
${rows}};

}  // namespace

std::span<const EmbeddedFile> ${NAME}() { return kFiles; }

}  // namespace tier0::embedded
")
foreach(kind h cpp)
  file(COPY_FILE "${OUT}/${NAME}.gen.${kind}.tmp" "${OUT}/${NAME}.gen.${kind}" ONLY_IF_DIFFERENT)
endforeach()
