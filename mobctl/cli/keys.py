"""`mobctl keys`: the pair of keys with which a school seals its documents."""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mobctl import seal
from mobctl.cli.common import Lang, named, words
from mobctl.cli.help import Command, Group
from mobctl.errors import UserError
from mobctl.finding import Quoted, say, system
from mobctl.store.archive import CONFIG

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LARGEST = 64 * 1024

keys = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Make the pair of keys with which the school seals its documents.",
)


@keys.command(cls=Command)
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name for the key, such as valmont-2026.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="The folder for both files (default: .mobctl/keys in your home)."
        ),
    ] = None,
    lang: Lang = None,
) -> int:
    """Make a private key, which only you can read, and the public key that everybody may have.

    The private key never lies in a records repository: whoever has it can seal in the school's name.
    """
    speech = words(lang)
    if not re.fullmatch("[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise UserError(
            say(
                "{name} is no name for a key: letters, digits, dots and hyphens, such as {example}.",
                name=Quoted(name),
                example=Quoted("valmont-2026"),
            )
        )
    folder = output or Path.home() / ".mobctl" / "keys"
    _keep_out(folder)
    private, public = folder / f"{name}.key.pem", folder / f"{name}.pub.pem"
    for path in (private, public):
        if path.exists() or path.is_symlink():
            raise UserError(
                say("{file} is there already: choose another name.", file=Quoted(path.as_posix()))
            )
    secret, known = seal.new_pair()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(private, secret, 0o600)
        _write(public, known, 0o644)
    except OSError as error:
        raise UserError(
            say("{file} cannot be written: {why}", file=Quoted(str(folder)), why=system(error))
        ) from error
    id = seal.key_id(seal.public_key(known, public.name))
    for each in (private, public):
        named(each.as_posix())
    told = say(
        "The key {id}. Keep {private} secret and safe: `mobctl render --seal {private}` seals with it. Copy {public} into"
        " the records repository, and name it in mobctl.yaml: `seal: {config}`.",
        id=id,
        private=private.as_posix(),
        public=public.as_posix(),
        config="{keys: [" + f"keys/{public.name}" + "]}",
    )
    sys.stderr.write(f"mobctl: {speech.say(told)}\n")
    return 0


def read_private(path: Path) -> Ed25519PrivateKey:
    """Read the key to seal with. Raise UserError where others can read it too, or it lies among the records."""
    try:
        data = path.read_bytes()[: LARGEST + 1]
        mode = path.stat().st_mode
    except OSError as error:
        raise UserError(
            say("{file} cannot be opened: {why}", file=Quoted(str(path)), why=system(error))
        ) from error
    key = seal.private_key(data, str(path))
    _keep_out(path.parent)
    _keep_out(path.resolve().parent)  # a link from elsewhere does not make it safe
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UserError(
            say("Others can read the private key {file}: `chmod 600 {file}` first.", file=path.as_posix())
        )
    return key


def _keep_out(folder: Path) -> None:
    """Refuse a folder of records, or of any git repository, for a private key."""
    real = folder.resolve()
    inside = next(
        (each for each in (real, *real.parents) if (each / ".git").exists() or (each / CONFIG).is_file()),
        None,
    )
    if inside is not None:
        raise UserError(
            say(
                "A private key must not lie in {folder}, which is a repository: whoever gets a copy of it could seal in the"
                " school's name. Take another folder.",
                folder=Quoted(inside.as_posix()),
            )
        )


def _write(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
