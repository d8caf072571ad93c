"""Saved lists, merges, receipts and subject reports in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from influence.outreach.lists import ListComparison, StandIns
from influence.outreach.merging import FieldChange, Merge, shown
from influence.selection.reached import counted_as
from influence.store.lists.saved import STATUSES, SavedList, SavedPick
from influence.store.rights.privacy import Purge, Receipt
from influence.store.rights.subject import Subject
from influence.writing.book import Sheet, sheet_of
from influence.writing.grid import aligned, grid
from influence.writing.plain import counted, shorten
from influence.writing.safe import one_line

PARTS = {
    "account_id": "about the account",
    "follower_id": "whom it follows",
    "followee_id": "who follows it",
    "actor_id": "its reactions to others",
    "target_id": "reactions of others to it",
    "customer_id": "as a customer",
    "referred_by": "of customers it brought",
    "email": "under this address",
}


def lists_text(lists: Sequence[SavedList], counts: Mapping[str, Mapping[str, int]]) -> str:
    """All saved lists, one a line, with how far the talks are."""
    if not lists:
        return "No shortlist is saved yet; save one with `influence shortlist --niche ... --save NAME`.\n"
    rows = [["Name", "Niche", *(status.capitalize() for status in STATUSES), "Saved"]]
    for saved in lists:
        found = counts.get(saved.name, {})
        day = saved.saved_at.date().isoformat() if saved.saved_at else "unknown"
        rows.append(
            [saved.name, saved.niche or "-", *(str(found.get(status, 0)) for status in STATUSES), day]
        )
    return table_text(rows, right=set(range(2, 2 + len(STATUSES))))


def list_text(saved: SavedList, width: int | None = None) -> str:
    """One saved list: who, how far, and why."""
    title = f"{saved.name}: {len(saved.picks)} accounts" + (f" for {saved.niche}" if saved.niche else "")
    rows = [["#", "Account", "Score", "Status", "Owner", "Last contact", "Notes"]]
    for pick in saved.picks:
        score = "-" if pick.score is None else f"{pick.score:.1f}"
        place = "-" if pick.place is None else str(pick.place)
        rows.append([place, pick.account_id, score, pick.status, pick.owner or "-",
                     shown("last_contact", pick.last_contact) or "-", shorten(pick.notes or "-", 60)])  # fmt: skip
    made = f"\nPicked as of {saved.as_of}. {saved.rule}\n" if saved.as_of else ""
    return f"{title}\n\n{grid(rows[0], rows[1:], width=width, whole={1})}{made}"


def comparison_text(found: ListComparison) -> str:
    """Two lists side by side."""
    first, second = found.first.name, found.second.name
    lines = [
        f"{len(found.both)} accounts are on both lists ({found.jaccard:.0%} of all on either); "
        f"{len(found.only_first)} only on {first}, {len(found.only_second)} only on {second}.",
        "",
    ]
    rows = [["Account", first, second, f"Status in {first}", f"Status in {second}"]]
    rows += [
        [pick.account_id, _place(pick), _place(twin), pick.status, twin.status] for pick, twin in found.both
    ]
    rows += [[pick.account_id, _place(pick), "", pick.status, ""] for pick in found.only_first]
    rows += [[pick.account_id, "", _place(pick), "", pick.status] for pick in found.only_second]
    return "\n".join(lines) + table_text(rows, right={1, 2})


def merge_text(merged: Merge, take: str | None) -> str:
    """What came back in an edited file."""
    lines = [f"{counted(len(merged.changes), 'change')} taken from the file."]
    lines += [f"  {_change(change)}" for change in merged.changes]
    if merged.conflicts:
        settled = {"ours": "kept as in the workspace", "theirs": "taken from the file"}.get(take or "")
        how = settled or "left as in the workspace; settle them with --take ours or --take theirs"
        lines.append(f"{counted(len(merged.conflicts), 'conflict')}, changed on both sides: {how}.")
        lines += [f"  {_change(change)}" for change in merged.conflicts]
    lines += [f"Problem: {problem}." for problem in merged.problems]
    if merged.unknown:
        done = "added" if merged.n_added else "not on the list; add with --add"
        named = ", ".join(merged.unknown[:5]) + (" ..." if len(merged.unknown) > 5 else "")
        lines.append(f"{counted(len(merged.unknown), 'account')} of the file {done}: {named}.")
    if merged.missing:
        lines.append(
            f"{counted(len(merged.missing), 'account')} of the list not in the file, left as they are."
        )
    return "\n".join(lines) + "\n"


def stand_ins_text(found: StandIns) -> str:
    """Who could stand in, each with what it adds and the reason."""
    gone = ", ".join(_one_line(account.partition(":")[2] or account) for account in found.declined)
    lines = [f"For {gone}:" if found.picks else f"Nobody fits in the place of {gone}."]
    for pick in found.picks:
        added = pick.added.get("new_people")
        adds = f", adds {counted_as(added, found.unit)}" if added is not None and added >= 0.5 else ""
        more = "" if found.by_score else adds
        lines.append(
            f"  {pick.account.handle} (rank {pick.account.rank}, score {pick.account.score:.1f}{more})"
        )
        lines += wrap(
            _one_line(pick.reason),
            80,
            initial_indent=" " * 4,
            subsequent_indent=" " * 4,
            break_long_words=False,
        )
    if found.by_score and found.picks:
        lines.append("As the list was chosen: the next by score.")
    if found.missing:
        lines.append(f"No candidates any more, and not reckoned with: {', '.join(found.missing)}.")
    return "\n".join(lines) + "\n"


def receipt_text(receipt: Receipt) -> str:
    """What was (or would be) erased, for the user and for the person who asked."""
    day = (
        receipt.done_at.isoformat(sep=" ", timespec="minutes") + " UTC" if receipt.done_at else "day not told"
    )
    if receipt.dry_run:
        lines = [f"Erasing {receipt.target} would do this; nothing was changed.", ""]
    else:
        lines = [f"Receipt of erasure: {receipt.target}, {day}", ""]
    lines += [
        f"  {table:<24}{n:>10,} {'row' if n == 1 else 'rows'} deleted" for table, n in receipt.deleted.items()
    ]
    lines += [
        f"  {place:<24}{n:>10,} {'mention' if n == 1 else 'mentions'} by others blotted out"
        for place, n in receipt.redacted.items()
    ]
    if receipt.dry_run:
        names = [*receipt.person.names, *(f"@{word}" for word in receipt.person.words)]
        lines += ["", "Blotted out in texts of others: " + ", ".join(map(repr, names)) + "."]
    else:
        files = "file" if receipt.n_cache_files == 1 else "files"
        lines += [
            f"  {'caches':<24}{receipt.n_cache_files:>10,} {files} thrown away",
            "",
            f"{_written_anew(receipt)} So that a later import does not bring the person back,",
            f"it keeps {counted(len(receipt.hashes), 'salted hash', 'salted hashes')}, without name or address.",
        ]
    if receipt.exports:
        lines += [
            "",
            "Files written earlier that the person is or may be in; delete or correct them yourself:",
        ]
        lines += [f"  {file}" for file in receipt.exports]
    others = "workspaces that slices were brought into, versions that the storage keeps" if receipt.tables else (
        "other workspaces"
    )  # fmt: skip
    lines += ["", f"Not reached: {others}, backups, files given to others, the files imported from."]
    lines += [f"Note: {note}" for note in receipt.notes]
    return "\n".join(lines) + "\n"


def _written_anew(receipt: Receipt) -> str:
    if receipt.tables:
        return f"The files of {receipt.tables} that held the person were written anew, the old ones deleted."
    return "The workspace was written anew."


def purge_text(purge: Purge) -> str:
    """What was (or would be) deleted for its age."""
    verb = "would be deleted" if purge.dry_run else "deleted"
    lines = [f"{counted(purge.n_rows, 'row')} from before {purge.before.isoformat()} {verb}."]
    lines += [f"  {table:<24}{n:>10,}" for table, n in purge.deleted.items()]
    if purge.undated:
        kept = ", ".join(f"{n:,} in {table}" for table, n in purge.undated.items())
        lines.append(f"Rows of unknown age stay: {kept}.")
    return "\n".join(lines) + "\n"


def subject_text(subject: Subject, scores: Sequence[str]) -> str:
    """Everything that is kept about a person, datum by datum, and the score in words."""
    person = subject.person
    names = [*person.account_ids, *person.emails]
    lines = [f"What this workspace keeps about {', '.join(names)}", ""]
    lines.append(f"{counted(subject.n_rows, 'row')}, {counted(len(subject.mentions), 'mention')} by others.")
    if subject.suppressed:
        lines.append("Suppressed: never listed, contacted or imported again.")
    for kept in subject.kept:
        lines += ["", f"{kept.table.upper()}, {PARTS.get(kept.part, kept.part)}: {len(kept.rows):,}"]
        lines += _kept_lines(kept.rows)
    lines += _section("MENTIONS BY OTHERS (who says it is left out)", [
        f"  {_one_line(text)} (in {table}, from {source})" for table, text, source in subject.mentions
    ])  # fmt: skip
    lines += _section("SAVED SHORTLISTS", [f"  {_pairs(row)}" for row in subject.lists])
    lines += _section("ON THE CAMPAIGN DESK", [f"  {_pairs(row)}" for row in subject.desk])
    lines += _section("EXPORTED FILES", [f"  {_pairs(row)}" for row in subject.exports])
    lines += _section("JUDGED BESIDE OTHERS", [f"  {_pairs(row)}" for row in subject.judgements])
    lines += _section("STEPS OF THE TRIAGE", [f"  {_pairs(row)}" for row in subject.triage])
    lines += ["", "THE SCORE IN WORDS", ""]
    lines += scores or [
        "The person is on no saved list, so no score is kept: scores are computed when asked for."
    ]
    return "\n".join(lines).rstrip() + "\n"


def subject_document(subject: Subject, scores: Sequence[str]) -> dict[str, Any]:
    """The same as plain values, for a file that a machine can read (GDPR Art. 20)."""
    return {
        "accounts": list(subject.person.account_ids),
        "emails": list(subject.person.emails),
        "suppressed": subject.suppressed,
        "data": [
            {"table": k.table, "part": PARTS.get(k.part, k.part), "rows": list(k.rows)} for k in subject.kept
        ],
        "mentions": [{"table": t, "text": text, "source": source} for t, text, source in subject.mentions],
        "shortlists": list(subject.lists),
        "desk": list(subject.desk),
        "exports": list(subject.exports),
        "triage": list(subject.triage),
        "judgements": list(subject.judgements),
        "score": list(scores),
    }


def table_text(
    rows: Sequence[Sequence[str]], right: set[int] | frozenset[int] = frozenset(), width: int = 40
) -> str:
    """Rows under a head as columns of plain text; long values are shortened."""
    return (
        "\n".join(aligned([[shorten(cell, width) for cell in row] for row in rows], right, rule=True)) + "\n"
    )


def _place(pick: SavedPick) -> str:
    return "-" if pick.place is None else str(pick.place)


def _change(change: FieldChange) -> str:
    return f"{change.account_id} {change.field}: {change.ours or 'empty'!r} -> {change.theirs or 'empty'!r}"


def _kept_lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line a row; what all rows share is said once, above them."""
    shared = {key for key in rows[0] if len(rows) > 1 and len({str(row.get(key)) for row in rows}) == 1}
    origin = {key for key in ("source", "fetched_at") if key in shared}
    alike = {key: rows[0][key] for key in rows[0] if key in shared}
    lines = [f"  all of them: {_pairs(alike)}"] if alike else []
    for row in rows:
        told = {key: value for key, value in row.items() if key not in {*shared, "source", "fetched_at"}}
        where = [str(row.get(key, "unknown")) for key in ("source", "fetched_at") if key not in origin]
        origin_words = f" (from {', '.join(where)})" if where else ""
        lines.append(f"  {_pairs(told) or 'nothing else'}{origin_words}")
    return lines


