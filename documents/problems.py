"""What can be wrong with a file that is handed in, in words that say what to do about it."""

from __future__ import annotations

from enum import StrEnum

from documents.wording import english_list, readable_size
from eligibility.rulebook.model import Text


class Fault(StrEnum):
    """Kinds of problems, for tests, logs and the API."""

    TOO_LARGE = "too_large"
    EMPTY = "empty"
    BAD_NAME = "bad_name"
    FORBIDDEN_TYPE = "forbidden_type"
    CONTENT_MISMATCH = "content_mismatch"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MUCH_INSIDE = "too_much_inside"
    NOT_TEXT = "not_text"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"
    NOT_STORED = "not_stored"


class UploadProblem(Exception):
    """A file is not accepted. ``code`` is stable; ``text`` tells the user why and what to do."""

    def __init__(self, code: Fault, text: Text) -> None:
        super().__init__(text.ja)
        self.code = code
        self.text = text


def too_large(size: int, limit: int) -> UploadProblem:
    """``size`` and ``limit`` in bytes."""
    return UploadProblem(
        Fault.TOO_LARGE,
        Text(
            f"ファイルが大きすぎます（{readable_size(size, 'ja')}）。1ファイルの上限は{readable_size(limit, 'ja')}です。"
            f"画像の解像度を下げるか、ファイルを分けて提出してください。",
            f"The file is too large ({readable_size(size, 'en')}). The limit for one file is {readable_size(limit, 'en')}. "
            f"Reduce the resolution of images or hand it in as several files.",
        ),
    )


def empty() -> UploadProblem:
    """A file of zero bytes."""
    return UploadProblem(
        Fault.EMPTY,
        Text(
            "ファイルの中身がありません（0バイト）。正しく保存されているか、開いて確認してください。",
            "The file is empty (0 bytes). Open it to check that it was saved properly.",
        ),
    )


def bad_name(longest: int) -> UploadProblem:
    """A name that is too long (``longest`` characters are allowed), or with separators or control characters."""
    return UploadProblem(
        Fault.BAD_NAME,
        Text(
            f"ファイル名を使用できません。「/」「\\」や改行などの制御文字を含まない、{longest}文字以内の名前に変えてください。",
            f"The file name cannot be used. Rename the file: at most {longest} characters, without / or \\ and without "
            f"control characters.",
        ),
    )


def forbidden_type(extension: str, allowed: list[str]) -> UploadProblem:
    """An extension that is not among the allowed ones."""
    shown = extension or "（拡張子なし）"
    return UploadProblem(
        Fault.FORBIDDEN_TYPE,
        Text(
            f"この種類のファイル（{shown}）は受け付けていません。{'、'.join(allowed)}のいずれかに変換して提出してください。",
            f"Files of this type ({extension or 'no extension'}) are not accepted. Convert it to {_either(allowed)}.",
        ),
    )


def _either(words: list[str]) -> str:
    return english_list(words).replace(" and ", " or ")


def content_mismatch(extension: str, found: str) -> UploadProblem:
    """The content is of another kind than the name says; ``found`` is the extension it looks like, or empty."""
    looks_ja = f"（中身は{found}のようです）" if found else ""
    looks_en = f" (it looks like {found})" if found else ""
    return UploadProblem(
        Fault.CONTENT_MISMATCH,
        Text(
            f"ファイルの中身が拡張子{extension}と一致しません{looks_ja}。拡張子を変えるのではなく、元のソフトウェアで保存し直してください。",
            f"The content does not match the extension {extension}{looks_en}. Save the file again with the program it was "
            f"made with, instead of renaming it.",
        ),
    )


def damaged(extension: str) -> UploadProblem:
    """The kind is right but the file is incomplete or cannot be read."""
    return UploadProblem(
        Fault.DAMAGED,
        Text(
            f"ファイルが壊れているか、途中で切れています（{extension}）。開けることを確認し、もう一度保存して提出してください。",
            f"The file is damaged or incomplete ({extension}). Check that it opens, save it again and hand it in once "
            "more.",
        ),
    )


