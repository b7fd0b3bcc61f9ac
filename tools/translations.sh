#!/usr/bin/env bash
# Extracts the interface texts, updates the English catalogue, and lists what still lacks English.
set -euo pipefail
cd "$(dirname "$0")/.."
template=var/messages.pot catalogue=lms_plugin/translations
mkdir -p var
.venv/bin/pybabel --quiet extract --omit-header --sort-by-file --no-location -F tools/babel.cfg -k _ -k lazy_gettext \
  -o "$template" lms_plugin
if [ -f "$catalogue/en/LC_MESSAGES/messages.po" ]; then
  .venv/bin/pybabel --quiet update --ignore-pot-creation-date --no-wrap --ignore-obsolete --no-fuzzy-matching -i "$template" -d "$catalogue" -l en
else
  .venv/bin/pybabel --quiet init --no-wrap -i "$template" -d "$catalogue" -l en
fi
.venv/bin/python tools/untranslated.py "$catalogue/en/LC_MESSAGES/messages.po"
