# Usage: awk -f summary.awk LastTestsFailed.log LastTest.log, as ctest leaves them. Prints every "SKIPPED: why" again and one
# closing line, which counts Catch2's cases, and anything else as one. Exit 1 if anything failed.
FILENAME ~ /LastTestsFailed/ { sub(/^[0-9]+:/, ""); failing[$0] = 1; next }
/^[0-9]+\/[0-9]+ Testing: / { test = $3; passed = failed = skipped = counted = 0; next }
/^Command: / { next }
/SKIPPED: / { sub(/.*SKIPPED: /, ""); if (!seen[test ": " $0]++) skipped++ }
/^All tests passed \(/ { passed = $(NF - 2); counted = 1 }
/^test cases: / {
  counted = 1
  for (i = 2; i < NF; i++) {
    if ($(i + 1) == "passed") passed = $i
    if ($(i + 1) == "failed") failed = $i
  }
}
/^Test (Passed|Failed)\./ {
  if (test in failing) {
    if (failed == 0) failed = 1  # a crash or a timeout, or no Catch2 binary
    failing[test] = failed
  } else if ($2 == "Failed.") {
    passed = 0  # ctest's log calls what answered with the skip code failed, too
    if (skipped == 0) skipped = 1
  } else {
    passed = counted ? passed - skipped : skipped == 0
  }
  all_passed += passed; all_failed += failed; all_skipped += skipped
}
END {
  for (reason in seen) print "SKIPPED " reason | "sort"
  close("sort")
  for (test in failing) print "FAILED " test ": " failing[test]
  printf "%d passed, %d failed, %d skipped\n", all_passed, all_failed, all_skipped
  exit all_failed > 0
}
