"""The electronic seal of a document: who issued what to whom, and the fingerprint of its values, signed with Ed25519.

A seal is a COSE_Sign1 message (RFC 9052) whose payload is a CBOR Web Token (RFC 8392): small enough to be printed as a
QR code, and checked by anyone who has the public key, without a network. Ed25519 is deterministic: sealing twice gives
the same bytes.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

from mobctl.errors import UserError
from mobctl.finding import Quoted, say
from mobctl.model import spoken_name

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGN1 = 18
"""The CBOR tag of COSE_Sign1."""

ALGORITHM, KEY_ID = 1, 4
ED25519, EDDSA = -19, -8
"""Names of the algorithm: that of RFC 9864, which we write, and the older one, which we read too."""

ISSUER, SUBJECT, ISSUED, TOKEN = 1, 2, 6, 7
KIND, TOTAL, DIGEST, MADE = "kind", "total", "sha256", "made"
ENOUGH = 16
"""How many bytes of a fingerprint say with what a document was made: the code stays small."""
PREFIX = "MOB1:"
"""What stands before a seal that is printed without an address, as HC1: before a health certificate of the EU."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""Base 45 (RFC 9285): the letters of the alphanumeric mode of a QR code."""


class SealError(Exception):
    """Raised where bytes or a text are no seal of ours."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a seal says: issuer, number, day, kind, holder and total of a document, and the fingerprint of its values.

    `made` is that of what the document was made with: else a forger would only have to say that it was another version,
    whose pages can't be compared byte for byte. It is "" in a seal that says nothing of it.
    """

    issuer: str
    number: str
    date: str
    kind: str
    holder: str
    total: str
    digest: str
    made: str = ""


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal that was read: what it says, by which key (the first 8 bytes of its SHA-256, in hex); not checked yet."""

    claims: Claims
    key: str
    signed: bytes
    signature: bytes


def key_id(key: Ed25519PublicKey) -> str:
    """Name a key: the first 8 bytes of the SHA-256 of its 32 bytes, in hex."""
    return sha256(key.public_bytes_raw()).hexdigest()[:16]


def sign(claims: Claims, key: Ed25519PrivateKey) -> bytes:
    """Seal: the same claims and key give the same bytes."""
    import cbor2

    day = datetime.combine(date.fromisoformat(claims.date), datetime.min.time(), UTC)
    body: dict[int | str, object] = {
        ISSUER: claims.issuer,
        SUBJECT: claims.holder,
        ISSUED: int(day.timestamp()),
        TOKEN: claims.number.encode(),
        KIND: claims.kind,
        TOTAL: claims.total,
        DIGEST: bytes.fromhex(claims.digest),
    }
    if claims.made:
        body[MADE] = bytes.fromhex(claims.made)
    payload = cbor2.dumps(body, canonical=True)
    protected = cbor2.dumps(
        {ALGORITHM: ED25519, KEY_ID: bytes.fromhex(key_id(key.public_key()))}, canonical=True
    )
    signature = key.sign(_to_sign(protected, payload))
    return cbor2.dumps(cbor2.CBORTag(SIGN1, [protected, {}, payload, signature]), canonical=True)


def _to_sign(protected: bytes, payload: bytes) -> bytes:
    """Return the Sig_structure of RFC 9052, section 4.4."""
    import cbor2

    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)


def read(raw: bytes) -> Seal:
    """Read a seal without checking it. Raise SealError if it is none."""
    import cbor2

    try:
        message = cbor2.loads(raw)
        protected, _, payload, signature = message.value
        head, body = cbor2.loads(protected), cbor2.loads(payload)
        claims = Claims(
            issuer=_text(body[ISSUER]),
            number=body[TOKEN].decode(),
            date=datetime.fromtimestamp(body[ISSUED], UTC).date().isoformat(),
            kind=_text(body[KIND]),
            holder=_text(body[SUBJECT]),
            total=_text(body[TOTAL]),
            digest=body[DIGEST].hex(),
            made=body.get(MADE, b"").hex(),
        )
        key = head[KEY_ID].hex()
        known = message.tag == SIGN1 and head[ALGORITHM] in {ED25519, EDDSA} and isinstance(signature, bytes)
    except Exception as error:  # whatever else the bytes are
        raise SealError from error
    if not known:
        raise SealError
    return Seal(claims, key, _to_sign(protected, payload), signature)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def holds(seal: Seal, key: Ed25519PublicKey) -> bool:
    """Say whether a seal was made with the private half of a key, and nothing of it has changed since."""
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(seal.signature, seal.signed)
    except InvalidSignature:
        return False
    return seal.key == key_id(key)


def printed(raw: bytes, address: str | None) -> str:
    """Write a seal as the text of a QR code: behind `#` of an address, which no server is told, or bare in base 45."""
    if address:
        return f"{address}#{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"
    return PREFIX + _base45(raw)


def scanned(text: str) -> bytes:
    """Read the text of a QR code back. Raise SealError if it is none of ours."""
    text = text.strip()
    if text.startswith(PREFIX):
        return _from_base45(text.removeprefix(PREFIX))
    found = re.fullmatch(r"[^#]*#([A-Za-z0-9_-]+)", text)
    if not found:
        raise SealError
    try:
        return base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))
    except ValueError as error:
        raise SealError from error


def _base45(raw: bytes) -> str:
    out = []
    for at in range(0, len(raw) - 1, 2):
        number = raw[at] * 256 + raw[at + 1]
        out.append(ALPHABET[number % 45] + ALPHABET[number // 45 % 45] + ALPHABET[number // 2025])
    if len(raw) % 2:
        out.append(ALPHABET[raw[-1] % 45] + ALPHABET[raw[-1] // 45])
    return "".join(out)


def _from_base45(text: str) -> bytes:
    out = bytearray()
    for at in range(0, len(text), 3):
        digits = [ALPHABET.find(letter) for letter in text[at : at + 3]]
        number = sum(digit * 45**place for place, digit in enumerate(digits))
        size = len(digits) - 1
        if min(digits) < 0 or not size or number >= 256**size:
            raise SealError
        out += number.to_bytes(size, "big")
    return bytes(out)


def qr(text: str) -> bytes:
    """Draw the QR code of a text as SVG, readable from paper at 300 dpi with a corner torn or a stamp on its edge.

    Raise SealError if it is too long for one.
    """
    import segno

    out = BytesIO()
    try:
        code = segno.make(text, error="m", boost_error=False, micro=False)
    except segno.DataOverflowError as error:
        raise SealError from error
    code.save(out, kind="svg", border=4, xmldecl=False, svgns=True, nl=False, dark="#000", light="#fff")
    return out.getvalue()


# Keys


def private_key(data: bytes, name: str) -> Ed25519PrivateKey:
    """Read a private key (PEM, PKCS 8). Raise UserError if it is none of Ed25519, or is locked."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(data, None)
    except Exception as error:  # no PEM, damaged, locked by a passphrase, of an unknown kind
        raise _no_key(name, private=True) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(name, private=True)
    return key


