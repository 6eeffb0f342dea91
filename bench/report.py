"""The figures as a table for people."""

from typing import Any

AIMS = {
    "suyuan/plain": 1.1,
    "suyuan/limit": 0.90,
    "suyuan/tutorial": 25.0,
    "pipeline/pipeline-twin": None,
    "alerts/alerts-twin": 0.80,
}


def table(figures: dict[str, Any]) -> str:
    """Return the figures as Markdown: what was measured, beside what was aimed at."""
    lines: list[str] = []
    if figures.get("rates"):
        lines += [
            "",
            "| form | disputes/s min | median | max | CPU a dispute: services | with Kafka, mongod |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        for form, rate in figures["rates"].items():
            runs = figures["runs"][form]
            service, tree = (_middle([run[name] for run in runs]) for name in ("service_ms", "tree_ms"))
            lines.append(
                f"| {form} | {rate['min']:,.0f} | {rate['median']:,.0f} | {rate['max']:,.0f} "
                f"| {service:.3f} ms | {tree:.3f} ms |"
            )
    if figures.get("ratios"):
        lines += ["", "| ratio of neighbouring runs | rate | service CPU | aim |", "|---|---:|---:|---:|"]
        for name, ratio in figures["ratios"].items():
            aim = AIMS.get(name)
            verdict = "" if aim is None else f"≥ {aim:g}: {'met' if ratio['rate'] >= aim else 'SHORT'}"
            lines.append(f"| {name} | {ratio['rate']:.2f} | {ratio['service_cpu']:.2f} | {verdict} |")
    if "latency" in figures:
        lines += ["", "| filed → assigned | p50 ms | p99 ms | aim |", "|---|---:|---:|---:|"]
        for name, row in figures["latency"].items():
            met = row["p50"] <= row["aim_p50"] and row["p99"] <= row["aim_p99"]
            verdict = f"{row['aim_p50']:g} / {row['aim_p99']:g}: {'met' if met else 'SHORT'}"
            lines.append(f"| {name} | {row['p50']:.1f} | {row['p99']:.1f} | {verdict} |")
    if "matching" in figures:
        found = figures["matching"]
        lines += ["", "| stored disputes | filings/s, matched | CPU a filing: service |", "|---:|---:|---:|"]
        for stored, runs in found["runs"].items():
            rate, cpu = (_middle([run[name] for run in runs]) for name in ("rate", "service_ms"))
            lines.append(f"| {int(stored):,} | {rate:,.0f} | {cpu:.3f} ms |")
        lines.append(f"| many / few | {found['rate']:.2f} | {found['service_cpu']:.2f} |")
    if "memory" in figures:
        lines += ["", "| resident memory after load | MB | aim |", "|---|---:|---:|"]
        for name, mb in figures["memory"].items():
            verdict = "not there" if mb is None else f"≤ 150: {'met' if mb <= 150 else 'SHORT'}"
            lines.append(f"| {name} | {'' if mb is None else f'{mb:.0f}'} | {verdict} |")
    return "\n".join(lines)


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
