# What scripts/test, scripts/check and scripts/update share: steps with their summary, and the tests of one area.
# It is sourced, from the root of the repository.
# shellcheck shell=bash

passed=0
failed=0
summary=()
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT

if ! command -v cargo >/dev/null && [[ -r $HOME/.cargo/env ]]; then
  # shellcheck source=/dev/null
  . "$HOME/.cargo/env"
fi

# Steps

# step NAME COMMAND…: runs the command, shows and keeps what it says, and notes how it went.
step() {
  local name=$1 started=$SECONDS outcome=ok status
  shift
  printf '\n== %s\n' "$name"
  "$@" 2>&1 | tee "$logs/last"
  status=${PIPESTATUS[0]}
  if ((status != 0)); then
    outcome=FAILED
    failed=$((failed + 1))
  fi
  note "$outcome" $((SECONDS - started)) "$name"
  return "$status"
}

# test_step NAME COMMAND…: a step that counts the tests it ran, by cargo or by Node. A run that fails without a failed
# test (it did not compile, it crashed) counts as one failure.
test_step() {
  local counts failed_before=$failed
  step "$@"
  counts=$(awk '
    /^test result:/ { passed += $4; failed += $6 }
    /^(#|ℹ) pass [0-9]+$/ { passed += $3 }
    /^(#|ℹ) (fail|cancelled) [0-9]+$/ { failed += $3 }
    END { print passed + 0, failed + 0 }' "$logs/last")
  passed=$((passed + ${counts% *}))
  if ((${counts#* } > 0)); then
    failed=$((failed_before + ${counts#* }))
  fi
}

note() {
  summary+=("$(printf '%-7s %4d s  %s' "$1" "$2" "$3")")
}

# What was done, and as the last line `N passed, N failed`.
tell_summary() {
  printf '\n== summary\n'
  printf '%s\n' "${summary[@]}"
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
}

# Building

target_directory() {
  cargo metadata --locked --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'
}

# Real RxDB and WatermelonDB against the program. Who has built it with all tests says so: `cargo build` would build all of
# it again, without what only tests need.
build_clients() {
  [[ ${1-} == built ]] || cargo build --locked || return
  (cd clients && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build)
}

# One area

# Whether a folder has a module of this name: a file or a folder.
has_module() {
  [[ -n $(find "$1" \( -name "$2.rs" -o -type d -name "$2" \) -print -quit) ]]
}

# names_in FILE AREA: of the tests that a program lists, those with a module of that name on their path.
names_in() {
  sed -n 's/: test$//p' "$1" | grep -E "(^|::)$2::"
}

# test_names NAME AREA PROGRAM…: the tests of one program that belong to the area.
test_names() {
  local name=$1 area=$2 names
  shift 2
  if ! cargo test --locked "$@" -- --list --format terse >"$logs/list"; then
    failed=$((failed + 1))
    note FAILED 0 "$name (it does not build)"
    return
  fi
  mapfile -t names < <(names_in "$logs/list" "$area")
  if ((${#names[@]})); then
    test_step "$name" env XUNFANG_TEST_DATABASE=sqlite cargo test --locked "$@" -- --exact "${names[@]}"
  fi
}

# test_area AREA: the unit tests in the library and the tests of tests/api whose module bears that name, and the program
# of tests/ that does, all on SQLite.
test_area() {
  local area=$1 module=${1##*::}
  if has_module src "$module"; then
    test_names "$area: unit tests" "$area" --lib
  fi
  if has_module tests/api "$module"; then
    test_names "$area: tests/api on SQLite" "$area" --test api
  fi
  if [[ -e tests/$area.rs || -e tests/$area/main.rs ]]; then
    test_step "$area: all of tests/$area on SQLite" env XUNFANG_TEST_DATABASE=sqlite cargo test --locked --test "$area"
  fi
}
