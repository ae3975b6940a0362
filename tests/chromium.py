"""Finds a headless Chromium for the browser tests, or installs one.

An installed one is taken first, else Playwright's own is fetched, else Debian's package where we are root.
Run as a program it makes sure that one is there and prints its path.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = ("chromium-headless-shell", "chromium")  # the first has no window, and a third less to do
FONTS = "fonts-noto-core"
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def installed_chromium() -> str | None:
    """The path of a Chromium that is there already, or None."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return _playwrights_chromium()


def _playwrights_chromium() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install_chromium() -> str | None:
    """Installs Playwright's Chromium, else Debian's; the path, or None when neither could be had."""
    _run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"])
    if not installed_chromium() and os.geteuid() == 0 and shutil.which("apt-get"):
        _run(["apt-get", "update", "-qq"])
        for package in PACKAGES:
            if not installed_chromium():
                _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package, FONTS])
    return installed_chromium()


def _run(command: list[str]) -> None:
    print("+", " ".join(command), file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=environment, timeout=900)


if __name__ == "__main__":
    path = installed_chromium() or install_chromium()
    if path is None:
        print(
            "chromium: none found and none could be installed; install Chromium and try again",
            file=sys.stderr,
        )
        sys.exit(1)
    print(path)