def _pairs(row: Mapping[str, Any]) -> str:
    return "; ".join(f"{key}: {_one_line(value).removesuffix(' 00:00:00')}" for key, value in row.items())


def _one_line(value: Any) -> str:
    return one_line(str(value))


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return ["", f"{title}: {len(lines):,}", *lines] if lines else []


def subject_sheets(found: Subject, scores: Sequence[str]) -> list[Sheet]:
    """One row a datum with its source; what others say, the lists, the files, the score in words."""
    data = [
        {"table": kept.table, "part": kept.part, "row": at, "column": name, "value": str(value),
         "source": row.get("source"), "fetched_at": str(row.get("fetched_at") or "")}
        for kept in found.kept
        for at, row in enumerate(kept.rows, start=1)
        for name, value in row.items()
        if name not in ("source", "fetched_at")
    ]  # fmt: skip
    said = [dict(zip(("table", "text", "source"), one, strict=True)) for one in found.mentions]
    return [
        sheet_of("Data", data, ["table", "part", "row", "column", "value", "source", "fetched_at"]),
        sheet_of("Said by others", said, ["table", "text", "source"]),
        sheet_of("Lists", [_texts(row) for row in found.lists], ["list_name"]),
        sheet_of("Files", [_texts(row) for row in found.exports], ["path"]),
        sheet_of("Triage", [_texts(row) for row in found.triage], ["mention_id"]),
        sheet_of("Judgements", [_texts(row) for row in found.judgements], ["niche", "preferred", "reason"]),
        sheet_of("Score", [{"in_words": words} for words in scores], ["in_words"]),
    ]


def _texts(row: Mapping[str, Any]) -> dict[str, object]:
    return {key: value if isinstance(value, (int, float)) else str(value) for key, value in row.items()}
