"""Records on disk: find them, read them, and the data that ships with the tool."""

from mobctl.store.archive import (
    Archive,
    languages,
    load,
    of_kinds,
    own_institution,
    path_in,
    repositories,
    repository,
    school,
    sheets,
)
from mobctl.store.config import settings
from mobctl.store.file import File, data, present, read, read_bytes
from mobctl.store.history import Earlier
from mobctl.store.migrate import rewrite
from mobctl.store.shipped import (
    KINDS,
    example,
    key_types,
    known_keys,
    lists,
    profiles,
    schema,
    schema_text,
    shapes,
)

__all__ = [
    "KINDS",
    "Archive",
    "Earlier",
    "File",
    "data",
    "example",
    "key_types",
    "known_keys",
    "languages",
    "lists",
    "load",
    "of_kinds",
    "own_institution",
    "path_in",
    "present",
    "profiles",
    "read",
    "read_bytes",
    "repositories",
    "repository",
    "rewrite",
    "schema",
    "schema_text",
    "school",
    "settings",
    "shapes",
    "sheets",
]
