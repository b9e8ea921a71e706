#!/usr/bin/env bash
# The detectors against the surveillance package of R, on the same series. usage: compare_with_r.sh SNPCTL
#
# Needs Rscript and r-cran-surveillance; without them it says so and exits 77 (ctest: skipped).
#
# What differs, and is allowed for here:
# - earsC C1, C2: its limit is a quantile (alpha); with alpha = 1 - pnorm(3) both are the same.
# - earsC C3: its upper bound adds to today's count where the formula adds to the mean, so it cannot be compared as it is; the sum of C2 is, recomputed
#   in R from the definition.
# - farringtonFlexible: after it weights past outbreaks down, it puts these weights in the place of the working weights of its model, and by that the
#   standard error of the expected count comes out too small (by about sqrt(mu)). Its threshold is therefore below ours, by 1.2 % at most here. With the
#   standard error from the same regression in R, ours agrees to 1e-5.
set -euo pipefail
snpctl=$(realpath "${1:?usage: compare_with_r.sh SNPCTL}")
if ! command -v Rscript >/dev/null || ! Rscript -e 'quit(status = !requireNamespace("surveillance", quietly = TRUE))' >/dev/null 2>&1; then
  echo "SKIPPED: R with the surveillance package (Debian: r-cran-surveillance) is not installed; the detectors were not compared with it" >&2
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$(dirname "$0")/compare_with_r.R" "$work/"
cd "$work"
Rscript compare_with_r.R generate
for series in series_*.csv; do
  name=${series%.csv}
  for method in ears-c1 ears-c2 ears-c3 cusum farrington-flexible; do
    params=()
    if [ -e "$method.yaml" ]; then params=(--params "$method.yaml"); fi
    "$snpctl" tension detect --method "$method" --series "$series" "${params[@]}" --json >"$name.$method.jsonl"
  done
done
Rscript compare_with_r.R compare
