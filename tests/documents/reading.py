"""Reads letters back, for tests."""

from __future__ import annotations

from dataclasses import replace

from documents.letters.content import Letter
from documents.letters.layout import parts


def words_in(letter: Letter) -> str:
    """All words of the letter in both languages, phrases of the layout left out."""
    words: list[str] = []
    for part in parts(replace(letter, reference_translation=True)):
        words += [
            part.title,
            part.subject,
            part.subject_kind,
            part.sender,
            part.seal_mark,
            part.seal_remark,
            *part.opening,
            *part.addressee,
            *(text for _, text in part.notes),
            *(text for _, text in part.notices),
        ]
        for item in part.items:
            words += [item.label, item.text, *(f"{heading}{text}" for _, heading, text in item.bullets)]
            words += [line for _, rows in item.reasons for row in rows for line in row.lines]
            if item.grid:
                words += [cell.text for cell in item.grid.head]
                words += [cell.text for _, rows, _ in item.grid.groups for row in rows for cell in row]
                words += item.grid.total or ()
    return "\n".join(words)


def label_value(letter: Letter, label: str) -> str:
    """The Japanese text behind a label."""
    return next(item.text for item in parts(letter)[0].items if item.label == label)
