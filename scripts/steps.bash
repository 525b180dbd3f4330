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

# programs_of AREA: the programs that hold its tests, as cargo names them: the library for its unit tests, tests/api, and
# the program of tests/ that bears its name.
programs_of() {
  local area=$1 module=${1##*::}
  if has_module src "$module"; then echo --lib; fi
  if [[ $area != api ]] && has_module tests/api "$module"; then echo --test=api; fi
  if [[ -e tests/$area.rs || -e tests/$area/main.rs ]]; then echo "--test=$area"; fi
}

# build_tests PROGRAM…: all of them in one go.
build_tests() {
  local wanted
  mapfile -t wanted < <(printf '%s\n' "$@" | sort -u)
  step "build of the tests" cargo test --locked --no-run "${wanted[@]}"
}

# test_area AREA: what programs_of names, on SQLite, when it was built. Of the library and of tests/api those tests are run
# that have a module of that name on their path.
test_area() {
  local area=$1 program name wanted names
  mapfile -t wanted < <(programs_of "$area")
  for program in "${wanted[@]}"; do
    name="tests/${program#--test=}"
    names=()
    if [[ $program != "--test=$area" ]]; then
      mapfile -t names < <(cargo test --locked --quiet "$program" -- --list --format terse 2>/dev/null |
        sed -n 's/: test$//p' | grep -E "(^|::)$area::")
      ((${#names[@]})) || continue
      names=(-- --exact "${names[@]}")
    fi
    test_step "$area: ${name/tests\/--lib/unit tests} on SQLite" \
      env XUNFANG_TEST_DATABASE=sqlite cargo test --locked "$program" "${names[@]}"
  done
}
