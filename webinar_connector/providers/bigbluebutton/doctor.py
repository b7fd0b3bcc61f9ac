"""The self-test of a BigBlueButton server, in plain Italian for the person who set it up."""

from collections.abc import Callable
from urllib.parse import urlsplit

from webinar_connector.providers.bigbluebutton.answers import text
from webinar_connector.providers.bigbluebutton.client import Client
from webinar_connector.providers.bigbluebutton.settings import BigBlueButtonSettings
from webinar_connector.providers.errors import AuthError, ProviderError, TemporaryError
from webinar_connector.webinars import Finding

LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


def examine(client: Client, settings: BigBlueButtonSettings) -> tuple[Finding, ...]:
    """Address, reachability, secret, webhooks, callbacks, stopping where the rest has no sense."""
    findings = [_transport(client.base, "server", "del server video")]
    reached = _attempt(lambda: _reach(client), _not_reached)
    findings.append(reached)
    if reached.level == "ok":
        accepted = _attempt(lambda: _accepted(client), lambda p: _not_accepted(p, client.algorithm))
        findings.append(accepted)
        if accepted.level == "ok":
            findings.append(_attempt(lambda: _webhooks(client), _no_webhooks))
    findings.append(_callbacks(settings))
    return tuple(findings)


def _attempt(check: Callable[[], Finding], explain: Callable[[ProviderError], Finding]) -> Finding:
    try:
        return check()
    except ProviderError as problem:
        return explain(problem)


def _transport(url: str, code: str, whose: str) -> Finding:
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname in LOCAL_HOSTS:
        return Finding("ok", f"{code}_transport", f"L'indirizzo {whose} è protetto o è su questa macchina.")
    return Finding("warning", f"{code}_transport", f"L'indirizzo {whose} usa http: usa https.")


def _reach(client: Client) -> Finding:
    version = text(client.index(), "version")
    return Finding("ok", "reachable", f"Il server risponde (API {version}).", {"version": version})


def _not_reached(problem: ProviderError) -> Finding:
    if isinstance(problem, TemporaryError):
        sentence = "Il server non risponde. Controlla che sia acceso e raggiungibile da questa macchina."
    else:
        sentence = "A questo indirizzo non c'è un server BigBlueButton. Controlla l'indirizzo."
    return Finding("error", problem.code or "unreachable", sentence)


def _accepted(client: Client) -> Finding:
    client.call("isMeetingRunning", {"meetingID": "nobody-00000000"})
    return Finding("ok", "secret", "Il server accetta il segreto condiviso.")


def _not_accepted(problem: ProviderError, algorithm: str) -> Finding:
    if isinstance(problem, AuthError):
        sentence = (
            f"Il segreto condiviso non è quello del server, oppure il server non accetta {algorithm}. "
            "L'orologio non c'entra."
        )
        return Finding("error", "secret", sentence, {"algorithm": algorithm})
    return Finding("error", problem.code or "refused", "Il server risponde ma rifiuta la richiesta di prova.")


def _webhooks(client: Client) -> Finding:
    client.call("hooks/list", {})
    return Finding("ok", "webhooks", "Il server invia ingressi e uscite appena avvengono (bbb-webhooks).")


def _no_webhooks(_: ProviderError) -> Finding:
    sentence = (
        "Il server non ha bbb-webhooks: le presenze arrivano dal rapporto finale "
        "e dalle interrogazioni periodiche, con un minuto di incertezza."
    )
    return Finding("warning", "webhooks", sentence)


def _callbacks(settings: BigBlueButtonSettings) -> Finding:
    if not settings.callback_url:
        sentence = "Manca l'indirizzo pubblico per ricevere le presenze: il server non può inviarle."
        return Finding("warning", "callback_transport", sentence)
    return _transport(settings.callback_url, "callback", "che riceve le presenze")
