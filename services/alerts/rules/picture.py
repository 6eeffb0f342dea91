"""A series as a picture: its weeks, what was usual before each, and the bound above it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final

from services.alerts.rules import AlertRules, Bound

WIDTH, HEIGHT = 760, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 16, 44, 52
_INK, _MUTED, _GRID = "#12263a", "#6b7a89", "#dfe5eb"
_BAR, _OUT, _USUAL, _BOUND = "#8fb3d0", "#c2410c", "#1d4f7c", "#b45309"
_USUAL_LOOK: Final = f'stroke="{_USUAL}" stroke-width="1.6"'
_BOUND_LOOK: Final = f'stroke="{_BOUND}" stroke-width="1.6" stroke-dasharray="5 3"'
_MOST_LABELS: Final = 8


@dataclass(frozen=True, slots=True)
class _Plot:
    """What is drawn, and where it lies.

    Attributes:
        weeks: Every week with its count.
        shown: Which of them are drawn.
        bounds: What was usual before each of these.
        full: The count at the upper edge.
    """

    weeks: Sequence[tuple[date, int]]
    shown: range
    bounds: Mapping[int, Bound | None]
    full: float

    @classmethod
    def of(cls, weeks: Sequence[tuple[date, int]], rules: AlertRules) -> "_Plot":
        counts = [count for _, count in weeks]
        shown = range(min(rules.baseline, max(len(weeks) - 1, 0)), len(weeks))
        bounds = {at: rules.bound(counts[:at]) for at in shown}
        top = max([counts[at] for at in shown] + [one.upper for one in bounds.values() if one] + [4.0])
        return cls(weeks, shown, bounds, _round_up(top))

    @property
    def step(self) -> float:
        return (WIDTH - _LEFT - _RIGHT) / max(len(self.shown), 1)

    def x(self, at: int) -> float:
        return _LEFT + (at - self.shown.start) * self.step

    def y(self, value: float) -> float:
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * min(value, self.full) / self.full

    def scale(self) -> Iterator[str]:
        """Yield the lines across, with their counts, and the weeks below."""
        for part in range(5):
            value = self.full * part / 4
            y = self.y(value)
            yield (
                f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_GRID}"/>'
                f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="{_MUTED}">{value:g}</text>'
            )
        every = max(1, -(-len(self.shown) // _MOST_LABELS))
        for at in self.shown[::every]:
            # The last one would reach beyond the edge.
            x = min(self.x(at) + self.step / 2, WIDTH - _RIGHT - 20)
            yield (
                f'<text x="{x:.1f}" y="{HEIGHT - _BOTTOM + 16}" text-anchor="middle" fill="{_MUTED}">'
                f"{self.weeks[at][0].isoformat()[2:]}</text>"
            )

    def bars(self, told: Sequence[date]) -> Iterator[str]:
        """Yield a bar for each week."""
        for at in self.shown:
            monday, count = self.weeks[at]
            yield (
                f'<rect x="{self.x(at) + self.step * 0.12:.1f}" y="{self.y(count):.1f}" '
                f'width="{self.step * 0.76:.1f}" height="{self.y(0) - self.y(count):.1f}" '
                f'fill="{_OUT if monday in told else _BAR}">'
                f"<title>{monday.isoformat()}: {count}</title></rect>"
            )

    def line(self, kind: str, look: str) -> str:
        """Return the line of what was usual, or of the bound."""
        points = " ".join(
            f"{self.x(at):.1f},{self.y(getattr(one, kind)):.1f} "
            f"{self.x(at) + self.step:.1f},{self.y(getattr(one, kind)):.1f}"
            for at, one in self.bounds.items()
            if one is not None
        )
        return f'<polyline points="{points}" fill="none" {look}/>'


def svg(
    weeks: Sequence[tuple[date, int]],
    told: Sequence[date],
    title: str,
    names: tuple[str, str, str],
    rules: AlertRules,
) -> str:
    """Return the picture as SVG.

    Args:
        weeks: Every week with its count, oldest first; the first ones only feed the baseline.
        told: Mondays of the weeks that stood out.
        title: What the series is.
        names: What disputes a week, the usual and the bound are called.
        rules: Whose baseline and nominal level are drawn.
    """
    plot = _Plot.of(weeks, rules)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'font-family="system-ui, \'Noto Sans CJK SC\', sans-serif" font-size="12" fill="{_INK}">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            f'<text x="{_LEFT}" y="20" font-size="14" font-weight="600">{escape(title)}</text>',
            *plot.scale(),
            *plot.bars(told),
            plot.line("mean", _USUAL_LOOK),
            plot.line("upper", _BOUND_LOOK),
            _legend(names),
            "</svg>",
        )
    )


def _legend(names: tuple[str, str, str]) -> str:
    y = HEIGHT - 14
    marks = (
        f'<rect x="{{x}}" y="{y - 9}" width="12" height="10" fill="{_BAR}"/>',
        f'<line x1="{{x}}" x2="{{end}}" y1="{y - 4}" y2="{y - 4}" {_USUAL_LOOK}/>',
        f'<line x1="{{x}}" x2="{{end}}" y1="{y - 4}" y2="{y - 4}" {_BOUND_LOOK}/>',
    )
    out = []
    for at, (mark, name) in enumerate(zip(marks, names, strict=True)):
        x = _LEFT + at * 230
        out.append(mark.format(x=x, end=x + 16) + f'<text x="{x + 22}" y="{y}">{escape(name)}</text>')
    return "".join(out)


def _round_up(value: float) -> float:
    """Return a number above a value that four steps divide into whole ones."""
    steps = 4
    while steps < value:
        steps += 4 if steps < 40 else 20 if steps < 200 else 100 if steps < 2000 else 1000
    return float(steps)
