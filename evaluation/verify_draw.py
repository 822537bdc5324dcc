#!/usr/bin/env python3
"""Check a draw of review experts from its record alone: python3 verify_draw.py RECORD.json

Needs nothing but Python. Recomputes the commitment, the two roots, the seed, every order and who was taken,
from the pool, the exclusions, the quota, the opened secret and the witness's words. Exit 0 when all agree.
"""

import hashlib
import hmac
import json
import sys


def sha(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def shuffled(seed, kind, ids):
    key, block, counter, ids = bytes.fromhex(seed), b"", 0, sorted(ids)
    for last in range(len(ids) - 1, 0, -1):
        size = last + 1
        fair = 2**64 - 2**64 % size
        while True:
            if not block:
                block = hmac.new(key, f"{kind}:{counter}".encode(), hashlib.sha256).digest()
                counter += 1
            number, block = int.from_bytes(block[:8], "big"), block[8:]
            if number < fair:
                break
        chosen = number % size
        ids[last], ids[chosen] = ids[chosen], ids[last]
    return ids


def picked(orders, employers, quota):
    taken, passed, seated_employers = [], [], set()
    for kind, number in quota:
        seats = 0
        for rank, expert in enumerate(orders[kind], 1):
            if seats == number:
                break
            pick = {"kind": kind, "rank": rank, "id": expert}
            if employers[expert] and employers[expert] in seated_employers:
                passed.append(pick)
                continue
            taken.append(pick)
            seated_employers.add(employers[expert])
            seats += 1
    return taken, passed


def problems(record):
    """What does not agree with the record's own inputs; an empty list means the draw is as recorded."""
    found = []

    def same(name, computed):
        if record.get(name) != computed:
            found.append(name)

    if record.get("algorithm") != "portal-draw-1":
        return ["algorithm"]
    pool, quota = record["pool"], record["quota"]
    same("commitment", sha(record["nonce"]))
    lines = sorted((row["id"], row["kind"], row["employer"]) for row in pool)
    same("pool_root", sha("".join(f"{i}|{k}|{e}\n" for i, k, e in lines)))
    out = sorted((row["id"], row["kind"], ";".join(row["reasons"])) for row in record["exclusions"])
    same("exclusions_root", sha("".join(f"{i}|{k}|{why}\n" for i, k, why in out)))
    if {row["id"] for row in pool} & {row["id"] for row in record["exclusions"]}:
        found.append("exclusions")
    wanted = ",".join(f"{kind}={number}" for kind, number in quota)
    parts = ("portal-draw-1", record["panel"], record["nonce"], record["words"], record["pool_root"])
    same("seed", sha("\n".join((*parts, record["exclusions_root"], wanted))))
    orders = {kind: shuffled(record["seed"], kind, [r["id"] for r in pool if r["kind"] == kind]) for kind, _ in quota}
    same("orders", orders)
    taken, passed = picked(orders, {row["id"]: row["employer"] for row in pool}, quota)
    same("selected", taken)
    same("passed_over", passed)
    return found


def main(path):
    with open(path, encoding="utf-8") as file:
        record = json.load(file)
    found = problems(record)
    if found:
        sys.stdout.write("DOES NOT AGREE: " + ", ".join(found) + "\n")
        return 1
    counts = f"{len(record['selected'])} drawn from {len(record['pool'])}"
    sys.stdout.write(f"OK {record['panel']}: {counts}, seed {record['seed']}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
