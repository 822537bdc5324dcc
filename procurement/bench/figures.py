"""One figure is one JSON line: what was measured, what the bare floor took in the same run, on which machine."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any


@dataclass(frozen=True)
class Figure:
    """``ratio`` is value over floor; 1.0 is the floor itself. For rates more is better, for times less."""

    name: str
    value: float
    unit: str
    n: int = 1
    floor: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return round(self.value / self.floor, 3) if self.floor else None


@dataclass
class Book:
    """Writes each figure as soon as it is known, so that an interrupted run keeps what it found."""

    path: Path
    machine: dict[str, Any]
    figures: list[Figure] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text("")

    def note(self, figure: Figure) -> None:
        self.figures.append(figure)
        line = {**asdict(figure), "ratio": figure.ratio, "machine": self.machine}
        with self.path.open("a") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def table(self) -> str:
        """The figures for reading: name, value, floor, ratio, number of samples."""
        heads = ("figure", "value", "unit", "floor", "ratio", "n", "")
        rows = [
            (
                f.name, _short(f.value), f.unit, "" if f.floor is None else _short(f.floor),
                "" if f.ratio is None else f"{f.ratio:.2f}x", str(f.n), f.note,
            )
            for f in self.figures
        ]  # fmt: skip
        widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
        left = {0, 2, 6}
        lines = [
            "  ".join(
                text.ljust(width) if column in left else text.rjust(width)
                for column, (text, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in (heads, *rows)
        ]
        return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def middle(samples: list[float]) -> float:
    return round(median(samples), 3)


def high(samples: list[float]) -> float:
    """The 95th percentile; with fewer than twenty samples simply the largest."""
    return round(max(samples) if len(samples) < 20 else quantiles(samples, n=20)[-1], 3)


def machine_facts(**more: Any) -> dict[str, Any]:
    """What a reader must know before comparing two runs; the load tells who else was working."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": [round(value, 2) for value in os.getloadavg()],
        **more,
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
