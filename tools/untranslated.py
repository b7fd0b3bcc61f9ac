"""Lists the texts of a catalogue that have no translation; returns 1 if there is one."""

import sys
from pathlib import Path

from babel.messages.pofile import read_po


def main(catalogue: Path) -> int:
    """Prints each untranslated text."""
    with catalogue.open("rb") as file:
        missing = [message.id for message in read_po(file, locale="en") if message.id and not message.string]
    for text in missing:
        print(f"no English for: {text}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
