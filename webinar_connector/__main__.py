"""`python -m webinar_connector`."""

from webinar_connector.commands import main

main(prog_name="python -m webinar_connector")
