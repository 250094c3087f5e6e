"""A school's configuration: `mobctl.yaml`, joined with what ships with the tool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mobctl.engine import HouseRule, Settings
from mobctl.errors import UserError
from mobctl.finding import Finding, Message, Pointer, Quoted, Series, Severity, say
from mobctl.store.archive import Archive
from mobctl.store.file import File, data
from mobctl.store.shipped import SEVERITIES, lists, profiles, shapes


def settings(archive: Archive, as_of: Any, only_profiles: tuple[str, ...] = ()) -> Settings:
    """Join what ships with the tool and the school's `mobctl.yaml`; a mistake there is a UserError."""
    config = archive.config
    given: Mapping[str, Any] = {}
    if config:
        wrong = (config.refused,) if config.refused else shapes()["config"].check(data(config))
        if wrong:
            raise _in_config(config, wrong[0])
        given = data(config)
        _check_names(config, given, archive)
    for name in only_profiles:
        if name not in profiles():
            raise UserError(_no_profile(name))
    return Settings(
        as_of,
        lists(),
        profiles(),
        {code: SEVERITIES[level] for code, level in (given.get("severities") or {}).items()},
        {(n["rule"], n["name"]): n["amount"] for n in given.get("numbers") or ()},
        tuple(_house_rule(each) for each in given.get("house_rules") or ()),
        tuple(given.get("profiles") or ()),
        only_profiles,
    )


def _in_config(config: File, wrong: Finding) -> UserError:
    line = config.span(wrong).line
    return UserError(say("{file}, line {line}: {wrong}", file=config.name, line=line, wrong=wrong.message))


def _no_profile(name: str) -> Message:
    shown = Series(tuple(Quoted(each) for each in profiles()), "or")
    return say("{name} is not a profile: it is {known}.", name=Quoted(name), known=shown)


def _check_names(config: File, given: Mapping[str, Any], archive: Archive) -> None:
    """Refuse what a configuration names and there is not: a profile, its own institution; and a rule named twice."""
    rules = given.get("house_rules") or ()
    named: list[tuple[Pointer, str]] = [
        (("profiles", n), name) for n, name in enumerate(given.get("profiles") or ())
    ]
    named += [
        (("house_rules", n, "profiles", k), name)
        for n, rule in enumerate(rules)
        for k, name in enumerate(rule.get("profiles") or ())
    ]
    for place, name in named:
        if name not in profiles():
            raise _in_config(config, Finding("SHP104", Severity.ERROR, _no_profile(name), place))
    ids = [rule["id"] for rule in rules]
    for n, id in enumerate(ids):
        if id in ids[:n]:
            text = say("{id} is there already.", id=Quoted(id))
            raise _in_config(config, Finding("GEN109", Severity.ERROR, text, ("house_rules", n, "id")))
    files = (
        file for file in (*archive.files.values(), *archive.beside.values()) if file.kind == "institution"
    )
    if (home := given.get("home")) and home not in {data(file).get("id") for file in files}:
        text = say("No file of the folder describes the institution {ref}.", ref=Quoted(home))
        raise _in_config(config, Finding("SHP109", Severity.ERROR, text, ("home",)))


def _house_rule(given: Mapping[str, Any]) -> HouseRule:
    return HouseRule(
        given["id"],
        given["title"],
        SEVERITIES[given["severity"]],
        given["schema"],
        frozenset(given.get("profiles") or ()),
        given.get("fix") or "",
        given.get("source") or "",
    )
