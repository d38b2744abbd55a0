"""Keys to sign with: made here, read from PKCS#12 files, or on a token that speaks PKCS#11."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from specgen.record.decision import Signer

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer as PdfSigner

TOKEN = "pkcs11:"
CERTIFICATE = ".crt"
TAKEN = "there is a file already, and a lost key cannot be made again"
INSTALL = "signatures need pyHanko; install it with: pip install 'specgen[sign]'"


class KeyFileError(Exception):
    """A key cannot be made or used; the message says which and why."""


class PasswordError(KeyFileError):
    """A key's password, or a token's PIN, is missing or wrong."""


@dataclass(frozen=True)
class Key:
    """A key that is ready to sign, and how it is told from others."""

    signer: PdfSigner
    who: Signer


@contextmanager
def needs_pyhanko() -> Iterator[None]:
    """Raises KeyFileError that says what to install where the extra `sign` is not."""
    try:
        import pyhanko.sign  # noqa: F401 - whether it is there
    except ImportError as error:
        raise KeyFileError(INSTALL) from error
    yield


def new_key(file: Path, name: str, days: int, password: str | None) -> Signer:
    """Write a new ECDSA key (P-256) with a certificate that it signs itself, and the certificate once more as .crt.

    `file` is a PKCS#12 file that only its owner may read. Raises KeyFileError; nothing is overwritten.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import pkcs12

    public = file.with_suffix(CERTIFICATE)
    taken = [place for place in (file, public) if place.exists()]
    if taken or public == file:
        raise KeyFileError(f"{(taken or [file])[0]}: {TAKEN if taken else 'is the name of the certificate'}")
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(key, name, days)
    secret: Any = serialization.NoEncryption()
    if password:
        secret = serialization.BestAvailableEncryption(password.encode())
    packed = pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, None, secret)
    for place, content, mode in (
        (file, packed, 0o600),
        (public, certificate.public_bytes(serialization.Encoding.PEM), 0o644),
    ):
        _write_new(place, content, mode)
    return Signer(name=name, sha256=sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest())


def _certificate(key: Any, name: str, days: int) -> Any:
    """A certificate for signing documents, and nothing else."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    uses = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only",
         "decipher_only"), False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **uses), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _write_new(file: Path, content: bytes, mode: int) -> None:
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as opened:
            opened.write(content)
    except FileExistsError as error:
        raise KeyFileError(f"{file}: {TAKEN}") from error
    except OSError as error:
        raise KeyFileError(f"{file}: cannot write: {error.strerror}") from error


@contextmanager
def opened_key(written: str, password: str | None) -> Iterator[Key]:
    """A key to sign with, of a PKCS#12 file or a URI `pkcs11:token=…;object=…?module-path=…` (RFC 7512).

    `password` is also a token's PIN. Raises KeyFileError, PasswordError where a password is wrong or missing.
    """
    with needs_pyhanko():
        if written.startswith(TOKEN):
            with _on_token(written, password) as signer:
                yield _checked(written, signer)
        else:
            yield _checked(written, _in_file(Path(written), password))


def _checked(written: str, signer: Any) -> Key:
    certificate = signer.signing_cert
    until = certificate.not_valid_after
    if until < datetime.now(UTC):
        raise KeyFileError(f"{written}: its certificate ended on {until:%Y-%m-%d}; make a new key")
    names = certificate.subject.native
    name = names.get("common_name") or certificate.subject.human_friendly
    return Key(signer, Signer(name=str(name), sha256=sha256(certificate.dump()).hexdigest()))


def _in_file(file: Path, password: str | None) -> Any:
    from cryptography.hazmat.primitives.serialization import pkcs12
    from pyhanko.sign.signers import SimpleSigner

    try:
        packed = file.read_bytes()
    except OSError as error:
        raise KeyFileError(f"{file}: cannot read the key: {error.strerror}") from error
    secret = password.encode() if password else None
    try:
        pkcs12.load_pkcs12(packed, secret)
    except ValueError as error:
        if "password" in str(error).lower():
            state = "wrong" if password else "missing"
            raise PasswordError(f"{file}: the key's password is {state}") from error
        raise KeyFileError(f"{file}: not a PKCS#12 file (.p12, .pfx)") from error
    signer = SimpleSigner.load_pkcs12_data(packed, other_certs=[], passphrase=secret)
    if signer is None:
        raise KeyFileError(f"{file}: holds no key with a certificate")
    return signer


@contextmanager
def _on_token(uri: str, pin: str | None) -> Iterator[Any]:
    try:
        from pkcs11.exceptions import PKCS11Error
        from pyhanko.config.pkcs11 import PKCS11SignatureConfig, TokenCriteria
        from pyhanko.sign.general import SigningError
        from pyhanko.sign.pkcs11 import PKCS11SigningContext
    except ImportError as error:
        raise KeyFileError(
            f"{TOKEN} needs python-pkcs11; install it with: pip install python-pkcs11"
        ) from error
    parts = urlsplit(uri)
    path = {k: unquote(v) for k, _, v in (one.partition("=") for one in parts.path.split(";"))}
    module = parse_qs(parts.query).get("module-path", [""])[0]
    if not module or "object" not in path:
        raise KeyFileError(f"{uri}: write pkcs11:token=TOKEN;object=LABEL?module-path=LIBRARY")
    if pin is None:
        raise PasswordError(f"{uri}: the token's PIN is missing")
    config = PKCS11SignatureConfig(
        module_path=module, cert_label=path["object"], key_label=path["object"], user_pin=pin,
        token_criteria=TokenCriteria(label=path["token"]) if "token" in path else None,
        raw_mechanism=True,  # digests are computed here, which every token allows
    )  # fmt: skip
    try:
        with PKCS11SigningContext(config) as signer:
            signer.signing_cert  # noqa: B018 - it is fetched here, so that a wrong label is told before anything is done
            yield signer
    except (PKCS11Error, SigningError) as error:
        text = str(error) or type(error).__name__
        if "PinIncorrect" in text:
            raise PasswordError(f"{uri}: the token's PIN is wrong") from error
        raise KeyFileError(f"{uri}: {text.strip()}") from error


def read_certificates(files: Sequence[Path]) -> list[Any]:
    """Certificates of PEM or DER files. Raises KeyFileError."""
    from pyhanko import keys

    read: Any = keys.load_certs_from_pemder_data
    found: list[Any] = []
    for file in files:
        try:
            found += read(file.read_bytes())
        except OSError as error:
            raise KeyFileError(f"{file}: cannot read the certificate: {error.strerror}") from error
        except ValueError as error:
            raise KeyFileError(f"{file}: not a certificate (PEM or DER)") from error
    return found
