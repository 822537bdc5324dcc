"""Making checkpoints: verify, sign, write outside the database."""

import json
import os
import secrets
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from procurement.audit.canonical import SUITE, canonical_bytes
from procurement.audit.models import Checkpoint
from procurement.audit.services import signing
from procurement.audit.services.verification import PUBLIC_KEY, Report, checkpoint_dir, verify


class JournalBroken(Exception):
    """The journal failed verification, so nothing was signed; carries the report."""

    def __init__(self, report: Report):
        super().__init__(str(report))
        self.report = report


def make_checkpoint() -> Checkpoint | None:
    """Verify the whole journal, then sign its size and root and write the statement to PORTAL["CHECKPOINT_DIR"].

    Returns the standing checkpoint when nothing was added since, None for an empty journal. Raises JournalBroken
    instead of ever signing a journal that does not hold.
    """
    report = verify()
    if not report.whole:
        raise JournalBroken(report)
    if report.size == 0:
        return None
    standing = Checkpoint.objects.filter(size=report.size).first()
    if standing:
        _write(standing)
        return standing
    checkpoint = Checkpoint(
        size=report.size, at=timezone.now(), root=report.root, head=report.head, suite=SUITE, signature=""
    )
    checkpoint.signature = signing.sign(canonical_bytes(checkpoint.statement()), purpose="checkpoint")
    with transaction.atomic():
        saved, created = Checkpoint.objects.get_or_create(
            size=checkpoint.size,
            defaults={name: getattr(checkpoint, name) for name in ("at", "root", "head", "suite", "signature")},
        )
    _write(checkpoint if created else saved)
    return saved


def _write(checkpoint: Checkpoint) -> None:
    """Write the anchor and the public key; a file once written is never touched again."""
    folder = checkpoint_dir()
    folder.mkdir(parents=True, exist_ok=True)
    _write_once(folder / PUBLIC_KEY, signing.public_pem())
    content = json.dumps(checkpoint.as_json(), indent=2, sort_keys=True) + "\n"
    _write_once(folder / f"checkpoint-{checkpoint.size:012d}.json", content.encode())


def _write_once(path: Path, content: bytes) -> None:
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with draft.open("wb") as file:
        file.write(content)
        os.fsync(file.fileno())
    draft.chmod(0o444)
    draft.replace(path)
