"""The folder of a team's look: read and checked as a whole, before anything is measured."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from specgen.record.result import TemplateFile, UsedTemplates
from specgen.report.brand.logo import LogoError, logo_uri
from specgen.report.brand.sections import Section, read_section
from specgen.report.brand.settings import SETTINGS, Brand, read_settings
from specgen.report.brand.style import scoped_style
from specgen.spec.problems import Problem, SpecError, did_you_mean
from specgen.spec.yaml_nodes import Nodes

STYLE, SECTIONS, ENDING = "style.css", "sections", ".html.j2"
KINDS = (".yaml", ".css", ".j2", ".svg", ".png")
IGNORED = ("README.md", ".gitignore", ".DS_Store", "Thumbs.db")
MOST_BYTES, MOST_SECTIONS = 1 << 20, 30


@dataclass(frozen=True)
class OwnLook:
    """A team's look, checked: its settings, its logo as a `data:` address, its CSS, sections and their digests."""

    settings: Brand
    logo: str | None
    style: str
    sections: tuple[Section, ...]
    used: UsedTemplates


def read_look(folder: Path, told: str) -> OwnLook:
    """The look in a folder, which is recorded as `told`. Raises SpecError with every mistake in its files."""
    files = _files(folder)
    problems: list[Problem] = []
    settings, nodes = Brand.model_validate({}), Nodes()
    if SETTINGS in files:
        try:
            settings, nodes = read_settings(files[SETTINGS], str(folder / SETTINGS))
        except SpecError as error:
            problems += error.problems
    logo, wrong = _logo(folder, settings, nodes, files)
    problems += wrong
    sections, wrong = _sections(folder, files)
    problems += wrong
    style, wrong = _style(folder, files, sections)
    problems += wrong
    problems += _strangers(folder, files, settings)
    if problems:
        raise SpecError(problems)
    read = tuple(
        TemplateFile(path=name, sha256=sha256(raw).hexdigest())
        for name, raw in files.items()
        if _ours(name, settings)
    )
    return OwnLook(settings, logo, style, sections, UsedTemplates(folder=told, files=read))


def _files(folder: Path) -> dict[str, bytes]:
    """Contents by path inside the folder, in order, of the kinds that a look is made of; of others only names."""
    found: dict[str, bytes] = {}
    root = folder.resolve()
    try:
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name not in IGNORED):
            name = path.relative_to(folder).as_posix()
            found[name] = _content(path, root) if name.endswith(KINDS) else b""
    except OSError as error:
        raise SpecError([Problem(str(folder), 1, 1, (), f"cannot read: {error.strerror}")]) from error
    return found


def _content(path: Path, root: Path) -> bytes:
    if not path.resolve().is_relative_to(root):
        raise SpecError([Problem(str(path), 1, 1, (), "leads out of its folder; put the file itself here")])
    if path.stat().st_size > MOST_BYTES:
        raise SpecError([Problem(str(path), 1, 1, (), f"larger than {MOST_BYTES:,} bytes")])
    return path.read_bytes()


def _logo(
    folder: Path, settings: Brand, nodes: Nodes, files: Mapping[str, bytes]
) -> tuple[str | None, list[Problem]]:
    name = settings.logo
    if name is None:
        return None, []
    if name not in files:
        pictures = [one for one in files if one.endswith((".svg", ".png"))]
        hint = did_you_mean(name, pictures) or (f"; there is {', '.join(pictures)}" if pictures else "")
        place = nodes.values.get(("logo",), (1, 1))
        return None, [
            Problem(str(folder / SETTINGS), *place, ("logo",), f"no file '{name}' in {folder}{hint}")
        ]
    try:
        return logo_uri(files[name], Path(name).suffix.lower()), []
    except LogoError as error:
        return None, [Problem(str(folder / name), 1, 1, (), f"the logo {error}")]


def _sections(folder: Path, files: Mapping[str, bytes]) -> tuple[tuple[Section, ...], list[Problem]]:
    found: list[Section] = []
    problems: list[Problem] = []
    for name in filter(_is_section, files):
        file = str(folder / name)
        try:
            section, wrong = read_section(file, files[name].decode("utf-8-sig"))
        except UnicodeDecodeError:
            problems.append(Problem(file, 1, 1, (), "not UTF-8; save the file with the encoding UTF-8"))
            continue
        twin = next((one.file for one in found if one.title == section.title), None)
        if twin:
            wrong.append(Problem(file, 1, 1, ("title",), f"'{section.title}' is the title of {twin} too"))
        found.append(section)
        problems += wrong
    if len(found) > MOST_SECTIONS:
        problems.append(
            Problem(str(folder / SECTIONS), 1, 1, (), f"{len(found)} sections; {MOST_SECTIONS} are the most")
        )
    return tuple(found), problems


def _style(
    folder: Path, files: Mapping[str, bytes], sections: tuple[Section, ...]
) -> tuple[str, list[Problem]]:
    if STYLE not in files:
        return "", []
    words = {word for one in sections for word in re.findall(r"[\w-]+", one.source)}
    try:
        style, faults = scoped_style(files[STYLE].decode("utf-8-sig"), words)
    except UnicodeDecodeError:
        return "", [
            Problem(str(folder / STYLE), 1, 1, (), "not UTF-8; save the file with the encoding UTF-8")
        ]
    return style, [Problem(str(folder / STYLE), line, column, (), text) for line, column, text in faults]


def _ours(name: str, settings: Brand) -> bool:
    """Whether the report uses the file."""
    return _is_section(name) or name in (SETTINGS, STYLE, settings.logo)


def _is_section(name: str) -> bool:
    return name.startswith(f"{SECTIONS}/") and name.count("/") == 1 and name.endswith(ENDING)


def _strangers(folder: Path, files: Mapping[str, bytes], settings: Brand) -> Iterator[Problem]:
    """Files that would be left unused without a word; other pictures may lie about."""
    if not any(_ours(name, settings) for name in files):
        text = f"nothing to use in it; put {SETTINGS}, {STYLE} or {SECTIONS}/NAME{ENDING} there"
        yield Problem(str(folder), 1, 1, (), text)
        return
    for name in files:
        if not _ours(name, settings) and not name.endswith((".svg", ".png", ".md", ".txt")):
            hint = did_you_mean(name, (SETTINGS, STYLE)) or (
                f"; sections are {SECTIONS}/NAME{ENDING}" if name.endswith((".j2", ".html")) else ""
            )
            yield Problem(str(folder / name), 1, 1, (), f"not used by the report{hint}; rename or remove it")
