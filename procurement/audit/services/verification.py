"""Checking the journal: every hash, every link, every anchor.

The chain alone shows a change in the middle; that its tail was cut off, or that all of it was written anew, only a
checkpoint kept elsewhere can show. So both are compared, and the verifier recomputes everything itself.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from procurement.audit.canonical import GENESIS, canonical_bytes, content_hash, link_hash
from procurement.audit.merkle import Tree
from procurement.audit.models import AuditChain, AuditEvent, Checkpoint
from procurement.audit.services import signing
from procurement.audit.services.journal import seal_pending

PUBLIC_KEY = "public-key.pem"
ANCHOR_GLOB = "checkpoint-*.json"
#: The report names the first faults only; after a wholesale rewrite every row is one.
FAULTS_NAMED = 20
HEALTH_TAIL = 100

COLUMNS = (
    "suite",
    "event__id",
    "event__at",
    "event__actor_id",
    "event__actor_label",
    "event__action",
    "event__subject",
    "event__case_id",
    "event__ok",
    "event__body",
    "event__suite",
    "event__content_hash",
    "seq",
    "event_id",
    "prev",
    "hash",
)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, at one place of the chain."""

    seq: int
    message: str

    def __str__(self) -> str:
        return _("第 %(seq)d 条：%(message)s") % {"seq": self.seq, "message": self.message}


@dataclass(frozen=True)
class Anchor:
    """A checkpoint as found in the table or in a file, not yet believed."""

    size: int
    root: str
    head: str
    statement: dict[str, Any]
    signature: str
    source: str


@dataclass
class Report:
    """What a verification found."""

    size: int = 0
    head: bytes = GENESIS
    root: bytes = b""
    anchors: int = 0
    last_anchored: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """True when nothing is wrong."""
        return not self.faults

    @property
    def first_bad_seq(self) -> int | None:
        """The first place that cannot be trusted; what no anchor covers is not proven by being consistent."""
        return min((fault.seq for fault in self.faults), default=None)

    def blame(self, seq: int, message: str) -> None:
        """Note a fault."""
        if len(self.faults) < FAULTS_NAMED:
            self.faults.append(Fault(seq, message))

    def __str__(self) -> str:
        if self.whole:
            return _("审计链完整：共 %(size)d 条，与 %(anchors)d 个检查点一致（最近检查点至第 %(last)d 条）。") % {
                "size": self.size,
                "anchors": self.anchors,
                "last": self.last_anchored,
            }
        return _("审计链已被破坏，自第 %(seq)d 条起不可信。") % {"seq": self.first_bad_seq}


def checkpoint_dir() -> Path:
    """Return the folder outside the database into which checkpoints are written."""
    return Path(str(settings.PORTAL["CHECKPOINT_DIR"]))


def verify(*, anchors: Path | None = None) -> Report:
    """Recompute the whole journal and compare it with every checkpoint of the table and of the anchor folder.

    Anchors are read before the chain: one made meanwhile would name entries this reading cannot see.
    """
    report = Report()
    if connection.in_atomic_block:
        seal_pending()
    known = [*_files(anchors or checkpoint_dir(), report), *_rows()]
    trusted = _trusted(known, anchors or checkpoint_dir(), report)
    _walk(report, trusted)
    unsealed = AuditEvent.objects.filter(chain__isnull=True).count()
    if unsealed:
        report.blame(report.size + 1, _("有 %(count)d 条记录未入链。") % {"count": unsealed})
    return report


def _walk(report: Report, anchors: list[Anchor]) -> None:
    tree, waiting = Tree(), sorted(anchors, key=lambda anchor: anchor.size)
    rows = AuditChain.objects.order_by("seq").values_list(*COLUMNS).iterator(chunk_size=2000)
    for row in rows:
        seq, content = _check_row(row, report)
        tree.append(content)
        report.size = seq
        while waiting and waiting[0].size <= tree.size:
            _compare(waiting.pop(0), tree, report)
    report.root = tree.root()
    for anchor in waiting:
        message = _("检查点（%(source)s）记载 %(size)d 条，链上只剩 %(left)d 条，尾部被截断。")
        report.blame(
            report.last_anchored + 1, message % {"source": anchor.source, "size": anchor.size, "left": tree.size}
        )


