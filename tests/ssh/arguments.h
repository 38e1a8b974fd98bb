#pragma once

#include <string>
#include <vector>

namespace tier0::testing {

/// Words that a shell, or a careless quoting, would turn into something else.
inline std::vector<std::string> hostile_words() {
  std::vector<std::string> words = {
      "",
      " ",
      "'",
      "''",
      "\"",
      "\\",
      "\\'",
      "a'b",
      "'\\''",
      "$HOME",
      "${HOME}",
      "$(id)",
      "`id`",
      "$((1+1))",
      "*",
      "?",
      "[a-z]*",
      "{a,b}",
      "~",
      "~root",
      "~/x",
      "-rf",
      "--help",
      "-oProxyCommand=id",
      "--",
      "#",
      "a#b",
      "!",
      "!!",
      "!$",
      "FOO=bar",
      "=ls",
      "%1",
      ";id",
      "a;b",
      "a&b",
      "a|b",
      "a||b",
      "<x",
      ">x",
      "2>&1",
      "a\nb",
      "\n",
      "\r\n",
      "\t",
      "a\n#b\n",
      "<<EOF\nx\nEOF",
      "if",
      "{",
      "}",
      "(",
      ")",
      "$'\\n'",
      "\x1b[31m",
      "\x01\x7f",
      "é",
      "\u202e",
      "日本語",
      "\xff\xfe",
      "trailing\\",
      "\\n\\t",
      "a  b",
      " lead",
      "trail ",
      "\\\n",
      "$",
      "\"$(id)\"",
  };
  // Every byte but NUL, alone and between others.
  for (int byte = 1; byte < 256; ++byte) {
    words.push_back(std::string(1, static_cast<char>(byte)));
    words.push_back("a" + std::string(2, static_cast<char>(byte)) + "b");
  }
  return words;
}

/// What `printf '%s\0' words…` prints.
inline std::string nul_separated(const std::vector<std::string>& words) {
  std::string expected;
  for (const std::string& word : words) expected += word + '\0';
  return expected;
}

}  // namespace tier0::testing
