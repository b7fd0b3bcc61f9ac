"""A time-stamping authority really served over HTTP: `openssl ts` answers, with certificates made now.

`root.pem` in its folder is the root of the one that signs.
"""

import contextlib
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from flask import Flask, Response, request

from tests.services.serving import serving

CONFIGURATION = """[tsa]
default_tsa = one
[one]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
"""


@contextlib.contextmanager
def time_stamping_authority(folder: Path) -> Iterator[str]:
    """Serves it and yields its address."""
    _write_certificate(folder)
    (folder / "serial").write_text("01\n")
    (folder / "ts.conf").write_text(CONFIGURATION.format(folder=folder))
    app = Flask("time stamps")

    @app.post("/")
    def stamp() -> Response:
        (folder / "query").write_bytes(request.get_data())
        command = ["openssl", "ts", "-reply", "-config", "ts.conf", "-queryfile", "query"]
        signer = ["-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "reply"]
        subprocess.run([*command, *signer], cwd=folder, check=True, capture_output=True)
        return Response((folder / "reply").read_bytes(), content_type="application/timestamp-reply")

    with serving(app) as url:
        yield url


def _write_certificate(folder: Path) -> None:
    key, root_key = (ec.generate_private_key(ec.SECP256R1()) for _one in range(2))
    root = certificate("Radice di prova", "Radice di prova", root_key, root_key, can_issue=True)
    made = certificate("Autorità di prova", "Radice di prova", key, root_key)
    (folder / "root.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    (folder / "tsa.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "tsa.key").write_bytes(pem)


def certificate(
    name: str,
    issuer: str,
    key: ec.EllipticCurvePrivateKey,
    by: ec.EllipticCurvePrivateKey,
    *,
    can_issue: bool = False,
    days: tuple[int, int] = (-1, 1),
    longest: int | None = None,
) -> x509.Certificate:
    """One for time stamps, or of an authority that issues others; its `days` are counted from now."""
    names = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (issuer, name))
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(*names, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now + timedelta(days=days[0]))
    builder = builder.not_valid_after(now + timedelta(days=days[1]))
    if can_issue:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=longest), critical=True)
    else:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(by, hashes.SHA256())