def public_key(data: bytes, name: str) -> Ed25519PublicKey:
    """Read a public key (PEM). Raise UserError if it is none of Ed25519."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(data)
    except Exception as error:
        raise _no_key(name, private=False) from error
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key(name, private=False)
    return key


def _no_key(name: str, *, private: bool) -> UserError:
    text = (
        say("{file} is no private key for seals; `mobctl keys new` makes one.", file=Quoted(name))
        if private
        else say(
            "{file} is no public key for seals (a .pub.pem file of `mobctl keys new`).", file=Quoted(name)
        )
    )
    return UserError(text)


def new_pair() -> tuple[bytes, bytes]:
    """Make a pair of keys: private and public, as PEM."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
    )

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private, public


def _holder(view: Mapping[str, Any]) -> str:
    """Say whom a document is about: a learner, or what it is about instead."""
    if "learner" not in view:
        return str(view["holder"])
    name = view["learner"]["name"]
    return spoken_name(name["family"], name["given"])


def made_mark(made_with: bytes) -> str:
    """Say in short, in hex, with what a document was made."""
    return sha256(made_with).digest()[:ENOUGH].hex()


def claims(view: Mapping[str, Any], digest: str, total: str, made: str = "") -> Claims:
    """Say of a document what its seal says, from its view; `made` is the mark of what it was made with."""
    return Claims(
        issuer=view["issuer"]["name"]["text"],
        number=view["number"],
        date=view["date"],
        kind=view["kind"],
        holder=_holder(view),
        total=total,
        digest=digest,
        made=made,
    )
