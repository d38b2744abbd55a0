"""Signatures of PDF files: made and checked by pyHanko, as PAdES (ETSI EN 319 142-1, level B-B)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from io import BytesIO
from typing import Any

from specgen.record.decision import Signer
from specgen.record.keys import Key, KeyFileError


class DamagedPdfError(Exception):
    """Not a PDF file, or one that is damaged."""


@dataclass(frozen=True)
class Signature:
    """A signature in a PDF: whose, what is wrong with it (empty where nothing is), and whether it is trusted.

    `trusted` is None where no certificates were given to hold it against.
    """

    signer: Signer
    wrong: str
    trusted: bool | None


def sign(pdf: bytes, keys: Sequence[Key], reason: str) -> bytes:
    """The PDF with a signature of each key, one after the other. Raises KeyFileError where a key refuses."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner
    from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter

    for number, key in enumerate(keys, start=1):
        field = f"Decision{number}"
        stated = PdfSignatureMetadata(
            field_name=field, name=key.who.name, reason=reason, md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
        )  # fmt: skip
        # Outside of the page: what it says stands on the page of the decision, where readers look.
        place = SigFieldSpec(
            field, on_page=-1, readable_field_name=f"Signature of {key.who.name}",
            invis_sig_settings=InvisSigSettings(box_out_of_bounds=True),
        )  # fmt: skip
        try:
            writer = IncrementalPdfFileWriter(BytesIO(pdf))
            signer = PdfSigner(stated, key.signer, new_field_spec=place)
            pdf = _apart(partial(signer.sign_pdf, writer)).getvalue()
        except Exception as error:
            raise KeyFileError(f"{key.who.name}: cannot sign: {type(error).__name__}: {error}") from error
    return pdf


def _apart(call: Callable[[], Any]) -> Any:
    """A call in a thread of its own: pyHanko starts an event loop, of which a notebook's thread has one already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()


def attachments(pdf: bytes) -> dict[str, bytes]:
    """Files attached to a PDF by name. Raises DamagedPdfError."""
    with _reading():
        node = _reader(pdf).root
        for key in ("/Names", "/EmbeddedFiles", "/Names"):
            if key not in node:
                return {}
            node = node[key]
        return {str(node[k]): node[k + 1]["/EF"]["/F"].data for k in range(0, len(node), 2)}


def signatures(pdf: bytes, trusted: Sequence[Any] = ()) -> tuple[Signature, ...]:
    """A PDF's signatures in order, each held against every byte; `trusted` certificates say whose are known.

    Raises DamagedPdfError.
    """
    with _reading():
        found = list(_reader(pdf).embedded_signatures)
        return tuple(_checked(pdf, one, one is found[-1], trusted) for one in found)


def _checked(pdf: bytes, found: Any, last: bool, trusted: Sequence[Any]) -> Signature:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    certificate = found.signer_cert
    name = certificate.subject.native.get("common_name") or certificate.subject.human_friendly
    # A certificate that ended since was good when it signed.
    known = ValidationContext(
        trust_roots=[*trusted] or [certificate], allow_fetching=False, moment=found.self_reported_timestamp
    )
    status = _apart(partial(validate_pdf_signature, found, known))
    wrong = ""
    if not (status.intact and status.valid):
        wrong = "what was signed has changed"
    elif last and status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        wrong = "something was added to the file after it was signed"
    elif not status.docmdp_ok:
        wrong = "the file was changed after it was signed"
    elif not _as_written(pdf, found):
        wrong = "the signature itself is not as it was written"
    return Signature(
        Signer(name=str(name), sha256=sha256(certificate.dump()).hexdigest()),
        wrong,
        status.trusted if trusted else None,
    )


def _as_written(pdf: bytes, found: Any) -> bool:
    """Whether the bytes that hold the signature, which no signature covers, are those that would be written anew.

    All that these bytes say beside signed attributes, signature and certificates follows from them.
    """
    from asn1crypto import cms

    data, info = found.signed_data, found.signer_info
    certificate, digest = found.signer_cert, {"algorithm": "sha256"}
    anew = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": cms.SignedData(
                {
                    "version": "v1",
                    "digest_algorithms": (digest,),
                    "encap_content_info": {"content_type": "data"},
                    "certificates": data["certificates"],
                    "signer_infos": [
                        {
                            "version": "v1",
                            "sid": {
                                "issuer_and_serial_number": {
                                    "issuer": certificate.issuer, "serial_number": certificate.serial_number,
                                }
                            },
                            "digest_algorithm": digest,
                            "signature_algorithm": info["signature_algorithm"],
                            "signed_attrs": info["signed_attrs"],
                            "signature": info["signature"],
                        }
                    ],
                }
            ),
        }
    ).dump()  # fmt: skip
    start, end = int(found.byte_range[1]), int(found.byte_range[2])
    expected: bytes = b"<" + anew.hex().upper().encode().ljust(end - start - 2, b"0") + b">"
    return pdf[start:end] == expected


def _reader(pdf: bytes) -> Any:
    from pyhanko.pdf_utils.reader import PdfFileReader

    return PdfFileReader(BytesIO(pdf))


@contextmanager
def _reading() -> Iterator[None]:
    """A damaged file can break a parser anywhere; its log would say in its own words what is told here."""
    logger = logging.getLogger("pyhanko")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    except Exception as error:
        raise DamagedPdfError(f"{type(error).__name__}: {error}") from error
    finally:
        logger.setLevel(level)
