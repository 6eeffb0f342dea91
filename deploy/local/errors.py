"""Everything that can keep the embedded stack from running, one class, one sentence each."""

from __future__ import annotations

from pathlib import Path

from shared.contracts.errors import SuyuanError


class LocalStackError(SuyuanError):
    """The embedded stack cannot do what was asked; its codes begin with ``local.``."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(code=code, zh=zh, en=en)


def package_missing(package: str, setting: str) -> LocalStackError:
    return LocalStackError(
        "local.package_missing",
        f"缺少 Python 包 {package}：请运行 pip install 'suyuan[local]'，"
        f"或用环境变量 {setting} 指定已有的安装。",
        f"The Python package {package} is missing: run pip install 'suyuan[local]', or point {setting} to an "
        "installation of your own.",
    )


def setting_wrong(setting: str, value: str, wanted_zh: str, wanted_en: str) -> LocalStackError:
    return LocalStackError(
        "local.setting_wrong",
        f"环境变量 {setting} 的值 {value} 不可用：应当是{wanted_zh}，请改正或取消该变量。",
        f"{setting}={value} cannot be used: it must be {wanted_en}; correct it or unset it.",
    )


def download_failed(what: str, reason: str, cache: Path) -> LocalStackError:
    return LocalStackError(
        "local.download_failed",
        f"首次运行需要下载 {what}，但没有成功（{reason}）：请检查网络或代理；"
        "国内可用 SUYUAN_MAVEN 指定镜像地址；"
        f"无网络的机器请从别处复制缓存目录 {cache}，或用 SUYUAN_KAFKA_JARS 指定已有的 Kafka libs 目录。",
        f"The first run has to download {what}, which failed ({reason}): check the network or proxy, or name "
        f"a mirror in SUYUAN_MAVEN; without a network copy the cache folder {cache} from another machine, or "
        "point SUYUAN_KAFKA_JARS to the libs folder of a Kafka installation.",
    )


def checksum_wrong(what: str, cache: Path) -> LocalStackError:
    return LocalStackError(
        "local.checksum_wrong",
        f"下载的 {what} 与锁定的 SHA-256 不一致，已删除：请重试；"
        f"若反复出现，说明网络代理改动了文件，请更换网络或镜像（缓存目录 {cache}）。",
        f"The downloaded {what} does not match its locked SHA-256 and was deleted: try again; if it happens "
        f"again, something on the network alters files, so use another network or mirror (cache: {cache}).",
    )


def not_writable(path: Path, reason: str) -> LocalStackError:
    return LocalStackError(
        "local.not_writable",
        f"无法写入 {path}（{reason}）：请检查目录权限，或换一个可写的目录。",
        f"Cannot write to {path} ({reason}): check the permissions, or choose another folder.",
    )


def disk_full(path: Path, free_mb: int, needed_mb: int) -> LocalStackError:
    return LocalStackError(
        "local.disk_full",
        f"{path} 所在磁盘只剩 {free_mb} MB，至少需要 {needed_mb} MB：请先清理磁盘，或换一个目录。",
        f"The disk of {path} has {free_mb} MB left and {needed_mb} MB are needed: free some space, or choose "
        "another folder.",
    )


def already_running(data: Path) -> LocalStackError:
    return LocalStackError(
        "local.already_running",
        f"数据目录 {data} 正被另一个运行中的 suyuan 使用：请先停止它（在那个终端按 Ctrl-C），"
        "或换一个数据目录。",
        f"The data folder {data} is in use by another running suyuan: stop that one first (Ctrl-C in its "
        "terminal), or choose another data folder.",
    )


def port_taken(what: str, port: int, log: Path) -> LocalStackError:
    return LocalStackError(
        "local.port_taken",
        f"{what} 的端口 {port} 被其他程序占用：请再启动一次，会自动换一个空闲端口（日志 {log}）。",
        f"Port {port} of {what} is taken by another program: start once more, a free port is then chosen "
        f"(log: {log}).",
    )


def system_library_missing(what: str, detail: str) -> LocalStackError:
    return LocalStackError(
        "local.system_library_missing",
        f"{what} 无法启动，系统缺少所需的库或库版本太旧（{detail}）：Debian 12+/Ubuntu 22.04+ 请运行 "
        "apt-get install libcurl4 libssl3；更旧的系统请用 SUYUAN_MONGOD 指定本机的 mongod。",
        f"{what} cannot start because a system library is missing or too old ({detail}): on Debian 12+ or "
        "Ubuntu 22.04+ run apt-get install libcurl4 libssl3; on an older system point SUYUAN_MONGOD to a "
        "mongod that runs there.",
    )


def processor_unsupported(what: str) -> LocalStackError:
    return LocalStackError(
        "local.processor_unsupported",
        f"{what} 无法在此处理器上运行（需要 AVX 指令）：请换一台机器，"
        "或用 SUYUAN_MONGOD 指定可运行的 mongod。",
        f"{what} cannot run on this processor (it needs AVX): use another machine, or point SUYUAN_MONGOD to "
        "a mongod that runs here.",
    )


def start_failed(what: str, returncode: int | None, last_line: str, log: Path) -> LocalStackError:
    how_zh = "启动超时" if returncode is None else f"启动后退出（返回码 {returncode}）"
    how_en = "did not become ready in time" if returncode is None else f"exited with code {returncode}"
    return LocalStackError(
        "local.start_failed",
        f"{what} {how_zh}，最后一行日志：{last_line or '（无）'}；请查看 {log}。",
        f"{what} {how_en}; last log line: {last_line or '(none)'}; see {log}.",
    )


def credentials_lost(data: Path, detail: str) -> LocalStackError:
    return LocalStackError(
        "local.credentials_lost",
        f"数据目录 {data} 与其中保存的密码或编号不再一致（{detail}）：请从备份恢复 stack.json，"
        "或删除该目录重新开始。",
        f"The data folder {data} no longer matches the passwords and ids kept in it ({detail}): restore its "
        "stack.json from a backup, or delete the folder and start afresh.",
    )


def not_started() -> LocalStackError:
    return LocalStackError(
        "local.not_started",
        "本地环境尚未启动：请先调用 start()。",
        "The embedded stack is not running: call start() first.",
    )
