"""The HTTP server of a process, for operators and for the public side."""

import contextlib
from collections.abc import Iterator
from typing import Any, Self

import uvicorn

from shared.contracts.errors import SuyuanError
from shared.runtime.base.settings import Settings
from shared.runtime.serve.connections import MOST, Limits, guarded

_UVICORN: dict[str, Any] = {
    "log_config": None,
    "access_log": False,
    "lifespan": "off",
    "timeout_keep_alive": 15,
    "timeout_graceful_shutdown": 2,
    "limit_concurrency": MOST,
    "server_header": False,
    "ws": "none",
}


class Server(uvicorn.Server):
    """uvicorn without its own signal handling: the process decides when to stop."""

    @classmethod
    def of(cls, app: Any, host: str, port: int, settings: Settings) -> Self:
        """Return a server of an application, with the limits of the settings.

        Args:
            app: The ASGI application.
            host: The address on which it listens.
            port: And the port.
            settings: Limits of connections, and which proxies are believed.
        """
        proxies = sorted(settings.proxies())
        return cls(
            uvicorn.Config(
                app,
                host,
                port,
                http=guarded(Limits.of(settings)),
                # Whoever is on this machine is no proxy for that: by default uvicorn believes it.
                proxy_headers=bool(proxies),
                forwarded_allow_ips=proxies or None,
                **_UVICORN,
            )
        )

    async def startup(self, sockets: Any = None) -> None:
        """Listen.

        Raises:
            SuyuanError: ``http.cannot_listen``.
        """
        try:
            await super().startup(sockets)
        except SystemExit as error:  # uvicorn's way to say that it cannot listen
            where = f"{self.config.host}:{self.config.port}"
            raise SuyuanError(
                code="http.cannot_listen",
                zh=f"无法监听 {where}(端口可能已被占用)。请更换端口或停止占用它的程序。",
                en=f"Cannot listen on {where}: is the port taken? Set another one, or stop who has it.",
            ) from error

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave all signals to the process."""
        yield
