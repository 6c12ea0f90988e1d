"""What somebody typed whose session had ended: kept until he or she has signed in again, then shown in the form."""

from __future__ import annotations

from typing import Final

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict

KEY: Final = "kept_posts"
MOST_BYTES: Final = 512 * 1024
"""Nobody types more; a stranger cannot fill the session store."""
MOST_PAGES: Final = 3


def keep(session: SessionBase, path: str, data: QueryDict) -> bool:
    """Keep what was sent to a page. False when it is too large."""
    typed = data.copy()
    typed.pop("csrfmiddlewaretoken", None)
    text = typed.urlencode()
    if len(text) > MOST_BYTES:
        return False
    kept = {name: value for name, value in session.get(KEY, {}).items() if name != path}
    kept = dict(list(kept.items())[-(MOST_PAGES - 1) :])
    session[KEY] = {**kept, path: text}
    return True


def kept(session: SessionBase, path: str) -> QueryDict | None:
    """What was kept for a page."""
    text = session.get(KEY, {}).get(path)
    return QueryDict(text) if text is not None else None


def forget(session: SessionBase, path: str) -> None:
    """It has been saved, or thrown away."""
    stored = session.get(KEY, {})
    if path in stored:
        session[KEY] = {name: value for name, value in stored.items() if name != path}
