"""Say whether every image that docker compose would run is named by its digest; ``make pins`` runs this.

A digest is what a registry says that an image is: this project has asked none and names none. Ask yours
(``docker buildx imagetools inspect apache/kafka:4.3.1``), and put ``NAME=IMAGE@sha256:…`` into ``.env``.
"""

import os
import re
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
IMAGES = {
    "SUYUAN_IMAGE_KAFKA": "apache/kafka:4.3.1",
    "SUYUAN_IMAGE_MONGO": "mongo:7.0.28",
    "SUYUAN_IMAGE_PYTHON": "python:3.12-slim",
}
PINNED = re.compile(r"\S+@sha256:[0-9a-f]{64}")


def unpinned(values: dict[str, str]) -> list[str]:
    """Return the settings that name no digest."""
    return [name for name in IMAGES if not PINNED.fullmatch(values.get(name, ""))]


def main() -> int:
    """Returns 0, or 1 with a line on stderr for each image without a digest."""
    path = PROJECT / ".env"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    values = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    wanting = unpinned({**values, **os.environ})
    for name in wanting:
        sys.stderr.write(
            f"{name}: 未按摘要固定镜像 {IMAGES[name]}。请在 .env 中写 {name}=镜像@sha256:…\n"
            f"{name}: the image {IMAGES[name]} has no digest. Put {name}=IMAGE@sha256:… into .env\n"
        )
    return 1 if wanting else 0


if __name__ == "__main__":
    sys.exit(main())
