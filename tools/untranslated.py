"""Lists the texts of a catalogue that have no translation; returns 1 if there is one."""

import sys
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po


def _whole(message: Message) -> bool:
    """Whether the text is there, in all its plural forms."""
    given = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(given)


def main(catalogue: Path) -> int:
    """Prints each untranslated text."""
    with catalogue.open("rb") as file:
        missing = [message.id for message in read_po(file, locale="en") if message.id and not _whole(message)]
    for text in missing:
        print(f"no English for: {text}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
