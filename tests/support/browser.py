"""A browser for the tests of the page: Chromium without a window, spoken to over two pipes.

Chromium is in no registry of Python's, so it is the machine's own: that of ``SUYUAN_CHROMIUM``, else one on
the path (on Debian ``apt-get install chromium fonts-noto-cjk``). Its commands: Chrome DevTools Protocol.
"""

import base64
import fcntl
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--no-proxy-server",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
PATIENCE_S: Final = 60.0
_ABOVE: Final = 10


def find() -> str | None:
    """Return the path of Chromium; ``None`` where this machine has none.

    Raises:
        AssertionError: ``SUYUAN_CHROMIUM`` names a program that is not there.
    """
    if chosen := os.environ.get("SUYUAN_CHROMIUM"):
        assert shutil.which(chosen), f"SUYUAN_CHROMIUM is {chosen}, and there is no such program"
        return chosen
    return next(filter(None, map(shutil.which, NAMES)), None)


class Tab:
    """One page in the browser."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = os.fdopen(reading, "rb")
        self._writing = os.fdopen(writing, "wb", buffering=0)
        self._numbers = itertools.count(1)
        self._session: dict[str, str] = {}
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        self.send("Page.enable")

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its answer; events that come meanwhile are dropped."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params, **self._session}
        self._writing.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = json.loads(self._read())
            if answer.get("id") == number:
                assert "error" not in answer, (method, answer["error"])
                result: dict[str, Any] = answer["result"]
                return result

    def go(self, url: str) -> None:
        """Open a page, as a new one whatever stood there."""
        self.send("Page.navigate", url="about:blank")
        self.send("Page.navigate", url=url)

    def size(self, width: int, height: int = 900) -> None:
        """Make the window so wide and high."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def scheme(self, name: str) -> None:
        """Prefer ``light`` or ``dark``, and no motion, so that each look finds a page at rest."""
        features = [
            {"name": "prefers-color-scheme", "value": name},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.send("Emulation.setEmulatedMedia", features=features)

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page; a promise is waited for."""
        answer = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, script: str) -> Any:
        """Wait until an expression is true; return its value."""
        end = time.monotonic() + PATIENCE_S
        while not (value := self.run(script)):
            assert time.monotonic() < end, f"not so after {PATIENCE_S} s: {script}"
            time.sleep(0.05)
        return value

    def picture(self, **clip: float) -> bytes:
        """Return the whole page as PNG, or the part of it that a clip gives."""
        part = {"clip": {"scale": 1, **clip}} if clip else {}
        shot = self.send("Page.captureScreenshot", captureBeyondViewport=True, **part)
        return base64.b64decode(shot["data"])

    def close(self) -> None:
        """Close the pipes; the browser ends by itself."""
        self._writing.close()
        self._reading.close()

    def _read(self) -> bytes:
        out = bytearray()
        while (byte := self._reading.read(1)) != b"\0":
            assert byte, "the browser has ended"
            out += byte
        return bytes(out)


@contextmanager
def browser(program: str) -> Iterator[Tab]:
    """Start Chromium with an empty profile; yield its one tab."""
    its_in, our_out = os.pipe()
    our_in, its_out = os.pipe()
    # It reads 3 and writes 4: above these, neither copy overwrites the other.
    its = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _ABOVE) for end in (its_in, its_out)]
    os.close(its_in)
    os.close(its_out)

    def as_three_and_four() -> None:
        os.dup2(its[0], 3)
        os.dup2(its[1], 4)

    with tempfile.TemporaryDirectory(prefix="suyuan-browser-", ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=False,
            preexec_fn=as_three_and_four,
        )
        for end in its:
            os.close(end)
        try:
            tab = Tab(our_in, our_out)
            yield tab
            tab.close()
        finally:
            process.terminate()
            process.wait(20)
