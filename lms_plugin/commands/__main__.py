"""`python -m lms_plugin.commands` is `coalizione`."""

from lms_plugin.commands import main

main(prog_name="coalizione")
