"""What was measured: several values of one thing each, side by side for whoever did the same work, as a table and as
JSON. There are no good or bad values here, and none fails anything."""
import json
import os
import platform
import statistics
import time

OURS = "gossipchat"


class Summary:
    """The values of several runs."""

    def __init__(self, values, runs=None):
        values = list(values)
        self.value = statistics.median(values)
        self.smallest, self.largest = min(values), max(values)
        self.runs = runs or len(values)

    @classmethod
    def of_three(cls, value, smallest, largest, runs):
        """Of values that were summed up by somebody else."""
        summary = cls([value], runs)
        summary.smallest, summary.largest = smallest, largest
        return summary

    def as_json(self):
        return {"value": self.value, "min": self.smallest, "max": self.largest, "runs": self.runs}


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Results:
    """Rows of a table, printed as they come."""

    def __init__(self):
        self.rows = []
        self.not_run = []

    def add(self, name, unit, summary, more_is_better=False, **others):
        """One measurement of ours, and of others by their names."""
        self.rows.append((name, unit, more_is_better, {OURS: summary, **others}))
        self._print(*self.rows[-1])

    def section(self, title):
        print(f"\n{title}", flush=True)

    def skip(self, what, reason):
        self.not_run.append({"what": what, "reason": reason})
        print(f"  NOT RUN {what}: {reason}", flush=True)

    @staticmethod
    def ratio(ours, other, more_is_better):
        """How many times better ours is."""
        if not ours.value or not other.value:
            return None
        return ours.value / other.value if more_is_better else other.value / ours.value

    def _print(self, name, unit, more_is_better, values):
        ours = values[OURS]
        line = f"  {name:<52} {shown(ours.value):>9} {unit}"
        if ours.smallest != ours.largest:
            line = f"{line:<72} {shown(ours.smallest)} .. {shown(ours.largest)}"
        for other, summary in values.items():
            if other != OURS:
                ratio = self.ratio(ours, summary, more_is_better)
                line += f"   {other} {shown(summary.value)}" + (f" ({ratio:.1f}x)" if ratio else "")
        print(line, flush=True)

    def as_json(self):
        rows = [{"name": name, "unit": unit, "more_is_better": more,
                 "results": {who: summary.as_json() for who, summary in values.items()},
                 "ratios": {who: self.ratio(values[OURS], summary, more)
                            for who, summary in values.items() if who != OURS}}
                for name, unit, more, values in self.rows]
        return json.dumps({"machine": machine(), "rows": rows, "not_run": self.not_run}, indent=1)


def shown(value):
    """A number with as many digits as are worth reading."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def machine():
    """What the numbers hold for."""
    name = platform.processor() or platform.machine()
    with open("/proc/cpuinfo") as file:
        name = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), name)
    return {"processor": name, "processors": os.cpu_count(), "system": platform.platform(),
            "load": os.getloadavg()[0], "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
