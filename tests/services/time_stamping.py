"""A time-stamping authority really served over HTTP: `openssl ts` answers, with a certificate made now."""

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
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Autorità di prova")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(now - timedelta(days=1))
    builder = builder.not_valid_after(now + timedelta(days=1))
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    made = builder.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    (folder / "tsa.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "tsa.key").write_bytes(pem)