def _check_row(row: tuple[Any, ...], report: Report) -> tuple[int, bytes]:
    """Check one link against what precedes it; returns its place and the stored content hash, its leaf in the tree."""
    suite, id_, at, actor_id, actor_label, action, subject, case_id, ok, body, event_suite, stored, *link = row
    seq, _event_id, prev, hash_ = link
    prev, hash_, stored = bytes(prev), bytes(hash_), bytes(stored or b"")
    if seq != report.size + 1:
        report.blame(report.size + 1, _("序号不连续，下一条为 %(seq)d。") % {"seq": seq})
    if id_ is None:
        report.blame(seq, _("链上记录的内容已被删除。"))
    elif stored != content_hash(
        suite=event_suite,
        id=id_,
        at=at,
        actor_id=actor_id,
        actor_label=actor_label,
        action=action,
        subject=subject,
        case_id=case_id,
        ok=ok,
        body=bytes(body),
    ):
        report.blame(seq, _("内容与摘要不符。"))
    if prev != report.head:
        report.blame(seq, _("与上一环不衔接。"))
    if hash_ != link_hash(prev=prev, seq=seq, content=stored) or (id_ is not None and suite != event_suite):
        report.blame(seq, _("本环摘要不符。"))
    report.head = hash_
    return seq, stored


def _compare(anchor: Anchor, tree: Tree, report: Report) -> None:
    if tree.size == anchor.size and (tree.root().hex(), report.head.hex()) == (anchor.root, anchor.head):
        report.anchors += 1
        report.last_anchored = max(report.last_anchored, anchor.size)
        return
    message = _("与检查点（%(source)s，%(size)d 条）不符，其间的记录已被改写。")
    report.blame(report.last_anchored + 1, message % {"source": anchor.source, "size": anchor.size})


def _rows() -> Iterator[Anchor]:
    for row in Checkpoint.objects.order_by("size"):
        statement = row.statement()
        yield _anchor(statement, row.signature, _("数据库"))


def _files(folder: Path, report: Report) -> Iterator[Anchor]:
    for path in sorted(folder.glob(ANCHOR_GLOB)):
        try:
            statement = json.loads(path.read_text(encoding="utf-8"))
            yield _anchor(statement, statement.pop("signature"), path.name)
        except (ValueError, KeyError, TypeError, AttributeError):
            report.blame(1, _("检查点文件 %(name)s 无法读取。") % {"name": path.name})


def _anchor(statement: dict[str, Any], signature: str, source: str) -> Anchor:
    return Anchor(
        int(statement["size"]), str(statement["root"]), str(statement["head"]), statement, str(signature), source
    )


def _trusted(anchors: list[Anchor], folder: Path, report: Report) -> list[Anchor]:
    """Keep anchors whose signature holds; a false one is itself a fault.

    A public key kept with the anchors is the outsider's own copy and is believed before the portal's.
    """
    if not anchors:
        return []
    copy = folder / PUBLIC_KEY
    key = signing.load_public(copy.read_bytes() if copy.exists() else signing.public_pem())
    trusted: dict[tuple[int, str, str, str], Anchor] = {}
    for anchor in anchors:
        if signing.verify_signature(canonical_bytes(anchor.statement), anchor.signature, purpose="checkpoint", key=key):
            trusted[anchor.size, anchor.root, anchor.head, anchor.signature] = anchor
        else:
            report.blame(anchor.size, _("检查点（%(source)s）的签名无效。") % {"source": anchor.source})
    return list(trusted.values())


@dataclass(frozen=True)
class Status:
    """The state of the journal as far as it can be told at once."""

    whole: bool
    size: int
    head: bytes
    checkpoint_size: int
    checkpoint_at: datetime | None
    message: str


def status() -> Status:
    """Check the last links and the last anchor only: cheap enough for a health probe; `verify` is the full answer."""
    report = Report()
    tail = list(AuditChain.objects.order_by("-seq").values_list(*COLUMNS)[:HEALTH_TAIL])[::-1]
    if tail:
        first_seq, first_prev = tail[0][12], bytes(tail[0][14])
        report.size, report.head = first_seq - 1, first_prev
    for row in tail:
        report.size, _leaf = _check_row(row, report)
    anchor = _latest_anchor(report)
    if anchor:
        linked = AuditChain.objects.filter(seq=anchor.size).values_list("hash", flat=True).first()
        if linked is None or bytes(linked).hex() != anchor.head:
            message = _("与检查点（%(source)s，%(size)d 条）不符。")
            report.blame(anchor.size, message % {"source": anchor.source, "size": anchor.size})
    return Status(
        whole=report.whole,
        size=report.size,
        head=report.head,
        checkpoint_size=anchor.size if anchor else 0,
        checkpoint_at=parse_datetime(anchor.statement["at"]) if anchor else None,
        message=_("末段与最近检查点一致。") if report.whole else str(report.faults[0]),
    )


def _latest_anchor(report: Report) -> Anchor | None:
    newest = max(checkpoint_dir().glob(ANCHOR_GLOB), default=None)
    row = Checkpoint.objects.order_by("-size").first()
    found = [_anchor(row.statement(), row.signature, _("数据库"))] if row else []
    if newest:
        statement = json.loads(newest.read_text(encoding="utf-8"))
        found.append(_anchor(statement, statement.pop("signature"), newest.name))
    return max(found, key=lambda anchor: anchor.size, default=None)
