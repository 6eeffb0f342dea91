"""Make the folder .venv from requirements.lock and install the project into it; ``make venv`` runs this.

Only the standard library, and no syntax newer than Python 3.6: an old Python must get far enough to say
that it is too old. Does nothing when .venv already matches the lock.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".venv"
LOCK = PROJECT / "requirements.lock"
STAMP = VENV / ".suyuan-installed"
OLDEST = (3, 11)


class Stop(Exception):
    """Nothing more can be done; the two sentences say why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def wanted() -> str:
    """What the stamp must hold for the environment to be up to date."""
    digest = hashlib.sha256()
    for path in (LOCK, PROJECT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return f"{sys.version_info[0]}.{sys.version_info[1]} {digest.hexdigest()}"


def up_to_date() -> bool:
    """Whether .venv was made from the present lock and still runs."""
    try:
        if STAMP.read_text(encoding="utf-8") != wanted():
            return False
        return subprocess.call([str(python()), "-c", ""]) == 0
    except OSError:
        return False


def python() -> Path:
    """The path of the environment's own Python."""
    return VENV / "bin" / "python"


def make_environment() -> None:
    """Make an empty .venv, or keep the one of the same Python version."""
    if python().exists():
        version = f"import sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])!r})"
        if subprocess.call([str(python()), "-c", version], stderr=subprocess.DEVNULL) == 0:
            return
    try:
        import ensurepip  # noqa: F401 - Debian ships venv without it, and then fails half way
        import venv
    except ImportError:
        raise Stop(
            "这个 Python 没有 venv 模块：Debian/Ubuntu 请先运行 apt-get install python3-venv。",
            "This Python has no venv module: on Debian or Ubuntu run apt-get install python3-venv first.",
        ) from None
    try:
        venv.create(str(VENV), with_pip=True, clear=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Stop(
            f"无法在 {VENV} 建立虚拟环境（{error}）：请检查目录权限和磁盘空间。",
            f"Cannot make a virtual environment in {VENV} ({error}): check permissions and disk space.",
        ) from error


def pip(*arguments: str) -> None:
    """Run pip, show how far it is, and turn a failure into a sentence."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "PIP_USER")}
    environment.update(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", PIP_ROOT_USER_ACTION="ignore")
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [str(python()), "-m", "pip", *arguments],
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
            cwd=str(PROJECT),
        )
        assert process.stdout is not None
        show_progress(process.stdout)
        failed = process.wait() != 0
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace")
    if failed:
        sys.stderr.write(said)
        raise why(said)


def show_progress(output: IO[bytes]) -> None:
    """One line for each package that pip turns to, overwritten on a terminal, silent elsewhere."""
    terminal = sys.stdout.isatty()
    count = 0
    for line in output:
        text = line.decode("utf-8", "replace").strip()
        if text.startswith(("Collecting ", "Requirement already satisfied: ")):
            count += 1
        elif not text.startswith(("Downloading ", "Installing ")):
            continue
        if terminal:
            sys.stdout.write(f"\r\033[K  {count:3d}  {text[:70]}")
            sys.stdout.flush()
    if terminal:
        sys.stdout.write("\r\033[K")
        sys.stdout.flush()


def why(said: str) -> Stop:
    """The sentence for a failed pip."""
    if "DO NOT MATCH THE HASHES" in said:
        return Stop(
            "下载的包与 requirements.lock 中的校验值不一致：请换一个软件源或网络后重试。",
            "A downloaded package does not match its hash in requirements.lock: use another index.",
        )
    if "No space left on device" in said:
        return Stop(
            "磁盘空间不足：安装约需 0.6 GB，请清理后重试。",
            "The disk is full: the installation needs about 0.6 GB; free some space and try again.",
        )
    if "Permission denied" in said:
        return Stop(
            f"没有写入权限：请检查 {VENV} 的所有者和权限。",
            f"No permission to write: check owner and permissions of {VENV}.",
        )
    if "No matching distribution" in said and "NewConnectionError" not in said and "Retrying" not in said:
        return Stop(
            "软件源中没有适合本机的包：需要 Linux x86-64（glibc 2.28 以上）和 Python 3.11–3.13，"
            "或换一个较新的软件源。",
            "The index has no fitting package: Linux x86-64 with glibc 2.28 or newer and Python 3.11 to 3.13 "
            "are needed, or an index that is up to date.",
        )
    return Stop(
        "安装依赖失败，原因见上：多半是网络不通，请检查网络或代理，"
        "国内可先设置 PIP_INDEX_URL 为镜像地址再重试。",
        "Installing failed, see above; most often there is no network: check it or the proxy, or set "
        "PIP_INDEX_URL to a mirror, and try again.",
    )


def main() -> int:
    """Returns 0, or 1 after a sentence on stderr in Chinese and one in English."""
    try:
        if sys.version_info < OLDEST:
            raise Stop(
                "需要 Python 3.11 或更新版本，当前是 {}.{}：请安装后用 make PYTHON=python3.11 指定。".format(
                    *sys.version_info[:2]
                ),
                "Python 3.11 or newer is needed, this is {}.{}: install one and name it with "
                "make PYTHON=python3.11.".format(*sys.version_info[:2]),
            )
        if up_to_date():
            return 0
        sys.stdout.write(
            "正在安装依赖（首次约 130 MB）installing what is needed (about 130 MB the first time)\n"
        )
        sys.stdout.flush()
        make_environment()
        pip("install", "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(LOCK))
        pip(
            "install",
            "--no-deps",
            "--no-build-isolation",
            "--no-index",
            "--quiet",
            "--editable",
            str(PROJECT),
        )
        STAMP.write_text(wanted(), encoding="utf-8")
    except Stop as stop:
        sys.stderr.write(f"{stop.zh}\n{stop.en}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
