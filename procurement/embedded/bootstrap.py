"""From a bare machine to a virtual environment. Run by path before anything is installed: standard library only.

python3 procurement/embedded/bootstrap.py          what `make run` needs
python3 procurement/embedded/bootstrap.py --dev    what `make test` and `make lint` need as well
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
OLDEST_PYTHON = (3, 11)
#: Shared library → Debian package. WeasyPrint loads them to draw PDF.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BEGAN = time.monotonic()


def main() -> None:
    if sys.version_info < OLDEST_PYTHON:
        fail(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}. Try PYTHON=python3.11 make run")
    development = "--dev" in sys.argv
    install_system_packages(sorted(missing_packages(development)))
    lock = ROOT / "requirements" / ("dev.txt" if development else "base.txt")
    if not is_installed(lock):
        make_environment()
        install(lock)
    if development and not browser():
        install_browser()


def say(text: str) -> None:
    sys.stdout.write(f"[{time.monotonic() - BEGAN:5.1f} s] {text}\n")
    sys.stdout.flush()


def fail(text: str) -> NoReturn:
    sys.stderr.write(f"ERROR {text}\n")
    sys.exit(1)


# --- system packages ------------------------------------------------------------------------------------------------


def missing_packages(development: bool) -> Iterator[str]:
    for library, package in LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            yield package
    if not (VENV / "bin" / "python").exists() and not can_make_environments():
        yield f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if development and not browser():
        yield "chromium"
    if development and not shows_chinese():
        yield "fonts-wqy-microhei"


def shows_chinese() -> bool:
    """Whether the browser of the tests has a font for Chinese: without one pages are measured and pictured wrongly."""
    if shutil.which("fc-list") is None:
        return False
    fonts = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, check=False)
    return bool(fonts.stdout.strip())


def can_make_environments() -> bool:
    return subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True, check=False).returncode == 0


def browser() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def install_system_packages(packages: list[str]) -> None:
    """With apt as root or through sudo; otherwise one line says what to install."""
    if not packages:
        return
    wanted = " ".join(packages)
    if shutil.which("apt-get") is None:
        fail(f"System packages are missing. Install what Debian calls: {wanted}")
    become = become_root()
    if become is None:
        fail(f"System packages are missing. Ask an administrator for: apt-get install {wanted}")
    say(f"Installing system packages: {wanted}")
    apt_get([*become, "apt-get", "update", "-q"])
    # where there is no such browser package, install_browser() finds another way
    installed = apt_get([*become, "apt-get", "install", "-q", "-y", "--no-install-recommends", *packages])
    if not installed and packages != ["chromium"]:
        fail(f"apt-get could not install: {wanted}")


def apt_get(command: list[str]) -> bool:
    """Quiet and asking nothing; what goes wrong stands on standard error."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def become_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    return ["sudo"] if sys.stdin.isatty() else None


# --- virtual environment --------------------------------------------------------------------------------------------


def fingerprint(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()


def stamp(lock: Path) -> Path:
    return VENV / f".installed-{lock.stem}"


def is_installed(lock: Path) -> bool:
    """The development lock contains the base lock, so either will do for the latter."""
    base, development = ROOT / "requirements" / "base.txt", ROOT / "requirements" / "dev.txt"
    if not (VENV / "bin" / "python").exists():
        return False
    if lock == base and is_installed(development):
        return True
    return stamp(lock).exists() and stamp(lock).read_text() == fingerprint(lock)


def make_environment() -> None:
    if (VENV / "bin" / "python").exists():
        return
    say("Creating .venv")
    options = ["--without-pip"] if usable_uv() else []
    if subprocess.run([sys.executable, "-m", "venv", "--clear", *options, str(VENV)], check=False).returncode:
        fail(f"{sys.executable} cannot make virtual environments.")


def install(lock: Path) -> None:
    """Exactly the locked files, checked by hash; with uv when it can be had, else with pip."""
    say(f"Installing Python packages from {lock.relative_to(ROOT)}")
    python = VENV / "bin" / "python"
    uv = usable_uv() or fetched_uv(python)
    installer = [uv, "pip", "install", "--python", str(python)] if uv else [str(python), "-m", "pip", "install"]
    if subprocess.run([*installer, "--quiet", "--require-hashes", "-r", str(lock)], cwd=ROOT, check=False).returncode:
        fail("The Python packages could not be installed; see the lines above.")
    for path in VENV.glob(".installed-*"):
        path.unlink()
    stamp(lock).write_text(fingerprint(lock))


def usable_uv() -> str | None:
    """The machine's own uv; a version manager's shim without a version behind it does not count."""
    path = shutil.which("uv")
    if path and subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
        return path
    return None


def fetched_uv(python: Path) -> str | None:
    lock = ROOT / "requirements" / "uv.txt"
    # an environment made by uv has no pip of its own
    subprocess.run([python, "-m", "ensurepip"], capture_output=True, check=False)
    command = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    uv = VENV / "bin" / "uv"
    return str(uv) if done.returncode == 0 and uv.exists() else None


# --- browser --------------------------------------------------------------------------------------------------------


def install_browser() -> None:
    """Where the distribution has no chromium package (Ubuntu), Playwright brings its own build."""
    say("Installing a browser for the tests")
    command = [str(VENV / "bin" / "python"), "-m", "playwright", "install", "chromium"]
    if subprocess.run(command, check=False).returncode:
        fail("No browser could be installed. Install chromium, or name one: CHROMIUM=/path/to/chromium make test")


if __name__ == "__main__":
    main()