def encrypted() -> UploadProblem:
    """Protected by a password or by restrictions on use."""
    return UploadProblem(
        Fault.ENCRYPTED,
        Text(
            "パスワード又は権限による保護がかかったファイルは受け付けていません。保護を解除して保存し直すか、印刷から「PDFとして保存」したものを"
            "提出してください。",
            "Files protected by a password or by restrictions are not accepted. Remove the protection and save the file "
            "again, or print it to a new PDF.",
        ),
    )


def macros() -> UploadProblem:
    """An Office file that holds macros."""
    return UploadProblem(
        Fault.MACROS,
        Text(
            "マクロを含むファイルは受け付けていません。マクロなしの形式（.xlsx、.docxなど）で保存し直すか、PDFにして提出してください。",
            "Files with macros are not accepted. Save the file without macros (.xlsx, .docx) or as PDF.",
        ),
    )


def too_many_pixels(limit: int) -> UploadProblem:
    """An image with more than ``limit`` pixels."""
    return UploadProblem(
        Fault.TOO_MANY_PIXELS,
        Text(
            f"画像の画素数が多すぎます（上限は{limit // 10_000:,}万画素）。解像度を下げて保存し直してください。",
            f"The image has too many pixels (the limit is {limit // 1_000_000} million). Save it with a lower resolution.",
        ),
    )


def too_much_inside(limit: int) -> UploadProblem:
    """A packed file whose content is larger than ``limit`` bytes when unpacked."""
    return UploadProblem(
        Fault.TOO_MUCH_INSIDE,
        Text(
            f"展開後の大きさが上限（{readable_size(limit, 'ja')}）を超えています。不要な画像やシートを除くか、"
            "PDFにして提出してください。",
            f"Unpacked, the file is larger than the limit of {readable_size(limit, 'en')}. Remove images or sheets that "
            f"are not needed, or hand in a PDF.",
        ),
    )


def not_text() -> UploadProblem:
    """A text or CSV file in an encoding that cannot be read."""
    return UploadProblem(
        Fault.NOT_TEXT,
        Text(
            "文字コードを読み取れません。UTF-8又はShift_JISのテキストとして保存し直してください（表計算ソフトでは"
            "「CSV UTF-8」を選びます）。",
            "The text cannot be read. Save it as UTF-8 or Shift_JIS text (in a spreadsheet program choose “CSV UTF-8”).",
        ),
    )


def infected() -> UploadProblem:
    """The virus scanner found something."""
    return UploadProblem(
        Fault.INFECTED,
        Text(
            "ウイルス対策ソフトウェアがこのファイルを危険と判定したため、受け付けませんでした。お使いの機器を検査し、作り直したファイルを提出して"
            "ください。",
            "The virus scanner found this file dangerous, so it was not accepted. Check your computer and hand in a newly "
            "made file.",
        ),
    )


def not_scanned() -> UploadProblem:
    """The virus scanner cannot be reached; nothing is accepted unscanned."""
    return UploadProblem(
        Fault.NOT_SCANNED,
        Text(
            "ただいまファイルの安全確認ができないため、受け付けられません。入力した内容は保存されています。しばらくしてからもう一度お試しください。",
            "Files cannot be checked for viruses at the moment, so none is accepted. What you entered is kept. Please try "
            "again later.",
        ),
    )


def not_stored() -> UploadProblem:
    """The stored copy differs from what was sent, or could not be written."""
    return UploadProblem(
        Fault.NOT_STORED,
        Text(
            "ファイルを正しく保存できませんでした。もう一度提出してください。続くときは、担当課へお問い合わせください。",
            "The file could not be stored properly. Please hand it in again. If this continues, contact the office in "
            "charge.",
        ),
    )
