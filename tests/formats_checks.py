"""What holds of any report as Markdown or JUnit XML, whatever the result."""

import re
from xml.etree import ElementTree

from junitparser import JUnitXml
from markdown_it import MarkdownIt

CELLS = re.compile(r"(?<!\\)\|")


def rendered(markdown: str) -> str:
    """As GitHub shows it."""
    front = re.compile(r"\A---\n.*?\n---\n", flags=re.S)
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(front.sub("", markdown))


def check_tables(markdown: str) -> int:
    """Every line that looks like a table's is in one, with as many cells as its heading; gives the tables."""
    blocks = re.findall(r"(?:^\|.*\n)+", markdown, flags=re.M)
    for block in blocks:
        widths = {len(CELLS.findall(line)) for line in block.splitlines()}
        assert len(widths) == 1, f"a broken table:\n{block}"
        assert len(block.splitlines()) > 2, f"an empty table:\n{block}"
    html = rendered(markdown)
    assert html.count("<table>") == len(blocks)
    assert html.count("<tr>") == sum(len(block.splitlines()) - 1 for block in blocks)
    return len(blocks)


def check_junit(text: str, results: dict, strict: bool = False) -> None:
    """The file is counted right, names each case once, and fails where a gate that decides does."""
    read = JUnitXml.fromstring(text.encode())
    assert (read.tests, read.failures, read.errors) == (
        sum(suite.tests for suite in read), sum(suite.failures for suite in read), sum(suite.errors for suite in read),
    )  # fmt: skip
    assert read.tests == sum(1 + len(gate["members"]) for gate in results["gates"])
    root = ElementTree.fromstring(text)
    for suite, stage in zip(root, results["milestones"], strict=True):
        assert suite.get("name") == stage["name"]
        cases = suite.findall("testcase")
        names = [(case.get("classname"), case.get("name")) for case in cases]
        assert len(names) == len(set(names)), f"a case twice in {stage['name']}"
        for kind, count in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert len(suite.findall(f"testcase/{kind}")) == int(suite.get(count)), (
                f"{count} of {stage['name']}"
            )
        failing = [case.get("name") for case in cases if case.find("failure") is not None]
        failing += [case.get("name") for case in cases if case.find("error") is not None]
        assert bool(failing) == any(_fails(gate, strict) for gate in results["gates"] if gate["milestone"] == stage["name"]), failing  # fmt: skip


def _fails(gate: dict, strict: bool) -> bool:
    if gate["severity"] == "should":
        return False
    held = gate["verdict"] == "inconclusive" and gate["if_inconclusive"] == "hold"
    return gate["verdict"] in ("fail", "error") or (strict and held)
