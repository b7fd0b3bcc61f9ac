"""The one base of every refusal a person can act on."""


class Refusal(Exception):
    """Something we decline to do, with a code for machines and a sentence for people.

    Subclasses set `code` (stable, snake_case) and `status` (HTTP). `detail` never holds claim values,
    names or secrets: it is logged.
    """

    code = "refused"
    status = 400

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.code)
        self.detail = detail


class ConfigurationError(Refusal):
    """A setting is missing or wrong; the sentence names the variable and what to write there."""

    code = "configuration"
    status = 500
