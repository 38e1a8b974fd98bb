# For the checks beside it. A check is `NAME [ROOT]`: one line "file:line: what is wrong" a fault, exit 1 if there is any.
set -euo pipefail
lint_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "${1:-$lint_folder/../..}"

# files GLOB…: what is tracked or new here and still exists, NUL-terminated for xargs -0.
files() {
  git ls-files -z --cached --others --exclude-standard -- "$@" | while IFS= read -r -d '' file; do
    [[ ! -f $file ]] || printf '%s\0' "$file"
  done
}

# search MESSAGE PATTERN [PATH_TO_SPARE…] < files: reports lines of code, comments apart, that match the awk pattern, and not
# the pattern $except.
search() {
  local message=$1 pattern=$2 spared
  spared=$(IFS='|' && echo "${*:3}")
  xargs -0 -r awk -v message="$message" -v pattern="$pattern" -v except="${except:-}" -v spared="${spared:+^($spared)}" '
    spared != "" && FILENAME ~ spared { nextfile }
    { line = $0; sub(/(^|[ \t])(\/\/|#[ !]).*/, "", line) }
    line ~ pattern && (except == "" || line !~ except) { printf "%s:%d: %s\n", FILENAME, FNR, message; found = 1 }
    END { exit found }'
}

# search_text MESSAGE PATTERN < files: the same over the whole text, comments too.
search_text() {
  xargs -0 -r awk -v message="$1" -v pattern="$2" '
    $0 ~ pattern { printf "%s:%d: %s\n", FILENAME, FNR, message; found = 1 }
    END { exit found }'
}
