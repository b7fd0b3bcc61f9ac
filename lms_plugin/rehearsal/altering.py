"""How one claim of an honest message is altered before the LMS signs it."""

from collections.abc import Callable

from lms_plugin.rehearsal.drafting import Draft, Forgery, Form
from lms_plugin.rehearsal.vocabulary import CLAIM

Change = Callable[[Draft], None]


def wrong(name: str, title: str, check: int, codes: tuple[str, ...], change: Change) -> Forgery:
    def make(draft: Draft) -> Form:
        change(draft)
        return draft.form(draft.signed())

    return Forgery(name, title, check, codes, "claims", make)


def put(claim: str, value: object) -> Change:
    def change(draft: Draft) -> None:
        draft.claims[claim] = value

    return change


def drop(claim: str) -> Change:
    def change(draft: Draft) -> None:
        draft.claims.pop(claim, None)

    return change


def shift(claim: str, seconds: int) -> Change:
    def change(draft: Draft) -> None:
        issued = draft.claims["iat"]
        if isinstance(issued, int):
            draft.claims[claim] = issued + seconds

    return change


def audiences(*strangers: str, azp: str | None = None) -> Change:
    """aud becomes a list of our client id and `strangers`; azp is ours, another, or (None) left out."""

    def change(draft: Draft) -> None:
        ours = str(draft.claims["aud"])
        draft.claims["aud"] = [ours, *strangers]
        if azp is not None:
            draft.claims["azp"] = azp or ours

    return change


def target(write: Callable[[str], str]) -> Change:
    def change(draft: Draft) -> None:
        draft.claims[f"{CLAIM}target_link_uri"] = write(draft.tool_url)

    return change
