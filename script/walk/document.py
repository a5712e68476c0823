"""Takes a document apart: its sections, with commands, what they print, and words in bold, in order."""

import re
from dataclasses import dataclass, field

FENCE = re.compile(r"^```(\w*)$")
HEADING = re.compile(r"^## (?:\d+\. )?(.+)$")
BOLD = re.compile(r"\*\*(.+?)\*\*")
PRINTS = re.compile(r"\bprints\s+`([^`]+)`")


@dataclass
class Step:
    """One block of commands and what the text after it says of their output."""

    commands: str
    # Lines that come in this order, from a block without a language.
    lines: list[str] = field(default_factory=list)
    # What the last line holds, from "prints `…`" in the text.
    ends: list[str] = field(default_factory=list)


@dataclass
class Section:
    title: str
    steps: list[Step] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    prose: str = ""


def read(text):
    """The sections by their titles, without numbers. What stands before the first one is under ''."""
    sections = {"": Section("")}
    section, language, block = sections[""], None, []
    paragraphs = []

    def end_of_text():
        said = " ".join(paragraphs)
        paragraphs.clear()
        section.prose += said + "\n"
        section.bold += BOLD.findall(said)
        if section.steps:
            section.steps[-1].ends += PRINTS.findall(said)

    for line in text.splitlines():
        fence = FENCE.match(line)
        if fence and language is None:
            end_of_text()
            language, block = fence[1], []
        elif fence:
            if language == "sh":
                section.steps.append(Step("\n".join(block)))
            elif language == "" and section.steps:
                section.steps[-1].lines += block
            language = None
        elif language is not None:
            block.append(line)
        elif heading := HEADING.match(line):
            end_of_text()
            section = sections.setdefault(heading[1], Section(heading[1]))
        else:
            paragraphs.append(line.strip())
    end_of_text()
    return sections
