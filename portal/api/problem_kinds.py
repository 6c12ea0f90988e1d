"""The types of problems that the API answers with: stable name, status, title and explanation in both languages.

The name is the last part of the problem's ``type`` and never changes. Names of refusals are the codes of
:class:`applications.errors.DomainError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from eligibility.rulebook.model import Text

PREFIX: Final = "/api/v1/problems/"


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of problem."""

    name: str
    status: int
    title: Text
    description: Text

    @property
    def type(self) -> str:
        """The ``type`` of RFC 9457; a GET of it gives the explanation."""
        return PREFIX + self.name


def _kind(name: str, status: int, title: tuple[str, str], description: tuple[str, str]) -> Kind:
    return Kind(name, status, Text(*title), Text(*description))


_ALL = (
    # --- the request itself ---
    _kind(
        "malformed",
        400,
        ("リクエストを読み取れません", "The request cannot be read"),
        (
            "本文が正しいJSON（又はmultipart/form-data）ではありません。detailに理由と位置を示します。NaN・無限大・重複した名前も受け付けません。",
            "The body is not valid JSON (or multipart/form-data). “detail” says why and where. NaN, infinities and duplicate names are refused as well.",
        ),
    ),
    _kind(
        "unauthenticated",
        401,
        ("認証が必要です", "Authentication is needed"),
        (
            "有効なトークンを Authorization: Bearer ヘッダーで送ってください。トークンはポータルの設定画面で発行します。",
            "Send a valid token in the header Authorization: Bearer. Tokens are made on the settings page of the portal.",
        ),
    ),
    _kind(
        "not_allowed",
        403,
        ("この操作を行う権限がありません", "You may not do this"),
        (
            "トークンの持ち主には、この操作を行う権限がありません。detailに理由を示します。",
            "The owner of the token may not do this. “detail” gives the reason.",
        ),
    ),
    _kind(
        "not_found",
        404,
        ("見つかりません", "Not found"),
        (
            "そのアドレスには何もないか、閲覧する権限がありません。両者は区別しません。",
            "There is nothing at this address, or you may not see it. The two are not told apart.",
        ),
    ),
    _kind(
        "method_not_allowed",
        405,
        ("このメソッドは使用できません", "Method not allowed"),
        (
            "使用できるメソッドは Allow ヘッダーに示します。",
            "The header Allow lists the methods that this address knows.",
        ),
    ),
    _kind(
        "not_acceptable",
        406,
        ("求められた形式では回答できません", "No acceptable form of the answer"),
        (
            "Accept ヘッダーに application/json（ファイルの場合はその種類）を含めてください。",
            "Include application/json (for a file its media type) in the header Accept.",
        ),
    ),
    _kind(
        "too_large",
        413,
        ("大きすぎます", "Too large"),
        (
            "本文又はファイルが上限を超えています。上限はdetailに示します。",
            "The body or the file is larger than the limit, which “detail” states.",
        ),
    ),
    _kind(
        "unsupported_media_type",
        415,
        ("この形式の本文は受け付けていません", "Unsupported type of body"),
        (
            "JSONは Content-Type: application/json、ファイルは multipart/form-data で送ってください。",
            "Send JSON as Content-Type: application/json, and files as multipart/form-data.",
        ),
    ),
    _kind(
        "revision_needed",
        428,
        ("版番号が必要です", "The revision is needed"),
        (
            "ほかの保存を上書きしないよう、読み取ったときの revision を本文又は If-Match ヘッダーで送ってください。",
            "So that no other save is overwritten, send the revision that you have read, in the body or in the header If-Match.",
        ),
    ),
    _kind(
        "too_many_requests",
        429,
        ("リクエストが多すぎます", "Too many requests"),
        (
            "一定時間の上限を超えました。Retry-After ヘッダーの秒数だけ待ってから送り直してください。",
            "The limit for this period is used up. Wait for the seconds given in the header Retry-After.",
        ),
    ),
    _kind(
        "internal",
        500,
        ("システムの内部で問題が起きました", "Internal problem"),
        (
            "問題は記録されました。入力内容を変える必要はありません。しばらくしてから送り直してください。",
            "The problem has been logged. Nothing is wrong with your request; try again later.",
        ),
    ),
    # --- content ---
    _kind(
        "invalid",
        422,
        ("内容に誤りがあります", "The content is not valid"),
        (
            "errorsに、誤りのある項目ごとの理由を示します。",
            "“errors” has one entry for each member that is wrong.",
        ),
    ),
    _kind(
        "facts",
        422,
        ("申告事項に誤りがあります", "Some facts cannot be read"),
        (
            "errorsに、読み取れない申告事項をすべて示します（path: 申告事項、pointer: 本文中の位置）。",
            "“errors” lists every fact that cannot be read (path: the fact; pointer: its place in the body).",
        ),
    ),
    _kind(
        "incomplete",
        422,
        ("まだ提出できません", "Not ready to be submitted"),
        (
            "回答又は書類が不足しています。errorsに、申告事項（path）と書類（document）をすべて示します。入力内容は保存されています。",
            "Answers or papers are missing. “errors” lists every fact (path) and paper (document). What you entered is kept.",
        ),
    ),
    _kind(
        "upload",
        422,
        ("ファイルを受け付けられません", "The file is not accepted"),
        (
            "errorsのcodeとmessageに理由と対処を示します。",
            "The code and message in “errors” say why and what to do.",
        ),
    ),
    _kind(
        "idempotency_key_reused",
        422,
        ("同じIdempotency-Keyが別の内容に使われています", "Idempotency-Key used for another request"),
        (
            "このキーは48時間以内に別の内容で使われました。新しい操作には新しいキーを使ってください。",
            "The key was used for another request within 48 hours. Use a new key for a new request.",
        ),
    ),
    _kind(
        "rejected",
        422,
        ("手続の規則により受け付けられません", "The rules of the procedure do not allow this"),
        ("detailに理由と、次に行うことを示します。", "“detail” gives the reason and what to do next."),
    ),
    _kind(
        "unknown_scheme",
        422,
        ("登録されていない制度です", "Unknown scheme"),
        (
            "制度の一覧は GET /api/v1/schemes/ で確認できます。",
            "GET /api/v1/schemes/ lists the schemes.",
        ),
    ),
    _kind(
        "unknown_step",
        422,
        ("この制度にその手続はありません", "The scheme has no such step"),
        (
            "手続は、制度の版の procedure に示しています。",
            "The steps are listed under “procedure” of the scheme version.",
        ),
    ),
    _kind(
        "no_terms",
        422,
        ("この日付に適用できる規定がありません", "No terms on record for this date"),
        (
            "制度の版の期間を確認してください。規定のない日付の申請は受け付けられません。",
            "Check the periods of the scheme's versions. Nothing can be filed for a date without terms.",
        ),
    ),
    _kind(
        "applied_elsewhere",
        422,
        ("ほかの団体が運営する制度です", "Another body runs this scheme"),
        (
            "制度の run_by に示す団体に申請してください。",
            "Apply to the body given under “run_by” of the scheme.",
        ),
    ),
    _kind(
        "no_such_step",
        422,
        ("適用される版にこの手続がありません", "The governing version has no such step"),
        (
            "回答した日付により別の版が適用されます。日付を確認してください。",
            "By the dates answered another version governs the case. Check the dates.",
        ),
    ),
    _kind(
        "unknown_fact",
        422,
        ("登録されていない申告事項です", "Unknown fact"),
        ("申告事項の一覧は GET /api/v1/facts/ で確認できます。", "GET /api/v1/facts/ lists the facts."),
    ),
    _kind(
        "unknown_document",
        422,
        ("登録されていない書類の種類です", "Unknown kind of paper"),
        (
            "必要な書類は、手続の papers に示しています。",
            "The papers of a step are listed under “papers” of the filing.",
        ),
    ),
    _kind(
        "too_many_files",
        422,
        ("添付ファイルが多すぎます", "Too many files"),
        ("不要なファイルを削除してから送り直してください。", "Remove files that are not needed first."),
    ),
    _kind(
        "closed",
        422,
        ("募集期間の外です", "The call is not open"),
        (
            "到達した日が募集期間に入っていません。入力内容は保存されています。",
            "The day of arrival lies outside the call. What you entered is kept.",
        ),
    ),
    _kind(
        "engine",
        422,
        ("判定で問題が起きました", "The determination failed"),
        (
            "判定エンジンの照合で不一致が出たため、受け付けていません。入力内容は保存されています。しばらくしてから送り直してください。",
            "The evaluators disagreed, so nothing was accepted. What you entered is kept. Try again later.",
        ),
    ),
    _kind(
        "file_lost",
        422,
        ("添付ファイルを読み出せません", "A file cannot be read"),
        ("そのファイルを削除し、もう一度添付してください。", "Remove that file and attach it again."),
    ),
    # --- state ---
    _kind(
        "conflict",
        409,
        ("現在の状態では行えません", "Not possible in the present state"),
        (
            "ほかの人が先に操作したか、状態が変わっています。読み込み直してください。",
            "Somebody was faster, or the state has changed. Read the resource again.",
        ),
    ),
    _kind(
        "state",
        409,
        ("手続の現在の状態では行えません", "Not possible in the state of this filing"),
        ("手続を読み込み直し、stateを確認してください。", "Read the filing again and look at its state."),
    ),
    _kind(
        "stale_draft",
        409,
        ("別のところで先に保存されています", "The draft was saved elsewhere"),
        (
            "theirsは保存済みの内容、yoursは今回送られた内容です。見比べて、現在のrevisionを付けて送り直してください。",
            "“theirs” is what is stored, “yours” what you sent. Compare them and send again with the present revision.",
        ),
    ),
    _kind(
        "already_submitted",
        409,
        ("既に提出されています", "Already submitted"),
        (
            "この手続は提出済みです（referenceは受付番号）。もう一度提出する必要はありません。",
            "The filing has been submitted (reference: the case). There is no need to submit it again.",
        ),
    ),
    _kind(
        "submitted",
        409,
        ("提出後は変更できません", "No change after submission"),
        (
            "提出済みの手続は変更できません。必要な場合は担当課に補正の依頼を申し出てください。",
            "A submitted filing cannot be changed. If it must be, ask the office for a correction request.",
        ),
    ),
    _kind(
        "other_draft",
        409,
        ("作成中の手続があります", "Another filing is in draft"),
        (
            "一つの案件で同時に作成できる手続は一つです。先に提出するか取り下げてください。",
            "A case has one draft at a time. Submit or withdraw it first.",
        ),
    ),
    _kind(
        "not_now",
        409,
        ("この手続はいまは行えません", "This step cannot be filed now"),
        (
            "行える手続は、案件のnext_stepsに示しています。",
            "The steps that can be filed are listed under “next_steps” of the case.",
        ),
    ),
    _kind(
        "case_closed",
        409,
        ("案件は終了しています", "The case is closed"),
        (
            "終了又は取り消された案件には提出できません。新しい案件を作成してください。",
            "Nothing can be filed in a case that is closed or revoked. Open a new case.",
        ),
    ),
    _kind(
        "letter_not_ready",
        409,
        ("通知書のPDFを作成しています", "The PDF of the letter is being made"),
        (
            "決定は効力を生じています。Retry-After ヘッダーの秒数だけ待ってから送り直してください。",
            "The decision has taken effect. Wait for the seconds given in the header Retry-After.",
        ),
    ),
)

KINDS: Final[dict[str, Kind]] = {kind.name: kind for kind in _ALL}
"""All types by name."""
