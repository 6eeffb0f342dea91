"""deploy/kubernetes as kustomize puts it together: the base, and the components that an overlay names."""

from pathlib import Path
from typing import Any, Final

import yaml

KUBERNETES: Final = Path(__file__).parents[2] / "deploy" / "kubernetes"
COMPONENTS: Final = tuple(
    sorted(path.parent.name for path in KUBERNETES.glob("*/kustomization.yaml") if path.parent.name != "base")
)
Document = dict[str, Any]


def documents(*components: str) -> list[Document]:
    """Return what is made of the base and some components."""
    out = _read(KUBERNETES / "base", "resources")
    for component in components:
        out += _read(KUBERNETES / component, "resources")
        for patch in _read(KUBERNETES / component, "patches"):
            place = next(at for at, one in enumerate(out) if _name(one) == _name(patch))
            out[place] = _merged(out[place], patch)
    return out


def variables_of(name: str, *components: str) -> set[str]:
    """Return the environment variables of a service's container, those of the common settings as well."""
    made = documents(*components)
    settings = next(one for one in made if _name(one) == ("ConfigMap", "suyuan-settings"))
    workload = next(one for one in made if _name(one) == ("StatefulSet", name))
    (container,) = workload["spec"]["template"]["spec"]["containers"]
    return set(settings["data"]) | {one["name"] for one in container["env"]}


def _read(folder: Path, what: str) -> list[Document]:
    named = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8")).get(what, [])
    files = [one if isinstance(one, str) else one["path"] for one in named]
    return [doc for file in files for doc in yaml.safe_load_all((folder / file).read_text("utf-8"))]


def _name(document: Document) -> tuple[str, str]:
    return document["kind"], document["metadata"]["name"]


def _merged(one: Any, patch: Any) -> Any:
    """Merge as kustomize does: mappings field by field, lists of named things by their names."""
    if isinstance(one, dict) and isinstance(patch, dict):
        return {**one, **{key: _merged(one.get(key), value) for key, value in patch.items()}}
    if isinstance(one, list) and all("name" in each for each in (*one, *patch)):
        there = {each["name"]: each for each in one}
        return list(
            {**there, **{each["name"]: _merged(there.get(each["name"]), each) for each in patch}}.values()
        )
    return patch
