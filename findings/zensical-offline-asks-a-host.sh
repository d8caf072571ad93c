#!/bin/bash
# zensical: a site built with the plugin `offline` loads a script from another host, and without it does not search
#
# Version: zensical==0.0.73 (mkdocs-material 9.8.2 writes the same line)
# Guessed: `offline` makes a site whose pages and search work from a folder without a network.
# Is: each page names a script of a public content network for the search worker; opened from a folder on a machine
#   without a network the search says that it is unavailable. The build reports no issue, also with --strict.
# Where users meet it: documentation handed over as a folder, read where nothing may leave the machine.
# The product: its site is built by Sphinx, and a test refuses any script, style or picture of another host.
# Output seen:
#   No issues found
#   pages that load a script from another host: 2 of 2
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "zensical==0.0.73"
mkdir "$folder/docs"
echo "# One page" > "$folder/docs/index.md"
cat > "$folder/mkdocs.yml" <<'YAML'
site_name: one
use_directory_urls: false
theme: {name: material, font: false}
plugins: [search, offline]
YAML
cd "$folder"
"$folder/env/bin/zensical" build --strict 2>&1 | grep -o "No issues found"
pages=$(find site -name '*.html' | wc -l)
asking=$(grep -lE '<script[^>]*src="https://' site/*.html | wc -l)
echo "pages that load a script from another host: $asking of $pages"
test "$asking" -gt 0
