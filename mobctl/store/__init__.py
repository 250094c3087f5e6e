"""Records on disk: find them, read them, and the data that ships with the tool."""

from mobctl.store.archive import Archive, languages, load, own_institution, repositories, school, sheets
from mobctl.store.config import settings
from mobctl.store.file import File, read, read_bytes
from mobctl.store.shipped import KINDS, key_types, known_keys, lists, profiles, schema, shapes

__all__ = [
    "KINDS",
    "Archive",
    "File",
    "key_types",
    "known_keys",
    "languages",
    "lists",
    "load",
    "own_institution",
    "profiles",
    "read",
    "read_bytes",
    "repositories",
    "schema",
    "school",
    "settings",
    "shapes",
    "sheets",
]
