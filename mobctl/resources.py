"""Where the shipped schemas/, templates/ and catalogues lie: in the wheel, or in a checkout."""

from importlib.resources import files
from pathlib import Path


def root() -> Path:
    """Return the folder that holds schemas/ and templates/.

    The wheel carries them under mobctl/_data (see pyproject.toml); a checkout, installed editable or not at
    all, has them beside the package.
    """
    packaged = Path(str(files("mobctl"))) / "_data"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[1]


def catalogues() -> Path:
    """Return the folder of the gettext catalogues, one file a language."""
    return Path(__file__).resolve().parent / "locale"
