#!/usr/bin/env bash
# Style, types, architecture and content; every line must pass.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
"$bin/ruff" check --quiet .
"$bin/ruff" format --quiet --check .
"$bin/mypy" --no-error-summary
"$bin/lint-imports" --no-logo 2>/dev/null || "$bin/lint-imports"
"$bin/python" -m course_content check
"$bin/python" tools/untranslated.py lms_plugin/translations/en/LC_MESSAGES/messages.po
"$bin/python" tools/sizes.py
"$bin/python" tools/hosts.py
