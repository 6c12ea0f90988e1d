"""Letters a second against bare WeasyPrint on the same HTML."""

from __future__ import annotations

from weasyprint import HTML

from benchmarks.timing import interleaved, table
from documents.letters.decision import Kind
from documents.letters.kinds import compose
from documents.letters.render import letter_html, render_letter


def run() -> None:
    """A designation-like letter and a long grant letter."""
    from tests.documents.samples import decision

    for kind in (Kind.DESIGNATION, Kind.GRANT):
        letter = compose(decision(kind))
        html = letter_html(letter)
        results = interleaved(
            [
                ("bare WeasyPrint", lambda html=html: HTML(string=html).write_pdf()),
                ("letter", lambda letter=letter: render_letter(letter)),
            ],
            rounds=7,
            seconds=0.5,
        )
        table(f"Letters ({kind.value})", results, "bare WeasyPrint", "letter")
